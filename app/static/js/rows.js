// Rows of a form: each sort has a table and a template beside it; a new row gets the next number.
// A line has rows of its own, its discounts and charges, in the same way.

export const rowsOf = (sort) => [...document.querySelectorAll(`#${sort} tbody > tr`)];

export const extrasOf = (line) => [...line.querySelectorAll(".line-extra")];

export const fieldOf = (row, name) => row.querySelector(`[name$="-${name}"]`);

const numberOf = (row) => Number(row.dataset.row.split("-").at(-1));
const next = (rows) => 1 + Math.max(-1, ...rows.map(numberOf));

function made(template, mark, named) {
  const row = document.querySelector(template).content.firstElementChild.cloneNode(true);
  for (const each of [row, ...row.querySelectorAll("*")]) {
    for (const { name, value } of [...each.attributes]) {
      if (value.includes(mark)) each.setAttribute(name, value.replace(mark, named));
    }
  }
  return row;
}

/** A further row, with this number or the next. */
export function addRow(sort, number = next(rowsOf(sort))) {
  const row = made(`#${sort}-template`, "__n__", number);
  document.querySelector(`#${sort} tbody`).append(row);
  const box = document.querySelector(`#${sort}-box`);
  if (box) box.hidden = false;
  return row;
}

/** A further discount or charge of a line, likewise. */
export function addExtra(line, number = next(extrasOf(line))) {
  const row = made("#line-extras-template", "__row__", `${line.dataset.row}-extras-${number}`);
  const box = line.querySelector(".line-more");
  box.open = true;
  box.querySelector("[name=do][value^=add-]").before(row);
  return row;
}

/** Those that a form which was kept needs, by the names of its fields; and no others. */
export function showRows(sorts, names) {
  for (const name of names) {
    const [sort, number, , inner] = name.split("-");
    if (!sorts.includes(sort)) continue;
    const line = document.querySelector(`[data-row="${sort}-${number}"]`) ?? addRow(sort, Number(number));
    if (!inner) continue;
    const extra = `${sort}-${number}-extras-${inner}`;
    if (!line.querySelector(`[data-row="${extra}"]`)) addExtra(line, Number(inner));
  }
  for (const row of document.querySelectorAll("[data-row]")) {
    if (!names.some((name) => name.startsWith(`${row.dataset.row}-`))) row.remove();
  }
}
