// Files dropped on the page join those already chosen; the list shows what will be sent.

const place = document.querySelector("#drop");
const input = place.querySelector("input[type=file]");
const list = place.querySelector("#chosen");

function show() {
  list.replaceChildren(
    ...[...input.files].map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} (${Math.ceil(file.size / 1024)} kB)`;
      return item;
    }),
  );
}

function add(files) {
  const all = new DataTransfer();
  const known = new Set();
  for (const file of [...input.files, ...files]) {
    const key = `${file.name}/${file.size}/${file.lastModified}`;
    if (!known.has(key)) all.items.add(file);
    known.add(key);
  }
  input.files = all.files;
  show();
}

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
  add(event.dataTransfer.files);
});
// A file dropped beside the place must not replace the page.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => event.preventDefault());
}
input.addEventListener("change", show);
place.classList.add("live");
