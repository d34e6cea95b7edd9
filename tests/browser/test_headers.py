"""In a real browser: what our headers forbid doesn't happen, and an invoice and its PDF are shown all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
SCRIPT = "document.title = 'taken over'"


@pytest.fixture
def visited(site: Site, browser: Browser) -> Page:
    """A page of ours in a window that doesn't mind reports; they are in its ``reports``."""
    page = browser.new_context(base_url=site.url).new_page()
    page.add_init_script(
        "window.reports = []; addEventListener('securitypolicyviolation',"
        " (event) => window.reports.push(event.violatedDirective))"
    )
    page.goto("/login/")
    return page


@pytest.mark.parametrize(
    ("html", "directive"),
    [
        (f"<script>{SCRIPT}</script>", "script-src-elem"),
        (f"<script nonce='guess'>{SCRIPT}</script>", "script-src-elem"),
        (f'<img src="data:," onerror="{SCRIPT}">', "script-src-attr"),
        ("<p style='color: red'></p>", "style-src-attr"),
        ("<style>p { color: red }</style>", "style-src-elem"),
        ("<img src='https://elsewhere.example/'>", "img-src"),
        ("<iframe src='https://elsewhere.example/'></iframe>", "frame-src"),
    ],
)
def test_what_somebody_slips_into_a_page_does_nothing(
    visited: Page, html: str, directive: str
) -> None:
    visited.evaluate(
        "(html) => document.body.append(document.createRange().createContextualFragment(html))",
        html,
    )
    visited.wait_for_function("window.reports.length > 0")

    assert set(visited.evaluate("window.reports")) == {directive}
    assert visited.title() != "taken over"


def test_a_page_of_ours_stands_in_nobodys_frame(visited: Page) -> None:
    visited.evaluate(
        "document.body.append(Object.assign(document.createElement('iframe'), { src: '/terms/' }))"
    )
    visited.wait_for_timeout(500)

    assert visited.frames[1].url == "chrome-error://chromewebdata/"


def test_pages_of_a_customer_run_under_it(window: Callable[..., Page], people: Any) -> None:
    ours = people.environment("Piet BV")
    piet = people.user(ours, "Piet Post", role="administrator")
    organization = people.organization(ours, administrator=piet)
    page = window(piet)
    for address in (
        "/",
        "/documents/new",
        "/documents/upload",
        "/profile/",
        "/users/list/",
        f"/organizations/show/{organization.public_id}",
    ):
        page.goto(address)
        expect(page.locator("h1").first).to_be_visible()
