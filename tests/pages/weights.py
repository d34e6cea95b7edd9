"""What a page weighs over the wire: the first one with nothing in the browser's cache, and those after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from tests.pages.town import STRANGER, Town

FIRST = 200  # kB
LATER = 40
LIST = "/outbox/"  # of who works with documents; it leads to one
# Who opens what after the first page.
MAIN = {
    "advanced": ("/inbox/", LIST, "/documents/list/", "/documents/new", "/documents/upload"),
    "administrator": ("/contacts/list/", "/partners/list/", "/organizations/list/", "/users/list/"),
}
OWN = ("/profile/", "/notifications/", "/")


@dataclass(frozen=True, slots=True)
class Weight:
    """One page as it was fetched."""

    page: str
    kilobytes: float

    def __str__(self) -> str:
        return f"{self.page}: {self.kilobytes:.1f} kB over the wire"


def measure(chromium: Browser, town: Town) -> tuple[list[Weight], list[Weight]]:
    """The sign-in page and home to a browser that was never here; then the other pages, one after another."""
    stranger = _window(chromium, town, STRANGER)
    first, later = [_weighed(stranger, "/login/")], []
    stranger.context.close()
    for role, addresses in MAIN.items():
        page = _window(chromium, town, role)
        first.append(_weighed(page, "/"))
        documents = (_document(page),) if LIST in addresses else ()
        later += [_weighed(page, address) for address in (*addresses, *documents, *OWN)]
        page.context.close()
    return first, later


def _window(chromium: Browser, town: Town, role: str) -> Page:
    context = chromium.new_context(base_url=town.url)
    name, value = town.cookie(role, "nl")
    context.add_cookies([{"name": name, "value": value, "url": town.url}])
    return context.new_page()


def _document(page: Page) -> str:
    page.goto(LIST)
    return str(page.locator("a.row-link[href*='/documents/show/']").first.get_attribute("href"))


def _weighed(page: Page, address: str) -> Weight:
    total = 0.0
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def add(event: dict[str, Any]) -> None:
        nonlocal total
        total += event["encodedDataLength"]

    session.on("Network.loadingFinished", add)
    page.goto(address, wait_until="networkidle")
    session.detach()
    return Weight(address, total / 1000)
