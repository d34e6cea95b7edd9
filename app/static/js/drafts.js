// What is typed into the invoice form is stored as a draft soon after, and says so; until it is, this tab keeps it.
// Every state that is sent has a mark of its own and names those that it may take the place of: what somebody
// else stored meanwhile is never overwritten, and neither is a newer state by one that arrives late.

import { forget, keep, kept } from "./keep-typed.js";
import { showRows } from "./rows.js";

const PAUSE = 2000; // milliseconds after the last key
const LEFT = 300; // after a field was left
const LONGEST = 10_000; // while somebody goes on and on
const PATIENCE = 30_000; // for an answer
const AGAIN = [2000, 5000, 10_000, 30_000, 60_000];
const OUTLIVES = 60_000; // bytes of a request that browsers finish without its page
const MOST_KNOWN = 40;
const SORTS = ["lines", "extras"];
const OWN = ["csrf_token", "new_draft", "known", "mark", "contact", "keep_contact"]; // of each page, not typed

const form = document.querySelector("#invoice-form");
const place = document.querySelector("#kept");
const said = place.querySelector("[role=status]");
const words = place.dataset;

let draft = form.dataset.draft;
let known = form.elements.known.value.split(" ").filter(Boolean);
let stored = form.dataset.unstored ? null : typed(); // as text; null: nobody knows
let timer, underWay, saying; // what is on its way, and what it says
let since = 0; // when the first change was made that isn't stored
let failures = 0;
let choosing = false; // somebody else's state is stored: one of the two has to be chosen
let leaving = false; // a button sends the form
let renewed = false; // the token, since something was stored

function pairs() {
  return [...new FormData(form)].filter(([name, value]) => !OWN.includes(name) && typeof value === "string");
}

function typed() {
  return JSON.stringify(pairs());
}

const key = () => `${form.dataset.keep}:${draft || "new"}`;
const unstored = () => typed() !== stored;

// --- When ---

function changed(event) {
  if (!unstored()) {
    clearTimeout(timer);
    since = 0;
    forget(key());
    if (failures && !choosing) say("");
    failures = 0;
  } else {
    since ||= Date.now();
    keepHere();
    if (!choosing) plan(Math.min(event.type === "input" ? PAUSE : LEFT, since + LONGEST - Date.now()));
  }
  guard();
}

function plan(wait) {
  clearTimeout(timer);
  timer = setTimeout(store, Math.max(0, wait));
}

function keepHere() {
  return keep(key(), { known, draft: form.elements.new_draft?.value, pairs: pairs() });
}

// --- Storing ---

async function store(last) {
  clearTimeout(timer);
  const text = typed();
  if (text === stored || choosing || leaving || (underWay && (last !== true || text === saying))) return;
  underWay?.abort(); // the page goes: what it says now is sent beside what is on its way
  saying = text;
  const body = signed(new URLSearchParams(pairs()));
  keepHere();
  const request = (underWay = new AbortController());
  const enough = setTimeout(() => request.abort("slow"), PATIENCE);
  try {
    const answer = await fetch(draft ? `/documents/keep/${draft}` : "/documents/keep", {
      method: "POST",
      headers: { Accept: "application/json" },
      redirect: "manual",
      keepalive: last === true && `${body}`.length < OUTLIVES,
      signal: request.signal,
      body,
    });
    await hear(answer, text);
  } catch {
    if (request.signal.aborted && request.signal.reason !== "slow") return;
    later(words.away);
  } finally {
    clearTimeout(enough);
    if (underWay === request) underWay = undefined;
  }
  guard();
}

/** The form with the mark of this state; from now on the page knows it, answered or not. */
function signed(fields) {
  const mark = newId();
  for (const name of ["csrf_token", "new_draft"]) fields.set(name, form.elements[name]?.value ?? "");
  fields.set("known", known.join(" "));
  fields.set("mark", mark);
  known = [...known, mark].slice(-MOST_KNOWN);
  return fields;
}

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
}

async function hear(answer, text) {
  const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  if (answer.ok && told.draft) isStored(told, text);
  else if (answer.status === 409 && told.mark) choose(told);
  else if (answer.status === 400 || answer.type === "opaqueredirect") await signedOut(told.error ?? words.away);
  else if (answer.status > 400 && answer.status < 500) refused(answer.status, told.error ?? words.away);
  else later(told.error ?? words.away);
}

