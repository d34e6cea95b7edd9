// The arithmetic of an invoice in whole numbers, half away from zero, as the server does it.
// The server's totals decide; these are for the reader while typing.

const AMBIGUOUS = /^-?[1-9]\d{0,2}[.,]\d{3}$/;
const PLAIN = /^-?\d{1,12}(\.\d{1,8})?$/;
const WITHOUT_VAT = new Set(["Z", "E", "AE", "K", "G", "O"]);

/** A typed number as {value, scale} (value / 10^scale), or null when it isn't one or could be two. */
export function decimal(typed) {
  const bare = typed.replace(/[\s\u00a0\u202f'’€%]/g, "");
  if (!bare || AMBIGUOUS.test(bare)) return null;
  const plain = onePoint(bare);
  if (plain === null || !PLAIN.test(plain)) return null;
  const [whole, fraction = ""] = plain.split(".");
  return { value: BigInt(whole + fraction), scale: fraction.length };
}

function onePoint(bare) {
  const last = Math.max(bare.lastIndexOf(","), bare.lastIndexOf("."));
  if (last < 0) return bare;
  const mark = bare[last];
  const other = mark === "." ? "," : ".";
  if (bare.split(mark).length > 2) {
    return new RegExp(`^-?\\d{1,3}(\\${mark}\\d{3})+$`).test(bare) ? bare.replaceAll(mark, "") : null;
  }
  const whole = bare.slice(0, last);
  if (whole.includes(other) && !new RegExp(`^-?\\d{1,3}(\\${other}\\d{3})+$`).test(whole)) return null;
  return `${whole.replaceAll(other, "") || "0"}.${bare.slice(last + 1)}`;
}

/** value / 10^scale in whole cents, a half away from zero. */
export function cents(value, scale) {
  if (scale <= 2) return value * 10n ** BigInt(2 - scale);
  const unit = 10n ** BigInt(scale - 2);
  const size = value < 0n ? -value : value;
  const rounded = (2n * size + unit) / (2n * unit);
  return value < 0n ? -rounded : rounded;
}

/** What one line comes to in cents, or null while it cannot be read. */
export function lineNet(line) {
  const quantity = decimal(line.quantity);
  const price = decimal(line.price);
  if (!quantity || !price) return null;
  return cents(quantity.value * price.value, quantity.scale + price.scale);
}

/** Net, VAT by category and rate, and the sum of it all, in cents. Lines that cannot be read count for nothing. */
export function totals(lines) {
  const groups = new Map();
  let net = 0n;
  for (const line of lines) {
    const amount = lineNet(line);
    if (amount === null) continue;
    net += amount;
    const rate = WITHOUT_VAT.has(line.category) ? { value: 0n, scale: 0 } : decimal(line.rate);
    const key = `${line.category} ${rate ? shortest(rate) : "?"}`;
    const group = groups.get(key) ?? { category: line.category, rate, taxable: 0n };
    group.taxable += amount;
    groups.set(key, group);
  }
  let vat = 0n;
  for (const group of groups.values()) {
    group.tax = group.rate ? cents(group.taxable * group.rate.value, 2 + group.rate.scale + 2) : 0n;
    vat += group.tax;
  }
  return { net, vat, due: net + vat, groups: [...groups.values()] };
}

function shortest({ value, scale }) {
  while (scale > 0 && value % 10n === 0n) {
    value /= 10n;
    scale -= 1;
  }
  return `${value}/${scale}`;
}

/** Cents as “1234.56”, for a formatter that takes exact text. */
export function written(amount) {
  const size = (amount < 0n ? -amount : amount).toString().padStart(3, "0");
  return `${amount < 0n ? "-" : ""}${size.slice(0, -2)}.${size.slice(-2)}`;
}
