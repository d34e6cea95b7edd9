// Rows of a form: each sort has a table and a template beside it; a new row gets the next number.

export const rowsOf = (sort) => [...document.querySelectorAll(`#${sort} tbody > tr`)];

export const fieldOf = (row, name) => row.querySelector(`[name$="-${name}"]`);

const numberOf = (row) => Number(row.dataset.row.split("-")[1]);

/** A further row, with this number or the next. */
export function addRow(sort, number = 1 + Math.max(-1, ...rowsOf(sort).map(numberOf))) {
  const row = document.querySelector(`#${sort}-template`).content.firstElementChild.cloneNode(true);
  for (const each of [row, ...row.querySelectorAll("*")]) {
    for (const { name, value } of [...each.attributes]) {
      if (value.includes("__n__")) each.setAttribute(name, value.replace("__n__", number));
    }
  }
  document.querySelector(`#${sort} tbody`).append(row);
  const box = document.querySelector(`#${sort}-box`);
  if (box) box.hidden = false;
  return row;
}

/** Those that a form which was kept needs, by the names of its fields. */
export function addMissing(sorts, names) {
  for (const name of names) {
    const [sort, number] = name.split("-");
    if (!sorts.includes(sort) || document.querySelector(`[data-row="${sort}-${number}"]`)) continue;
    addRow(sort, Number(number));
  }
}
