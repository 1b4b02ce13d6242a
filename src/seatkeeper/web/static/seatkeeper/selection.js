// The users page: which rows are chosen. Without script the boxes and the buttons are a plain form.
//
// Markup: a form[data-selection] with boxes named `id`, a box [data-select-all] (name `all`, value 1) beside
// "User Details", and a bar [data-selection-bar] with [data-selection-count] and [data-selection-clear].
// With everyone chosen, a row taken out becomes a hidden input `except`.
import { announce } from "./announce.js";

const numbers = new Intl.NumberFormat(document.documentElement.lang || "en");
let last = null;

const formOf = (node) => node.closest("form[data-selection]") || document.querySelector("form[data-selection]");
const boxesOf = (form) => [...document.querySelectorAll("input[type=checkbox][name=id]")].filter((box) => box.form === form);
const allOf = (form) => [...document.querySelectorAll("[data-select-all]")].find((box) => box.form === form);
const exceptions = (form) => [...form.querySelectorAll("input[type=hidden][name=except]")];

function setException(form, id, isOut) {
  const now = exceptions(form).find((input) => input.value === id);
  if (isOut && !now) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "except", value: id });
    form.append(input);
  } else if (!isOut) {
    now?.remove();
  }
}

function refresh(form, { say = true } = {}) {
  const bar = document.querySelector("[data-selection-bar]");
  const all = allOf(form);
  const boxes = boxesOf(form);
  const out = exceptions(form).length;
  const chosen = boxes.filter((box) => box.checked).length;
  if (all && !all.checked) all.indeterminate = chosen > 0;
  if (all?.checked) all.indeterminate = out > 0;
  if (!bar) return;
  const isAny = all?.checked || chosen > 0;
  bar.hidden = !isAny;
  const total = Number(bar.querySelector("#selection-exact data")?.value || form.dataset.total || NaN);
  const count = bar.querySelector("[data-selection-count]");
  if (!count || !isAny) return;
  const words = count.dataset;
  let text = numbers.format(chosen);
  if (all?.checked) text = Number.isNaN(total) ? words.everyone || text : numbers.format(total - out);
  const outText = out && all?.checked && words.leftOut ? ` · ${words.leftOut.replace("%s", numbers.format(out))}` : "";
  count.textContent = (words.words || "%s").replace("%s", text) + outText;
  if (say) announce(count.textContent);
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.matches?.("input[type=checkbox][name=id]") && box.form?.matches("[data-selection]")) {
    const boxes = boxesOf(box.form);
    if (event.shiftKey && last && boxes.includes(last)) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((one, other) => one - other);
      for (const between of boxes.slice(from, to + 1)) {
        between.checked = box.checked;
        between.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
    last = box;
  }
  const clear = box.closest?.("[data-selection-clear]");
  if (clear) {
    event.preventDefault();
    const form = formOf(clear);
    for (const one of boxesOf(form)) one.checked = false;
    const all = allOf(form);
    if (all) all.checked = false;
    for (const input of exceptions(form)) input.remove();
    refresh(form);
    (all || boxesOf(form)[0])?.focus();
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form?.matches("[data-selection]")) return;
  if (event.target.matches("[data-select-all]")) {
    for (const input of exceptions(form)) input.remove();
    for (const box of boxesOf(form)) box.checked = event.target.checked;
  } else if (event.target.matches("input[type=checkbox][name=id]")) {
    if (allOf(form)?.checked) setException(form, event.target.value, !event.target.checked);
  } else {
    return;
  }
  refresh(form);
});

// While a box has the focus: j and k walk the rows, x chooses, b goes to the bar.
document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (!box.matches?.("input[type=checkbox][name=id]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step) {
    const boxes = boxesOf(box.form);
    const next = boxes[boxes.indexOf(box) + step];
    if (next) {
      event.preventDefault();
      next.focus();
      if (event.shiftKey && next.checked !== box.checked) next.click();
    }
  } else if (event.key === "x") {
    box.click();
  } else if (event.key === "b") {
    document.querySelector("[data-selection-bar]:not([hidden]) :is(button, a)")?.focus();
  }
});

function start() {
  for (const form of document.querySelectorAll("form[data-selection]")) {
    const all = allOf(form);
    if (all?.checked) {
      const out = new Set(exceptions(form).map((input) => input.value));
      for (const box of boxesOf(form)) box.checked = !out.has(box.value);
    }
    refresh(form, { say: false });
  }
}
document.addEventListener("htmx:afterSettle", start);
document.addEventListener("seatkeeper:page", start);
addEventListener("pageshow", start);
start();
