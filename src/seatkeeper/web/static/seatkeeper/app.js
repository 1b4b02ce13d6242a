// Everything here makes pages smoother; each works without it. No inline script: see the CSP.
import "./menus.js";
import "./suggestions.js";
import "./toasts.js";
import "./dialogs.js";
import "./selection.js";
import "./files.js";
import "./theme.js";

// htmx sends the CSRF token that the page already carries.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
});

// A choice below an option chooses that option. (While the event goes down: whoever counts, counts the new choice.)
document.addEventListener(
  "change",
  (event) => {
    const option = document.getElementById(event.target.dataset?.checks ?? "");
    if (option) option.checked = true;
  },
  { capture: true },
);

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const search = document.querySelector("main input[type=search]") || document.querySelector("#people-search");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// Skip links move the focus, not only the view.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.skip");
  if (!link) return;
  event.preventDefault();
  const target = document.querySelector(link.hash);
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
});
