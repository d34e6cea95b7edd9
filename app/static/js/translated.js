// Says so when the browser translates the page all the same, and offers our own languages.
// Nothing tells a page that it was translated; these are the traces that browsers leave:
// Chrome sets a class and another language on <html> and wraps words in <font>; Edge marks what it changed
// with _msttexthash; Firefox sets another language; each changes the title. Undone, the traces are gone.

const notice = document.getElementById("translated");
const root = document.documentElement;
const CLOSED = "translation-notice-closed";
const PAUSE = 200; // a translation comes in a thousand small changes

function traces(title) {
  return (
    /(^|\s)translated-(ltr|rtl)(\s|$)/.test(root.className) ||
    root.lang.toLowerCase().split("-")[0] !== notice.dataset.language ||
    document.querySelector("body font, [_msttexthash], [_msthash]") !== null ||
    document.title !== title
  );
}

// The language of the translation, where the browser says it; else the one that it speaks itself.
function target() {
  const said = root.lang.toLowerCase().split("-")[0];
  return said && said !== notice.dataset.language ? said : navigator.language.toLowerCase().split("-")[0];
}

function show() {
  const wanted = [target(), notice.dataset.language];
  const ours = [...notice.querySelectorAll("p[lang]")].map((each) => each.lang);
  if (!ours.includes(wanted[0])) wanted[0] = "en";
  for (const sentence of notice.querySelectorAll("p[lang]")) sentence.hidden = !wanted.includes(sentence.lang);
  for (const button of notice.querySelectorAll("button[name=language]")) {
    button.classList.toggle("btn-primary", button.value === wanted[0]);
  }
  notice.hidden = false;
}

function closed() {
  try {
    return sessionStorage.getItem(CLOSED) !== null;
  } catch {
    return false; // no storage for this page
  }
}

function close() {
  notice.hidden = true;
  try {
    sessionStorage.setItem(CLOSED, "1");
  } catch {
    // It comes back on the next page.
  }
}

if (notice && !closed()) {
  const title = document.title;
  let timer = 0;
  const look = () => {
    timer = 0;
    if (closed()) return;
    const translated = traces(title);
    if (translated && notice.hidden) show();
    if (!translated) notice.hidden = true;
  };
  const observer = new MutationObserver(() => {
    timer ||= setTimeout(look, PAUSE);
  });
  observer.observe(root, {
    attributeFilter: ["class", "lang", "_msttexthash", "_msthash"],
    childList: true,
    characterData: true,
    subtree: true,
  });
  notice.querySelector("[data-close]").addEventListener("click", close);
  look();
}
