// What axe doesn't look at: does the page fit, is the focus seen, is it really dark.
// Answers a list of [rule, what is wrong]. `known` names controls that were found in order before.
(known) => {
  const faults = [];
  const root = document.documentElement;
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];

  const name = (each) => {
    const words = (each.getAttribute("aria-label") || each.innerText || each.name || "").trim().slice(0, 40);
    const kind = [...each.classList].map((one) => `.${one}`).join("");
    return `${each.tagName.toLowerCase()}${each.id ? `#${each.id}` : ""}${kind} “${words}”`;
  };

  // Sideways: the page itself, and whoever sticks out.
  if (root.scrollWidth > root.clientWidth) {
    const out = [...document.body.querySelectorAll("*")].filter(
      (each) => each.getBoundingClientRect().right > root.clientWidth + 1 && each.checkVisibility(),
    );
    faults.push(["no sideways scroll", `${root.scrollWidth} > ${root.clientWidth}: ${out.slice(-3).map(name).join(", ")}`]);
  }

  // Focus: something about the control, its label or what holds it changes when it is reached by keyboard.
  const SEEN = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderColor", "backgroundColor", "textDecorationLine"];
  const look = (each) => {
    const places = [each, each.parentElement, ...(each.labels ?? [])];
    return places.map((place) => {
      const style = getComputedStyle(place);
      return SEEN.map((property) => style[property]).join("|");
    });
  };
  const drawn = (each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const kind = (each) => `${each.tagName} ${each.className} ${each.type ?? ""} ${each.parentElement.className}`;
  const focused = document.activeElement;
  const place = scrollY;
  const checked = [];
  const controls = document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1']), iframe",
  );
  for (const each of controls) {
    if (each.disabled || each.tagName === "IFRAME" || !each.checkVisibility({ visibilityProperty: true })) continue;
    if (known.includes(kind(each)) || checked.includes(kind(each))) continue;
    each.blur();
    const before = look(each);
    each.focus({ preventScroll: true, focusVisible: true });
    if (document.activeElement !== each) continue;
    const after = look(each);
    if (!drawn(each) && before.every((one, index) => one === after[index])) {
      faults.push(["visible focus", name(each)]);
    } else checked.push(kind(each));
    each.blur();
  }
  focused?.focus?.({ preventScroll: true });
  // A field that selects its text when it is reached comes into sight; the page is judged where it was.
  scrollTo({ top: place, behavior: "instant" });

  // What its words stand on: the frame around a page is deep blue in both themes. Each layer may let the one
  // below shine through, and the root the browser's own colour.
  const canvas = document.createElement("canvas").getContext("2d");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches && getComputedStyle(root).colorScheme.includes("dark");
  const layers = [root, document.body, document.querySelector("main"), document.querySelector("main .card")];
  for (const colour of [dark ? "black" : "white", ...layers.filter(Boolean).map((each) => getComputedStyle(each).backgroundColor)]) {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
  }
  const brightness = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).reduce((sum, part) => sum + part) / 3;
  return { faults, checked, brightness };
};
