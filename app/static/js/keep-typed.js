// What is typed into a long form outlives an ended session: it is kept in this tab until the form was stored.

import { addMissing } from "./rows.js";

const PREFIX = "typed:";
const OWN = ["csrf_token", "new_draft"]; // of each page, not typed

for (const place of document.querySelectorAll("[data-forget]")) {
  sessionStorage.removeItem(PREFIX + place.dataset.forget);
}

const form = document.querySelector("form[data-keep]");
if (form) {
  const key = PREFIX + form.dataset.keep;
  const note = document.querySelector("#put-back");
  if (form.dataset.fresh) putBack(sessionStorage.getItem(key));
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", keep);
  note?.querySelector("button").addEventListener("click", () => {
    sessionStorage.removeItem(key);
    window.location.reload();
  });

  function keep() {
    const pairs = [...new FormData(form)].filter(
      ([name, value]) => !OWN.includes(name) && typeof value === "string",
    );
    sessionStorage.setItem(key, JSON.stringify(pairs));
  }

  function putBack(kept) {
    if (!kept) return;
    const pairs = JSON.parse(kept);
    if (same(pairs)) return;
    addMissing(["lines", "extras"], pairs.map(([name]) => name));
    for (const [name, value] of pairs) {
      const field = form.elements[name];
      if (field && "value" in field) field.value = value;
    }
    note.hidden = false;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function same(pairs) {
    return pairs.every(([name, value]) => !form.elements[name] || form.elements[name].value === value);
  }
}
