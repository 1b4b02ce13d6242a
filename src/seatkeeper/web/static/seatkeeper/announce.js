// Say something to screen readers, through the one live region of the frame.
export function announce(text) {
  const region = document.querySelector("#announce");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50);
}
