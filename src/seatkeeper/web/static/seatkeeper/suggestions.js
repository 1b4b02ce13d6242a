// People suggested below a search: the arrow keys go into the list, Escape or going elsewhere closes it.
const list = () => document.querySelector("#user-suggestions");
const search = () => document.querySelector("#people-search");

document.addEventListener("keydown", (event) => {
  const isInside = list()?.contains(event.target);
  if (!list()?.hasChildNodes() || !(isInside || event.target === search())) return;
  if (event.key === "Escape") {
    list().replaceChildren();
    search().focus();
    event.preventDefault();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const places = [search(), ...list().querySelectorAll("a")];
    const at = places.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    places.at(at % places.length)?.focus();
    event.preventDefault();
  }
});

for (const left of ["focusin", "click"]) {
  document.addEventListener(left, (event) => {
    if (event.target !== search() && !list()?.contains(event.target)) list()?.replaceChildren();
  });
}
