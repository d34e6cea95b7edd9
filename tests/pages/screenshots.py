"""The main pages in both themes, as files in the folder screenshots: ``make screenshots``."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from config import ROOT
from scripts import catalogues, static_files
from tests.conftest import CHROMIUM, FLAGS
from tests.pages.town import STRANGER, Town, town
from tests.pages.variants import THEMES

FOLDER = ROOT / "screenshots"
LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, who looks, where; a link to follow there, and what to wait for."""

    name: str
    role: str
    address: str
    follow: str = ""
    size: tuple[int, int] = (1280, 800)


DOCUMENT = "a[href*='/documents/show/']"
ORGANIZATION = "a[href*='/organizations/show/']"
SHOTS = (
    Shot("sign-in", STRANGER, "/login/"),
    Shot("home", "administrator", "/"),
    Shot("home-phone", "administrator", "/", size=(360, 740)),
    Shot("home-of-a-newcomer", "newcomer", "/"),
    Shot("inbox", "administrator", "/inbox/"),
    Shot("outbox", "administrator", "/outbox/"),
    Shot("outbox-phone", "administrator", "/outbox/", size=(360, 740)),
    Shot("document", "administrator", "/outbox/", DOCUMENT),
    Shot("invoice-form", "administrator", "/documents/new"),
    Shot("receive", "administrator", "/receive/"),
    Shot("organization", "administrator", "/organizations/list/", ORGANIZATION),
    Shot("my-environment", "administrator", "/environment/"),
    Shot("users", "administrator", "/users/list/"),
    Shot("support", "technical support", "/"),
    Shot("support-queues", "technical support", "/support/queues/"),
    Shot("error", "basic", "/there-is-no-such-page"),
)


def take(browser: Browser, platform: Town) -> Iterator[Path]:
    """Write each picture; the answer is where."""
    FOLDER.mkdir(exist_ok=True)
    for theme in THEMES:
        for shot in SHOTS:
            path = FOLDER / f"{shot.name}-{theme}.png"
            page = _page(browser, platform, shot, theme)
            page.screenshot(path=path)
            page.context.close()
            yield path


def _page(browser: Browser, platform: Town, shot: Shot, theme: str) -> Page:
    width, height = shot.size
    context = browser.new_context(
        base_url=platform.url,
        viewport={"width": width, "height": height},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    name, value = platform.cookie(shot.role, LANGUAGE)
    cookies = {name: value, "theme": theme}
    context.add_cookies([{"name": n, "value": v, "url": platform.url} for n, v in cookies.items()])
    page = context.new_page()
    page.goto(shot.address, wait_until="networkidle")
    if shot.follow:
        page.goto(str(page.locator(shot.follow).first.get_attribute("href")))
        page.wait_for_load_state("networkidle")
    return page


def main() -> None:
    """Fill a platform, look at it, write down what is seen."""
    catalogues.compile_stale()
    static_files.build()
    logging.disable(logging.CRITICAL)
    with (
        tempfile.TemporaryDirectory() as folder,
        town(Path(folder), past=True) as platform,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for path in take(browser, platform):
            print(path.relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    main()
