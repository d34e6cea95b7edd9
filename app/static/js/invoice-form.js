// The invoice form: live totals, lines added and removed at once, a contact filled in, the way it will travel.
// Without this module every button still works: it asks the server for the same page.

import { lineNet, totals, written } from "./totals.js";

const form = document.querySelector("#invoice-form");
const table = form.querySelector("#lines tbody");
const sums = form.querySelector("#totals");
const template = document.querySelector("#line-template");

const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
const rows = () => [...table.querySelectorAll("tr.line")];

function money(amount) {
  const currency = form.elements.currency.value.trim().toUpperCase();
  const text = written(amount);
  try {
    return new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency }).format(text);
  } catch {
    return `${text} ${currency}`;
  }
}

function read(row) {
  return {
    quantity: field(row, "quantity").value,
    price: field(row, "price").value,
    category: field(row, "vat_category").value,
    rate: field(row, "vat_rate").value,
  };
}

function showTotals() {
  for (const row of rows()) {
    const line = read(row);
    const net = lineNet(line);
    row.querySelector(".line-net").textContent = net === null ? "–" : money(net);
    field(row, "vat_rate").readOnly = line.category !== "S";
    row.classList.toggle("without-rate", line.category !== "S");
  }
  const found = totals(rows().map(read));
  sums.querySelector("[data-sum=net]").textContent = money(found.net);
  sums.querySelector("[data-sum=vat]").textContent = money(found.vat);
  sums.querySelector("[data-sum=due]").textContent = money(found.due);
}

function addLine() {
  const next = 1 + Math.max(-1, ...rows().map((row) => Number(field(row, "price").name.split("-")[1])));
  const row = template.content.firstElementChild.cloneNode(true);
  for (const each of row.querySelectorAll("[name], [id], [for], [value]")) {
    for (const name of ["name", "id", "for", "value"]) {
      if (each.hasAttribute(name)) each.setAttribute(name, each.getAttribute(name).replace("__n__", next));
    }
  }
  const above = rows().at(-1);
  table.append(row);
  if (above) {
    for (const name of ["vat_category", "vat_rate"]) field(row, name).value = field(above, name).value;
  }
  field(row, "description").focus();
  changed();
}

function removeLine(button) {
  const row = button.closest("tr");
  if (rows().length > 1) row.remove();
  else row.querySelectorAll("input").forEach((each) => (each.value = ""));
  table.querySelector("input").focus();
  changed();
}

function fillContact() {
  const chosen = form.elements.contact.selectedOptions[0];
  if (!chosen?.dataset.contact) return;
  for (const [name, value] of Object.entries(JSON.parse(chosen.dataset.contact))) {
    form.elements[name].value = value;
  }
  changed();
  showRoute();
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
  for (const name of ["organization", "buyer_scheme", "buyer_value", "buyer_email", "buyer_country"]) {
    asked.set(name, form.elements[name]?.value ?? "");
  }
  if (!asked.get("buyer_value") && !asked.get("buyer_email")) {
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

function changed() {
  showTotals();
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=do]");
  if (!button) return;
  if (button.value === "add-line") addLine();
  else if (button.value.startsWith("remove-line-")) removeLine(button);
  else if (button.value === "fill-contact") fillContact();
  else return;
  event.preventDefault();
});
form.addEventListener("input", showTotals);
form.elements.kind.addEventListener("change", showReference);
form.elements.organization.addEventListener("change", fillSupplier);
form.elements.contact?.addEventListener("change", fillContact);
for (const name of ["organization", "buyer_scheme", "buyer_value", "buyer_email", "buyer_country"]) {
  form.elements[name]?.addEventListener("change", showRoute);
}
form.classList.add("live");
showReference();
showTotals();
if (!form.querySelector(".has-error")) showRoute();
