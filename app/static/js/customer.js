// One field finds a customer: what it finds stands below it in groups, as the ARIA combobox pattern has it.
// The address book and the network are asked at once; company registers apart, because they may be slow.

import { join, pointAt } from "./combobox.js";

const PAUSE = 250; // milliseconds after the last key
const REGISTER_PAUSE = 600;
const SHORTEST = 3; // for a register

class Finder {
  constructor(input) {
    this.input = input;
    this.form = input.form;
    this.words = input.dataset;
    this.status = document.getElementById(`${input.id}-said`);
    this.main = this.words.customers ? "here" : "registers";
    this.sources = {}; // what was found, by who was asked
    this.at = -1;
    this.build();
  }

  build() {
    const { input } = this;
    const box = document.createElement("div");
    box.className = "combobox lookup";
    input.before(box);
    const list = (this.list = document.createElement("div"));
    list.id = `${input.id}-list`;
    list.setAttribute("aria-label", input.labels[0].textContent.trim());
    join(input, list);
    box.append(input, list);
    input.addEventListener("input", (event) => {
      event.stopPropagation(); // it is no field of the invoice
      this.look(PAUSE);
    });
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("click", () => this.list.hidden && this.look(0));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => this.close());
    list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
  }

  // --- Asking ---

  look(pause) {
    this.stop();
    this.sources = {};
    this.hurried = false;
    this.asking = true;
    const text = this.input.value.trim();
    const { signal } = (this.request = new AbortController());
    this.timers = [setTimeout(() => this.ask("here", this.words.customers, text, signal), pause)];
    if (this.words.registers && text.length >= SHORTEST) {
      this.sources.registers = [{ matches: [], notes: [this.words.asking], pending: true }];
      this.timers.push(
        setTimeout(() => this.ask("registers", this.words.registers, text, signal), REGISTER_PAUSE),
      );
    }
    if (this.main === "registers") this.show();
  }

  stop() {
    this.timers?.forEach(clearTimeout);
    this.request?.abort();
    this.asking = false;
  }

  async ask(source, address, text, signal) {
    if (!address) return;
    const asked = new URLSearchParams({ q: text, kind: this.form.elements.kind?.value ?? "" });
    const answer = await told(`${address}?${asked}`, signal);
    if (signal.aborted) return;
    this.sources[source] = answer?.groups ?? [{ matches: [], notes: [answer?.error ?? this.words.away] }];
    if (source === this.main) this.asking = false;
    this.show();
    const first = this.options()[0];
    if (this.hurried && source === this.main && first) this.take(first);
  }

  // --- Showing ---

  show() {
    const marked = this.options()[this.at]?.dataset.key;
    const groups = [...(this.sources.here ?? []), ...(this.sources.registers ?? [])];
    this.found = new Map(groups.flatMap(({ matches }) => matches.map((match) => [match.key, match])));
    this.list.replaceChildren(...groups.map((group, number) => this.group(group, number)));
    this.list.hidden = groups.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.options().forEach((option, number) => (option.id = `${this.list.id}-${number}`));
    this.mark(Math.max(0, this.options().findIndex((option) => option.dataset.key === marked)));
    this.list.scrollIntoView({ block: "nearest" });
    const notes = groups.filter(({ pending }) => !pending).flatMap((group) => group.notes);
    const count = this.found.size ? this.words.found.replace("%n", this.found.size) : "";
    this.say([count, ...notes].filter(Boolean).join(" "));
  }

  group({ title, matches, notes }, number) {
    const group = element("div", { role: "group" });
    if (title) {
      const head = element("div", { role: "presentation", id: `${this.list.id}-group-${number}`, class: "found-in" }, title);
      group.setAttribute("aria-labelledby", head.id);
      group.append(head);
    } else group.setAttribute("aria-label", notes[0] ?? "");
    group.append(...matches.map((match) => line(match)));
    for (const note of notes) group.append(element("div", { role: "option", "aria-disabled": "true", class: "none" }, note));
    return group;
  }

  options() {
    return [...this.list.querySelectorAll("[role=option][data-key]")];
  }

  mark(at) {
    this.at = pointAt(this.input, this.options(), at);
  }

  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  close() {
    this.stop();
    this.list.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.look(0);
      else this.mark(Math.max(0, this.at + (key === "ArrowDown" ? 1 : -1)));
    } else if (key === "Enter") {
      event.preventDefault(); // it chooses; it doesn't send the form
      if (this.asking) this.hurried = true; // quicker than the answer: the first that comes is meant
      else if (this.list.hidden) this.look(0);
      else this.take(this.options()[this.at]);
    } else if (key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  // --- Choosing ---

  take(option) {
    const match = this.found?.get(option?.dataset.key);
    if (!match) return;
    this.close();
    this.input.value = match.name;
    this.say(this.words.taken.replace("%n", match.name));
    if (this.words.customers) this.put(match.fields);
    this.offerToKeep(!match.key.startsWith("contact-"));
    if (match.key.startsWith("register-")) this.complete(match);
  }

  /** A search in a register says little of each; of the one that was chosen it says more. */
  async complete(match) {
    const answer = await told(`${this.words.fields}?${new URLSearchParams({ key: match.key })}`);
    if (!answer?.fields) {
      this.say(answer?.error ?? this.words.away);
      return;
    }
    // Of what was filled in already only what nobody changed meanwhile.
    const unchanged = ([name]) => this.field(name)?.value === (match.fields[name] ?? "");
    const said = Object.entries(answer.fields);
    this.put(Object.fromEntries(this.words.customers ? said.filter(unchanged) : said));
  }

  /** Whoever stands in the address book already isn't kept there once more. */
  offerToKeep(offered) {
    const box = this.form.elements.keep_contact;
    if (!box) return;
    if (!offered) box.checked = false;
    box.closest(".field").hidden = !offered;
  }

  field(name) {
    return this.form.elements[name];
  }

  /** As if somebody had typed it: totals, hints, drafts and the way it travels all hear of it. */
  put(fields) {
    const country = this.field("country")?.value;
    for (const [name, value] of Object.entries(fields)) {
      const field = this.field(name) ?? this.hiddenField(name);
      if (field) field.value = value;
    }
    for (const name of ["input", "change"]) this.form.dispatchEvent(new Event(name, { bubbles: true }));
    this.field("buyer_value")?.dispatchEvent(new Event("change", { bubbles: true }));
    if (this.field("country")?.value !== country) this.field("country").dispatchEvent(new Event("change"));
  }

  /** A number of another country: its field comes with the country, and finds the number there. */
  hiddenField(name) {
    if (!name.startsWith("number_")) return null;
    const field = element("input", { type: "hidden", name });
    this.form.append(field);
    return field;
  }
}

function line({ key, name, about, standing, level }) {
  const option = element("div", { role: "option", "aria-selected": "false" });
  option.dataset.key = key;
  option.append(element("b", { translate: "no" }, name));
  if (about) option.append(" ", element("small", { class: "soft", translate: "no" }, about));
  if (standing) option.append(" ", element("small", { class: `standing-${level}` }, standing));
  return option;
}

function element(name, attributes, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

/** What the server says as JSON, also when it refuses; nothing when it says nothing that we understand. */
async function told(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal }).catch(() => null);
  if (!answer?.headers.get("Content-Type")?.includes("json")) return null;
  return answer.json().catch(() => null);
}

for (const input of document.querySelectorAll("input[data-customers], input[data-registers]")) new Finder(input);
