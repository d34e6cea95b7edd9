// What the invoice comes to while it is typed. The server is asked, so that there is one arithmetic.

import { fieldOf, rowsOf } from "./rows.js";

const PAUSE = 250; // milliseconds without a key
const SORTS = ["lines", "extras"];

/** A function that brings the amounts of this form up to date, soon after it was last called. */
export function totalsOf(form) {
  let waiting, asked = 0;

  async function ask() {
    const number = ++asked;
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    let answer;
    try {
      answer = await fetch("/documents/totals", { method: "POST", body: new URLSearchParams(fields) });
    } catch {
      return; // without a network the last amounts stay, marked as not of now
    }
    if (number !== asked || !answer.ok || !answer.headers.get("Content-Type")?.includes("json")) return;
    show(form, await answer.json());
  }

  // What is sent shows its totals on the next page, and whoever isn't signed in any more gets no answer.
  form.addEventListener("submit", () => clearTimeout(waiting));

  return () => {
    showRates();
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  };
}

function show(form, { amounts, totals, categories, rates, foreign, belgian, hints }) {
  for (const sort of SORTS) {
    rowsOf(sort).forEach((row, n) => {
      row.querySelector("[data-amount]").textContent = amounts[`${sort}-${n}`] ?? "–";
    });
  }
  put(form.querySelector("#totals"), totals);
  put(form.querySelector("#hints"), hints);
  form.querySelector("#exchange").hidden = !foreign;
  form.querySelector("#structured").hidden = !belgian;
  offer([...form.querySelectorAll("[name$=-vat_category]")], categories);
  for (const sort of SORTS) {
    offer([...document.querySelector(`#${sort}-template`).content.querySelectorAll("[name$=-vat_category]")], categories);
  }
  document.querySelector("#rates").replaceChildren(...rates.map((rate) => new Option("", rate)));
}

// Untouched when nothing changed: a screen reader would say it again.
function put(place, text) {
  if (place.dataset.shown === text) return;
  place.innerHTML = text;
  place.dataset.shown = text;
}

/** What can be chosen between these two countries; what was chosen stays. */
function offer(selects, categories) {
  for (const select of selects) {
    const known = [...select.options].map((each) => each.value).join();
    if (known === categories.map(([key]) => key).join()) continue;
    const chosen = select.value;
    select.replaceChildren(...categories.map(([key, text]) => new Option(text, key)));
    select.value = chosen;
  }
}

/** Where a category has no rate there is nothing to fill in. */
export function showRates() {
  for (const row of SORTS.flatMap(rowsOf)) {
    const rated = ["S", "L", "M"].includes(fieldOf(row, "vat_category").value);
    fieldOf(row, "vat_rate").readOnly = !rated;
    row.classList.toggle("without-rate", !rated);
  }
}
