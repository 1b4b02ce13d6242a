// Links and forms with `data-dialog` show their page's main part in a <dialog>; without script it is a page.
let opener = null;

async function ask(url, options = {}) {
  const response = await fetch(url, { credentials: "same-origin", ...options });
  return { response, page: new DOMParser().parseFromString(await response.text(), "text/html") };
}

function show(page, url) {
  const part = page.querySelector(".dialog") || page.querySelector("main");
  if (!part) return false;
  let dialog = document.querySelector("dialog[data-shown]");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.dataset.shown = "";
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      opener?.isConnected && opener.focus();
    });
  }
  dialog.dataset.url = url;
  // Of a page without a part for dialogs, the content alone: a second <main> would be one too many.
  dialog.replaceChildren(...(part.matches("main") ? [...part.children] : [part]).map((node) => document.importNode(node, true)));
  const heading = dialog.querySelector("h1, h2");
  if (heading) {
    heading.id ||= "dialog-title";
    heading.tabIndex = -1;
    dialog.setAttribute("aria-labelledby", heading.id);
  }
  window.htmx?.process(dialog);
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[autofocus], [aria-invalid=true], [role=alert]") || heading)?.focus();
  return true;
}

// A form in a dialog led elsewhere: show that page whole, without asking for it again (its message is shown once).
function turnTo(page, url) {
  history.pushState({ seatkeeper: true }, "", url);
  document.title = page.title;
  document.body.replaceWith(document.importNode(page.body, true));
  window.htmx?.process(document.body);
  document.dispatchEvent(new CustomEvent("seatkeeper:page"));
  const heading = document.querySelector("main h1");
  if (heading) {
    heading.tabIndex = -1;
    heading.focus();
  }
  scrollTo(0, 0);
}

async function open(url, options, from) {
  opener = from;
  from.setAttribute("aria-busy", "true");
  try {
    const { response, page } = await ask(url, options);
    if (response.redirected && options?.method === "POST") return turnTo(page, response.url);
    if (response.redirected || response.status >= 500 || !show(page, response.url)) location.assign(response.url);
  } catch {
    location.assign(url);
  } finally {
    from.removeAttribute("aria-busy");
  }
}

function request(form, submitter) {
  const data = new FormData(form, submitter);
  const method = (submitter?.getAttribute("formmethod") || form.getAttribute("method") || "get").toUpperCase();
  const dialog = form.closest("dialog[data-shown]");
  const action = submitter?.getAttribute("formaction") || form.getAttribute("action") || dialog?.dataset.url || location.href;
  const url = new URL(action, dialog?.dataset.url || location.href);
  if (method === "POST") {
    const isMultipart = form.enctype === "multipart/form-data";
    return [url.href, { method, body: isMultipart ? data : new URLSearchParams(data) }];
  }
  url.search = new URLSearchParams(data).toString();
  return [url.href, {}];
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (link && !event.defaultPrevented && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    open(link.href, {}, link.closest(".menu")?.querySelector("summary") || link);
    if (link.closest(".menu")) link.closest(".menu").open = false;
    return;
  }
  // In a dialog, the quiet link among the buttons is Cancel: it leads back to where we are.
  const cancel = event.target.closest("dialog[data-shown] :is([data-cancel], .form-actions a.button--quiet)");
  if (cancel) {
    event.preventDefault();
    cancel.closest("dialog").close();
  }
});

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const isOurs = form.closest("dialog[data-shown]") || form.hasAttribute("data-dialog") || submitter?.hasAttribute("data-dialog");
  const isHtmx = form.matches("[hx-post], [hx-get], [data-hx-post], [data-hx-get]");
  if (!isOurs || isHtmx || event.defaultPrevented || form.method === "dialog") return;
  event.preventDefault();
  const inDialog = form.closest("dialog[data-shown]");
  open(...request(form, submitter), inDialog ? opener || document.body : submitter || form);
});

addEventListener("popstate", () => location.reload());
