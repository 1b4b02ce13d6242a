// Messages: announced, closed by their button; those without an Undo leave by themselves.
import { announce } from "./announce.js";

const SECONDS = 12;

function start() {
  const toasts = [...document.querySelectorAll("[data-toast]:not([data-seen])")];
  for (const toast of toasts) {
    toast.dataset.seen = "";
    toast.querySelector("[data-close]")?.removeAttribute("hidden");
    if (!toast.querySelector("form") && !["error", "warning"].includes(toast.dataset.kind)) leave(toast);
  }
  if (toasts.length) announce(toasts.map((toast) => toast.querySelector(".toast__text").textContent.trim()).join(" "));
}

function leave(toast) {
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) leave(toast);
    else toast.remove();
  }, SECONDS * 1000);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-close]")?.closest("[data-toast]")?.remove();
});
document.addEventListener("htmx:load", start);
document.addEventListener("seatkeeper:page", start);
start();