function isStored(told, text) {
  forget(key());
  stored = text;
  failures = 0;
  renewed = false;
  if (draft !== told.draft) {
    draft = told.draft;
    form.action = told.address;
    history.replaceState(history.state, "", told.address);
  }
  since = 0;
  say(told.text);
  if (unstored()) {
    since = Date.now();
    keepHere();
    plan(PAUSE);
  }
}

function later(reason) {
  const room = keepHere();
  say(`${reason} ${room ? words.here : words.noRoom}`, "trouble");
  plan(AGAIN[Math.min(failures++, AGAIN.length - 1)]);
}

// Whoever signed in again has another token; whoever signs in as somebody else stores nothing of this.
async function signedOut(reason) {
  if (renewed) return refused(400, reason); // it wasn't the token
  const answer = await fetch("/documents/keep", { headers: { Accept: "application/json" }, redirect: "manual" });
  const now = answer.ok ? await answer.json() : {};
  if (!form.dataset.keep.endsWith(`:${now.person}`)) {
    later(words.signedOut);
    return show("sign-in");
  }
  renewed = true;
  for (const each of document.querySelectorAll("input[name=csrf_token]")) each.value = now.token;
  plan(0);
}

// The draft was sent or thrown away, or something in it cannot be stored: tried again when it changes.
function refused(status, reason) {
  say(`${reason} ${keepHere() ? words.only : words.noRoom}`, "trouble");
  failures += 1;
  if (draft && [404, 409].includes(status)) show("as-new");
}

function choose({ error, mark }) {
  choosing = true;
  failures += 1;
  say(`${error} ${keepHere() ? words.only : words.noRoom}`, "trouble");
  show("theirs", "mine");
  place.querySelector("[data-deed=theirs]").href = `/documents/edit/${draft || form.elements.new_draft.value}`;
  place.querySelector("[data-deed=mine]").dataset.mark = mark;
}

// --- Telling ---

function say(text, level = "") {
  show();
  if (said.textContent !== text) said.textContent = text; // said twice, it would be heard twice
  place.dataset.level = level;
}

function show(...deeds) {
  for (const each of place.querySelectorAll("[data-deed]")) each.hidden = !deeds.includes(each.dataset.deed);
}

function ask(event) {
  event.preventDefault();
}

// Only where something would be lost with the page; a listener for nothing keeps it from being kept by the browser.
function guard() {
  const risky = unstored() && !leaving && (failures > 0 || typed().length > OUTLIVES);
  (risky ? addEventListener : removeEventListener)("beforeunload", ask);
}

// --- What is chosen ---

const DEEDS = {
  mine(button) {
    known.push(button.dataset.mark);
    choosing = false;
    show();
    said.focus({ preventScroll: true }); // the button is gone
    store();
  },
  theirs() {
    forget(key());
    leaving = true;
  },
  "as-new"() {
    forget(key());
    draft = "";
    known = [];
    form.action = "/documents/new";
    form.elements.new_draft.value = newId();
    form.requestSubmit(form.querySelector("[name=do][value=save]"));
  },
  "sign-in"() {},
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-deed]");
  if (!button) return;
  if (button.localName === "button") event.preventDefault();
  DEEDS[button.dataset.deed](button);
  guard();
});

// --- What this tab kept of an earlier page ---

function putBack(entry) {
  if (!entry || same(entry.pairs)) return forget(key());
  const names = entry.pairs.map(([name]) => name);
  showRows(SORTS, names);
  for (const [name, value] of entry.pairs) {
    const field = form.elements[name];
    if (field && "value" in field) field.value = value;
  }
  known = entry.known;
  if (entry.draft && form.elements.new_draft) form.elements.new_draft.value = entry.draft;
  document.querySelector("#put-back").hidden = false;
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function same(before) {
  return JSON.stringify(before) === typed();
}

document.querySelector("#put-back button").addEventListener("click", () => {
  forget(key());
  leaving = true;
  guard();
  window.location.reload();
});

form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", () => {
  clearTimeout(timer);
  underWay?.abort();
  leaving = true;
  guard();
  const fields = signed(new URLSearchParams());
  form.elements.known.value = fields.get("known");
  form.elements.mark.value = fields.get("mark");
  if (unstored()) keepHere();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) store(true);
  else if (failures) store();
});
addEventListener("pagehide", () => store(true));
addEventListener("pageshow", (event) => {
  if (event.persisted) leaving = false;
});
addEventListener("online", () => {
  failures = Math.min(failures, 1);
  store();
});

if (form.dataset.fresh) putBack(kept(key()));
else if (form.dataset.unstored) form.dispatchEvent(new Event("input", { bubbles: true }));
