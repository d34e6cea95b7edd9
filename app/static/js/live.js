// Parts of a page that follow what happens elsewhere, and whose buttons answer in place.
// Each has data-live with its own address; while something inside carries data-busy it is fetched again.

const PAUSE = 2000;
const HEADER = "X-Fragment";

function remember(part) {
  return {
    focused: part.contains(document.activeElement) ? document.activeElement.id : "",
    open: [...part.querySelectorAll("details[open]")].map((details) => details.id),
  };
}

function restore(part, before) {
  for (const id of before.open) {
    const details = id && part.querySelector(`#${CSS.escape(id)}`);
    if (details instanceof HTMLDetailsElement) details.open = true;
  }
  // Whoever went on meanwhile isn't called back.
  if (!before.focused || document.activeElement !== document.body) return;
  const same = document.getElementById(before.focused);
  const next = same ?? part.querySelector("button, a, summary") ?? part;
  if (next === part) part.tabIndex = -1;
  next.focus();
}

function show(part, html, before) {
  part.innerHTML = html;
  restore(part, before);
  follow(part);
}

async function fetchPart(address, options) {
  const answer = await fetch(address, { ...options, headers: { [HEADER]: "1" } });
  return answer.headers.get(HEADER) ? answer.text() : null; // signed out, or an error page
}

// Fetch a part again now, and go on while it is busy.
export async function look(part) {
  try {
    const html = document.hidden ? undefined : await fetchPart(part.dataset.live, {});
    if (html === null) return;
    if (html !== undefined && html !== part.dataset.shown) {
      part.dataset.shown = html;
      show(part, html, remember(part));
      return;
    }
  } catch {
    // The line is gone for a moment; look again.
  }
  follow(part);
}

function follow(part) {
  clearTimeout(Number(part.dataset.timer));
  if (part.querySelector("[data-busy]")) part.dataset.timer = String(setTimeout(look, PAUSE, part));
}

async function send(event, part) {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  const button = event.submitter;
  const body = new FormData(form, button);
  // Now: a button that is switched off loses the focus. What was folded out was answered.
  const before = { ...remember(part), open: [] };
  if (button) button.disabled = true;
  let html = null;
  try {
    html = await fetchPart(form.action, { method: "POST", body });
  } catch {
    if (button) button.disabled = false;
    document.getElementById(before.focused)?.focus();
    return; // nothing was sent: the button can be pressed again
  }
  if (html === null) location.reload();
  else show(part, html, before);
}

for (const part of document.querySelectorAll("[data-live]")) {
  part.addEventListener("submit", (event) => send(event, part));
  follow(part);
}
