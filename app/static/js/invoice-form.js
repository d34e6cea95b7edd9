// The invoice form: live totals, rows added and removed at once, the way it will travel.
// Without this module every button still works: it asks the server for the same page.

import { showRates, totalsOf } from "./invoice-totals.js";
import { addExtra, addRow, extrasOf, fieldOf, rowsOf } from "./rows.js";

const form = document.querySelector("#invoice-form");
const showTotals = totalsOf(form);
const REACH = ["buyer_scheme", "buyer_value", "buyer_vat", "buyer_email", "buyer_country"]; // what it travels by

function add(sort) {
  const above = rowsOf("lines").at(-1);
  const row = addRow(sort);
  if (above) {
    for (const name of ["vat_category", "vat_rate"]) fieldOf(row, name).value = fieldOf(above, name).value;
  }
  row.querySelector("input, select").focus();
  changed();
}

function addToLine(button) {
  addExtra(button.closest("tr")).querySelector("select").focus();
  changed();
}

function removeFromLine(row) {
  const line = row.closest("tr");
  if (extrasOf(line).length > 1) row.remove();
  else row.querySelectorAll("input").forEach((each) => (each.value = ""));
  extrasOf(line)[0].querySelector("select").focus();
  changed();
}

function remove(button) {
  const row = button.closest("[data-row]");
  if (row.localName !== "tr") return removeFromLine(row);
  const [sort] = row.dataset.row.split("-");
  if (sort !== "lines" || rowsOf(sort).length > 1) row.remove();
  else row.querySelectorAll("input").forEach((each) => (each.value = ""));
  const box = form.querySelector(`#${sort}-box`);
  if (box) box.hidden = rowsOf(sort).length === 0;
  (rowsOf(sort)[0]?.querySelector("input, select") ?? form.querySelector(`[value="add-${sort}"]`)).focus();
  changed();
}

// What follows from the organization follows its choice, unless someone typed something else.
function fillSupplier() {
  const defaults = (option) => JSON.parse(option?.dataset.defaults ?? "{}");
  const chosen = defaults(form.elements.organization.selectedOptions[0]);
  for (const [name, value] of Object.entries(chosen)) {
    const known = [...form.elements.organization.options].map((option) => defaults(option)[name]);
    if (["", ...known].includes(form.elements[name].value)) form.elements[name].value = value;
  }
}

function showReference() {
  form.querySelector("#preceding").hidden = form.elements.kind.value !== "credit_note";
}

async function showRoute() {
  const place = form.querySelector("#route");
  const asked = new URLSearchParams();
  for (const name of ["organization", "buyer_name", ...REACH]) {
    asked.set(name, form.elements[name]?.value ?? "");
  }
  if (!asked.get("buyer_value") && !asked.get("buyer_vat") && !asked.get("buyer_email")) {
    place.textContent = "";
    place.removeAttribute("data-level");
    return;
  }
  const answer = await fetch(`/documents/route?${asked}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) return;
  const { text, level } = await answer.json();
  place.textContent = text;
  place.dataset.level = level;
}

// More than fits in one invoice isn't sent at all: the platform would hang up on it.
function attach() {
  const { files } = form.elements;
  const chosen = [...files.files];
  if (!chosen.length) return;
  if (chosen.reduce((sum, each) => sum + each.size, 0) <= Number(files.dataset.most)) {
    form.requestSubmit(form.querySelector("[value=attach]"));
    return;
  }
  const said = document.createElement("li");
  said.className = "too-much";
  said.textContent = files.dataset.tooMuch;
  files.value = "";
  files.closest("[data-drop]").querySelector("ul").append(said);
}

async function structured() {
  const answer = await fetch("/documents/structured", { headers: { Accept: "application/json" } });
  if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) return;
  form.elements.payment_reference.value = (await answer.json()).text;
  changed();
}

function changed() {
  showTotals();
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=do]");
  if (!button) return;
  if (button.value.startsWith("add-") && button.closest("tr")) addToLine(button);
  else if (button.value.startsWith("add-")) add(button.value.slice("add-".length));
  else if (button.value.startsWith("remove-") && button.closest("tr")) remove(button);
  else if (button.value === "structured") structured();
  else if (button.value === "update") changed(); // Enter in a field
  else return;
  event.preventDefault();
});
form.addEventListener("input", showTotals);
form.addEventListener("change", (event) => event.target !== form && showTotals());
form.elements.kind.addEventListener("change", showReference);
form.elements.files.addEventListener("change", attach);
form.elements.organization.addEventListener("change", fillSupplier);
for (const name of ["organization", ...REACH]) {
  form.elements[name]?.addEventListener("change", showRoute);
}
form.classList.add("live");
showReference();
showRates();
if (!form.querySelector(".has-error")) showRoute();
