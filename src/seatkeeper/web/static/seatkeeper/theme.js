// Light, dark or as the system has it: a cookie, so that the server's page is right at once.
const COOKIE = "seatkeeper_theme";

function start() {
  const choice = document.querySelector("[data-theme-choice]");
  if (!choice) return;
  choice.hidden = false;
  const now = document.documentElement.dataset.theme || "";
  for (const button of choice.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === now));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-theme-choice] button");
  if (!button) return;
  document.cookie = `${COOKIE}=${button.value}; path=/; max-age=${button.value ? 31536000 : 0}; samesite=lax`;
  if (button.value) document.documentElement.dataset.theme = button.value;
  else delete document.documentElement.dataset.theme;
  start();
});
document.addEventListener("seatkeeper:page", start);
start();
