"""One page in a real browser: what axe finds, what the console says, what doesn't fit, how much it weighs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from tests.pages.town import AXE, UNSEALED, Town
from tests.pages.variants import HEIGHT, WIDTHS, Variant, Ways

HERE = Path(__file__).parent
CHECKS = (HERE / "checks.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE = 20_000  # milliseconds; the machine is shared
KEYS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")  # the same dialog stands on many rows
NOT_LOADED = "Failed to load resource"  # judged by its status instead
# Pages that may run no script, not even that of axe: they are looked at without their seal.
SEALED = re.compile(r"/(html|page)(\?unsealed)?$")
OLD = re.compile(r"bootstrap|jquery|select2|font-?awesome|/appbuilder/", re.I)
RUN_AXE = """async ({tags, place}) => {
    const found = await axe.run(place ? document.querySelector(place) : document, {
        runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], iframes: false,
    });
    return found.violations.map(each => [each.id, each.nodes.slice(0, 3).map(node =>
        node.target.join(" ") + ": " + (node.any.concat(node.all, node.none)[0]?.message ?? each.help)).join(" | ")]);
}"""
# Everything that is closed, one by one: what opens over the page, and what folds out in it.
UNFOLD = "document.querySelectorAll('details:not([open])').forEach(each => { each.open = true; })"
LAYERS = """[...document.querySelectorAll('[popover], dialog')].map((each, number) => {
    each.dataset.layer = number;
    return [`[data-layer="${number}"]`, `${each.id} ${each.className}`];
})"""
# What lies above everything hides what is below it; axe doesn't know that, and takes it to be in the way.
OPEN = """(place) => {
    const each = document.querySelector(place);
    document.body.style.visibility = "hidden";
    each.style.visibility = "visible";
    if (each.matches("dialog")) { if (each.open) each.close(); each.showModal(); } else each.showPopover();
    return each.scrollWidth > innerWidth ? `${each.scrollWidth} > ${innerWidth}` : "";
}"""
FORM = """const form = [...document.querySelectorAll("main form")].find(
    (each) => each.method === "post" && each.querySelector("[required]:not([type=hidden])"));"""
EMPTIED = f"""() => {{ {FORM}
    if (!form) return false;
    form.noValidate = true;
    for (const each of form.querySelectorAll("input, textarea")) {{
        if (!["hidden", "checkbox", "radio", "submit"].includes(each.type)) each.value = "";
    }}
    return true;
}}"""
# Past the scripts of the page: the server's answer is what counts.
SENT = f"""() => {{ {FORM}
    addEventListener("submit", (event) => event.stopImmediatePropagation(), true);
    setTimeout(() => form.requestSubmit(form.querySelector("button[type=submit], button:not([type])")));
}}"""
CLOSE = """(place) => {
    const each = document.querySelector(place);
    each.style.visibility = document.body.style.visibility = "";
    each.close ? each.close() : each.hidePopover();
}"""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where, and seen how."""

    role: str
    variant: Variant
    page: str
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.page} ({self.role}; {self.variant}): {self.rule}: {self.what}"


