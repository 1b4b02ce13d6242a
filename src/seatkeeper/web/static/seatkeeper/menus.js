// <details class="menu">: one open at a time, closed by Escape or a click elsewhere, arrow keys inside.
const narrow = matchMedia("(max-width: 52rem)");

function close(menu, { focus = false } = {}) {
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) close(menu);
  }
});

document.addEventListener("focusin", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) close(menu);
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    event.preventDefault();
    event.stopPropagation();
    close(menu, { focus: true });
    return;
  }
  if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  menu.open = true;
  const items = [...menu.querySelectorAll(".menu__list :is(a, button)")].filter((item) => item.checkVisibility());
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? items.length - 1 : at - 1, Home: 0, End: items.length - 1 }[event.key];
  items.at(next % items.length)?.focus();
});

// The side bar is open beside the content, and a closed menu above it on a narrow screen.
export function fit() {
  const side = document.querySelector("[data-side]");
  if (!side) return;
  side.open = !narrow.matches;
  side.dataset.fitted = "";
}
narrow.addEventListener("change", fit);
document.addEventListener("seatkeeper:page", fit);
fit();
