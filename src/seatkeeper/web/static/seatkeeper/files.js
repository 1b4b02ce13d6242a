// A file dropped on [data-drop] goes into its file input; the name and size are shown.
const zoneOf = (event) => event.target.closest?.("[data-drop]");

function name(input) {
  const zone = input.closest("[data-drop]") || input.parentElement;
  let line = zone.querySelector("[data-file-name]");
  if (!line) {
    line = document.createElement("p");
    line.dataset.fileName = "";
    line.setAttribute("role", "status");
    zone.append(line);
  }
  const sizes = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 1 });
  line.textContent = [...input.files].map((file) => `${file.name} · ${sizes.format(file.size / 1024)} kB`).join(", ");
}

for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    const zone = zoneOf(event);
    if (!zone || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.dataset.over = "";
  });
}
document.addEventListener("dragleave", (event) => {
  const zone = zoneOf(event);
  if (zone && !zone.contains(event.relatedTarget)) delete zone.dataset.over;
});
document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  const input = zone?.matches("input") ? zone : zone?.querySelector("input[type=file]");
  if (!input || !event.dataTransfer.files.length) return;
  event.preventDefault();
  delete zone.dataset.over;
  const one = new DataTransfer();
  one.items.add(event.dataTransfer.files[0]);
  input.files = one.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-drop] input[type=file], input[type=file][data-drop]")) name(event.target);
});
