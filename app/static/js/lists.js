// Lists of documents: a row opens beside the list, several rows are chosen at once, and keys move along them.
// Without this script each row has its links, boxes and buttons all the same.

const WIDE = window.matchMedia("(min-width: 1000px)");
const MUTED = "postiljon:list-keys-off";

const table = document.querySelector("[data-rows]");
const place = document.querySelector("[data-preview]");
const frame = document.querySelector("[data-preview-beside]");

const rows = () => [...table.tBodies[0].rows];
const linkOf = (row) => row.querySelector(".row-link");

// --- The document beside the list ---

let asked = "";

async function fetched(key) {
  const answer = await fetch(`/documents/preview/${key}`, { headers: { "X-Fragment": "1" } });
  return answer.ok && answer.headers.has("X-Fragment") ? answer.text() : null;
}

function mark(key) {
  for (const row of rows()) row.classList.toggle("shown", row.dataset.document === key);
}

function addressWith(key) {
  const address = new URL(window.location.href);
  if (key) address.searchParams.set("show", key);
  else address.searchParams.delete("show");
  return address;
}

async function show(key, { remember = true } = {}) {
  asked = key;
  const html = await fetched(key);
  if (asked !== key) return; // another was asked for meanwhile
  if (html === null) {
    window.location.assign(`/documents/show/${key}`);
    return;
  }
  place.innerHTML = html;
  frame.classList.add("has-preview");
  mark(key);
  rows().find((row) => row.dataset.document === key)?.classList.remove("unread");
  if (remember) history.pushState({ show: key }, "", addressWith(key));
}

function close({ remember = true } = {}) {
  asked = "";
  const shown = rows().find((row) => row.classList.contains("shown"));
  const within = place.contains(document.activeElement);
  place.replaceChildren();
  frame.classList.remove("has-preview");
  mark("");
  if (within && shown) linkOf(shown).focus();
  if (remember) history.pushState({}, "", addressWith(""));
}

function plain(event) {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

function opened(event) {
  const row = event.target.closest("tbody tr");
  if (!row || !plain(event) || !WIDE.matches) return;
  const own = event.target.closest(".peek");
  if (!own && event.target.closest("a, button, input, label, td.choose")) return;
  if (!own && String(window.getSelection())) return; // a text is being selected
  event.preventDefault();
  show(row.dataset.document);
}

function openedOnAPhone(event) {
  const row = event.target.closest("tbody tr");
  if (!row || WIDE.matches || !plain(event) || event.target.closest("a, button, input, label, td.choose")) return;
  linkOf(row).click();
}

// --- Several rows ---

const bar = document.querySelector("[data-together]");
const all = [...document.querySelectorAll("[data-all]")]; // in the head, and above the rows on a phone
const boxes = () => [...table.querySelectorAll("input[name=row]")];

function count() {
  const number = boxes().filter((box) => box.checked).length;
  for (const button of bar.querySelectorAll("button")) button.disabled = number === 0;
  const said = bar.querySelector("[data-chosen]");
  said.textContent = number ? said.dataset.words.replace("#", number) : "";
  for (const each of all) {
    each.checked = number > 0 && number === boxes().length;
    each.indeterminate = number > 0 && !each.checked;
  }
}

function chooseAll(event) {
  for (const box of boxes()) box.checked = event.target.checked;
  count();
}

// --- Keys ---

const dialog = document.getElementById("keys");
const muted = () => localStorage.getItem(MUTED) === "1";

function here() {
  return document.activeElement?.closest("[data-rows] tbody tr");
}

function move(step) {
  const found = rows();
  const at = found.indexOf(here() ?? found.find((row) => row.classList.contains("shown")));
  const to = at < 0 ? (step > 0 ? 0 : found.length - 1) : Math.min(found.length - 1, Math.max(0, at + step));
  linkOf(found[to]).focus();
  if (frame.classList.contains("has-preview") && WIDE.matches) show(found[to].dataset.document);
}

function choose() {
  const box = here()?.querySelector("input[name=row]");
  if (!box) return;
  box.checked = !box.checked;
  count();
}

function open() {
  const row = here();
  if (row && WIDE.matches) show(row.dataset.document);
  else if (row) linkOf(row).click();
}

const DEEDS = { j: () => move(1), k: () => move(-1), o: open, x: choose, "?": () => dialog.showModal() };

function typing(element) {
  const box = element.matches?.("[data-rows] input[type=checkbox]");
  return !box && (element.isContentEditable || element.matches?.("input, select, textarea, dialog *, [popover] *"));
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open], :popover-open")) return;
  if (event.key === "Escape" && frame.classList.contains("has-preview")) {
    close();
    return;
  }
  const deed = Object.hasOwn(DEEDS, event.key) ? DEEDS[event.key] : null;
  if (!deed || (muted() && event.key !== "?")) return;
  event.preventDefault();
  deed();
}

if (table) {
  table.addEventListener("click", opened);
  table.addEventListener("click", openedOnAPhone);
  place.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close-preview]") || !plain(event)) return;
    event.preventDefault();
    close();
  });
  window.addEventListener("popstate", () => {
    const key = new URL(window.location.href).searchParams.get("show");
    if (key) show(key, { remember: false });
    else close({ remember: false });
  });
  document.addEventListener("keydown", pressed);
  const button = document.querySelector("[data-keys]");
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
  const listens = dialog.querySelector("[data-keys-on]");
  listens.checked = !muted();
  listens.addEventListener("change", () => localStorage.setItem(MUTED, listens.checked ? "" : "1"));
}
if (bar) {
  for (const each of all) {
    (each.closest("[hidden]") ?? each).hidden = false;
    each.addEventListener("change", chooseAll);
  }
  table.addEventListener("change", count);
  window.addEventListener("pageshow", count);
  count();
}