@dataclass
class Window:
    """One person's browser. It is used for page after page, dressed anew where that differs."""

    browser: Browser
    town: Town
    role: str
    faults: list[Fault] = field(default_factory=list)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    known: set[str] = field(
        default_factory=set
    )  # controls whose focus is seen, per theme and width
    layers: set[str] = field(default_factory=set)  # dialogs and menus that were looked at
    views: int = 0  # pages judged, in each way
    page: Page = field(init=False)
    variant: Variant = field(init=False)

    def __post_init__(self) -> None:
        context = self.browser.new_context(base_url=self.town.url, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        context.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => console.error("
            "`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"
        )
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on(
            "pageerror", lambda error: self.troubles.append(("no script error", str(error)))
        )
        self.page.on("response", self._response)
        self.page.on("requestfailed", self._lost)

    def dress(self, variant: Variant, **session: Any) -> None:
        """Theme, width and language for what follows, and what else the session says."""
        self.variant = variant
        self.page.emulate_media(color_scheme=variant.theme, reduced_motion="reduce")
        self.page.set_viewport_size({"width": variant.width, "height": HEIGHT[variant.width]})
        name, value = self.town.cookie(self.role, variant.language, **session)
        # A narrow page follows the system, a wide one what was chosen for this browser.
        theme = variant.theme if variant.width == WIDTHS[0] else "system"
        cookies = {name: value, "theme": theme}
        self.page.context.add_cookies(
            [
                {"name": name, "value": value, "url": self.town.url}
                for name, value in cookies.items()
            ]
        )

    def look(self, address: str, ways: Ways) -> None:
        """Open a page and note everything that is wrong with it."""
        self.dress(ways[0])
        self.troubles.clear()
        sealed = SEALED.search(address) is not None
        self.page.goto(f"{address}?{UNSEALED}" if sealed else address, wait_until="load")
        self.judge(address, ways)

    def reject(self, label: str, ways: Ways) -> bool:
        """Send the form of the page that is open without anything in it, and judge what comes back."""
        if not self.page.evaluate(EMPTIED):
            return False
        self._turn(ways[0])
        with self.page.expect_navigation(wait_until="load"):
            self.page.evaluate(SENT)
        self.judge(f"{label}, rejected", ways)
        return True

    def judge(self, label: str, ways: Ways) -> None:
        """What is wrong with the page that is open, seen in each of these ways."""
        self.page.evaluate(UNFOLD)
        for way in ways:
            self._turn(way)
            self._judge(label)

    def _turn(self, way: Variant) -> None:
        """Let the theme of the page that is open, and its width, become these."""
        if way != self.variant:
            self.page.emulate_media(color_scheme=way.theme, reduced_motion="reduce")
            self.page.set_viewport_size({"width": way.width, "height": HEIGHT[way.width]})
            self.variant = way

    def _judge(self, label: str) -> None:
        self._note(label, self._own_checks())
        if not self.page.evaluate("'axe' in window"):
            self.page.add_script_tag(url=AXE)
        self._note(label, self._axe())
        for place, name in self.page.evaluate(LAYERS):
            self._layer(label, place, name)
        self._note(label, self.troubles)
        self.troubles.clear()
        self.views += 1

    def close(self) -> None:
        self.page.context.close()

    def _own_checks(self) -> Iterator[tuple[str, str]]:
        before = f"{self.variant.theme} {self.variant.width} "
        known = [each.removeprefix(before) for each in self.known if each.startswith(before)]
        found = self.page.evaluate(f"({CHECKS.strip().rstrip(';')})({json.dumps(known)})")
        self.known.update(before + each for each in found["checked"])
        yield from found["faults"]
        if (found["brightness"] < 128) != (self.variant.theme == "dark") and not self._paper():
            yield "theme", f"the page is not {self.variant.theme}"

    def _paper(self) -> bool:
        """An invoice is white, and a kept mail is as its reader's program shows it."""
        return SEALED.search(self.page.url) is not None

    def _axe(self, place: str = "") -> Iterator[tuple[str, str]]:
        for rule, nodes in self.page.evaluate(RUN_AXE, {"tags": RULES, "place": place}):
            yield f"axe {rule}", nodes

    def _layer(self, label: str, place: str, name: str) -> None:
        """A dialog or a menu: open it, look at it once in each way, close it."""
        key = f"{KEYS.sub('', name)} {self.variant}"
        if key in self.layers:
            return
        self.layers.add(key)
        if sideways := self.page.evaluate(OPEN, place):
            self._note(f"{label} {name}", [("no sideways scroll", sideways)])
        self._note(f"{label} {name}", self._axe(place))
        self.page.evaluate(CLOSE, place)

    def _note(self, label: str, found: Any) -> None:
        self.faults += [Fault(self.role, self.variant, label, *each) for each in found]

    def _console(self, message: ConsoleMessage) -> None:
        wrong = message.type in ("error", "warning") and not message.text.startswith(NOT_LOADED)
        if wrong:
            rule = "no CSP report" if message.text.startswith("CSP") else "no console error"
            self.troubles.append((rule, message.text))

    def _response(self, response: Response) -> None:
        inside = response.request.resource_type != "document"
        if inside and response.status >= 400:
            self.troubles.append(("everything loads", f"{response.status} {response.url}"))
        if inside and OLD.search(urlsplit(response.url).path):
            self.troubles.append(("no old library", response.url))

    def _lost(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a download, or a page that was left
            self.troubles.append(("everything loads", f"{request.failure} {request.url}"))
