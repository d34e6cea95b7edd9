// A choice in which one can search: a field with a list under it, as the ARIA combobox pattern has it.
// The native select stays in the form and holds the value; without this script it is the choice.
// With data-source the server is asked; else the options that are there are searched.

const PAUSE = 200;
const MOST = 50;
const bare = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();

class Combobox {
  constructor(select) {
    this.select = select;
    this.input = document.createElement("input");
    this.list = document.createElement("ul");
    this.at = -1;
    this.build();
    this.show();
  }

  build() {
    const { select, input, list } = this;
    const box = document.createElement("div");
    box.className = "combobox";
    // A name and an id that are the same would be two fields to a form.
    input.id = `${select.id}-search`;
    for (const label of select.labels) label.htmlFor = input.id;
    for (const link of document.querySelectorAll(`a[href="#${CSS.escape(select.id)}"]`)) link.hash = input.id;
    list.id = `${input.id}-list`;
    Object.assign(input, { type: "text", className: "form-select", autocomplete: "off", spellcheck: false });
    for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    list.setAttribute("aria-label", document.querySelector(`label[for="${input.id}"]`)?.textContent.trim() ?? "");
    join(input, list);
    select.before(box);
    box.append(select, input, list);
    select.hidden = true;
    input.addEventListener("input", () => this.search());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("click", () => (list.hidden ? this.open("") : this.close()));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => this.close());
    list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
    select.addEventListener("change", () => this.show());
    select.form?.addEventListener("reset", () => setTimeout(() => this.show()));
    // What a script puts in (text put back, the fields of a contact) it tells of the form, not of each field.
    for (const name of ["input", "change"]) {
      select.form?.addEventListener(name, (event) => event.target === select.form && this.show());
    }
  }

  /** What is chosen, as the field shows it. */
  show() {
    this.input.value = this.select.selectedOptions[0]?.textContent.trim() ?? "";
  }

  search() {
    clearTimeout(this.timer);
    this.asking = Boolean(this.select.dataset.source);
    const typed = this.input.value;
    if (!this.select.dataset.source) this.open(typed);
    else this.timer = setTimeout(() => this.ask(typed), PAUSE);
  }

  /** The server knows more than the select holds: what it finds becomes an option. */
  async ask(typed) {
    const address = new URL(this.select.dataset.source, location);
    address.searchParams.set("q", typed);
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (typed !== this.input.value) return; // another was asked for meanwhile
    for (const { value, text, data } of answer?.ok ? await answer.json() : []) {
      if ([...this.select.options].some((option) => option.value === value)) continue;
      const option = new Option(text, value);
      option.translate = false; // what the server finds are names
      Object.assign(option.dataset, data);
      this.select.append(option);
    }
    this.open(typed);
    if (this.hurried) this.take(this.list.querySelector("[role=option]"));
  }

  open(typed) {
    this.asking = false;
    const wanted = bare(typed.trim());
    const found = [...this.select.options].filter((option) => bare(option.textContent).includes(wanted)).slice(0, MOST);
    this.list.replaceChildren(...found.map((option, at) => this.line(option, at)));
    if (!found.length) {
      const none = document.createElement("li");
      none.className = "none";
      none.setAttribute("role", "presentation");
      none.textContent = this.select.dataset.none ?? "–";
      this.list.append(none);
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.list.scrollIntoView({ block: "nearest" });
    this.mark(typed ? 0 : found.findIndex((option) => option.selected));
  }

  line(option, at) {
    const line = document.createElement("li");
    line.id = `${this.list.id}-${at}`;
    line.setAttribute("role", "option");
    line.dataset.value = option.value;
    line.textContent = option.textContent.trim();
    if (!option.translate) line.translate = false;
    return line;
  }

  close() {
    clearTimeout(this.timer);
    this.asking = this.hurried = false;
    this.list.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.show();
  }

  mark(at) {
    this.at = pointAt(this.input, [...this.list.querySelectorAll("[role=option]")], at);
  }

  take(line) {
    if (!line) return;
    this.select.value = line.dataset.value;
    this.close();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  key(event) {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.open("");
      else this.mark(this.at + (key === "ArrowDown" ? 1 : -1));
    } else if (key === "Enter" && this.asking) {
      event.preventDefault(); // quicker than the answer: the first that comes is meant
      this.hurried = true;
    } else if (key === "Enter" && !this.list.hidden) {
      event.preventDefault(); // it chooses; it doesn't send the form
      this.take(this.list.querySelectorAll("[role=option]")[this.at]);
    } else if (key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.input.select();
    }
  }
}

/** Tell who listens that this list, closed yet, belongs to this field; pressing into it leaves the focus where it is. */
export function join(input, list) {
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
  ]) {
    input.setAttribute(name, value);
  }
  list.setAttribute("role", "listbox");
  list.hidden = true;
  list.addEventListener("pointerdown", (event) => event.preventDefault());
}

/** Mark the option at this place, or none, and name it to who listens to the field; the answer is where it is. */
export function pointAt(input, options, at) {
  const place = Math.max(-1, Math.min(at, options.length - 1));
  options.forEach((option, each) => option.setAttribute("aria-selected", String(each === place)));
  const here = options[place];
  if (here) {
    input.setAttribute("aria-activedescendant", here.id);
    here.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
  return place;
}

for (const select of document.querySelectorAll("select[data-search]")) new Combobox(select);
