// Small things of every page: “/” looks for something, notices go away, numbers are copied, long choices
// are searched, files are dropped.

import "./combobox.js";

const STAYS = 12_000;

function typing(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input, select, textarea, dialog *"));
}

document.addEventListener("keydown", (event) => {
  const finder = document.getElementById("finder");
  const plain = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!finder || !plain || typing(event.target) || document.querySelector("dialog:modal")) return;
  event.preventDefault();
  finder.focus();
  finder.select();
});

for (const line of document.querySelectorAll(".toast-line")) {
  const away = () => line.remove();
  line.querySelector("button").addEventListener("click", away);
  setTimeout(away, STAYS);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const drawing = button.querySelector("use");
  const before = drawing.getAttribute("href");
  drawing.setAttribute("href", before.replace(/#.*/, "#check"));
  setTimeout(() => drawing.setAttribute("href", before), 2000);
});

// Files dropped on the place of a file field join those already chosen; the list shows what will be sent.
function chosen(place, input) {
  place.querySelector("ul").replaceChildren(
    ...[...input.files].map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} (${Math.ceil(file.size / 1024)} kB)`;
      return item;
    }),
  );
}

function add(input, files) {
  const all = new DataTransfer();
  const known = new Set();
  for (const file of input.multiple ? [...input.files, ...files] : [...files].slice(0, 1)) {
    const key = `${file.name}/${file.size}/${file.lastModified}`;
    if (!known.has(key)) all.items.add(file);
    known.add(key);
  }
  input.files = all.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

for (const place of document.querySelectorAll("[data-drop]")) {
  const input = place.querySelector("input[type=file]");
  for (const name of ["dragenter", "dragover"]) {
    place.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    place.addEventListener(name, () => place.classList.remove("over"));
  }
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    add(input, event.dataTransfer.files);
  });
  input.addEventListener("change", () => chosen(place, input));
  place.classList.add("live");
}
if (document.querySelector("[data-drop]")) {
  // A file dropped beside the place must not replace the page.
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => event.preventDefault());
  }
}
