"""The main pages as people see them, wide and on a phone; with SCREENSHOTS=1 they are kept to look at."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from config import ROOT
from tests.walks.people import Person

pytestmark = pytest.mark.browser
FOLDER = ROOT / "screenshots"
SIZES: tuple[tuple[str, ViewportSize], ...] = (
    ("wide", {"width": 1280, "height": 800}),
    ("phone", {"width": 360, "height": 740}),
)


def test_the_pages_of_a_customer_fit_wide_and_on_a_phone(receiver: Person, sender: Person) -> None:
    number = receiver.numbers["Anna Afval"]
    sender.write_invoice("P-2026-1", "Anna Afval", number)
    sender.preview()
    sender.send()
    sender.write_invoice("P-2026-2", "Onbekend BV", "87654321")
    sender.preview()
    receiver.wait_for("inbox", "P-2026-1", "unread")
    look(receiver.page, "inbox")
    receiver.page.get_by_role("row").filter(has_text="P-2026-1").locator(".row-link").click()
    expect(receiver.page.frame_locator("iframe.sheet").get_by_text("Advice")).to_be_visible()
    look(receiver.page, "document")
    receiver.open_organization("Anna Afval")
    look(receiver.page, "organization")
    sender.wait_for("outbox", "P-2026-1", "Delivered")
    look(sender.page, "outbox")
    sender.write_invoice("P-2026-3", "Anna Afval", number)
    expect(sender.page.locator("#route")).to_contain_text("Anna Afval")
    look(sender.page, "invoice-form")
    sender.open_organization("Piet Post")
    look(sender.page, "organization-not-receiving")
    for name in ("users", "audit", "profile", "notifications"):
        sender.page.goto(f"/{name}/")
        look(sender.page, name)
    sender.sign_out()
    look(sender.page, "sign-in")
    sender.sign_in()
    look(sender.page, "question")
    sender.close_question()
    sender.page.goto("/")
    look(sender.page, "home")


def test_the_pages_of_support_fit_wide_and_on_a_phone(operator: Page) -> None:
    for path, name in (
        ("/", "support-home"),
        ("/support/find?q=Postiljon", "support-find"),
        ("/support/queues/", "support-queues"),
        ("/audit/", "support-audit"),
        ("/network/", "support-network"),
        ("/reviews/", "support-reviews"),
        ("/environments/", "support-environments"),
    ):
        answer = operator.goto(path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        look(operator, name)


def test_the_pages_of_a_newcomer_fit_wide_and_on_a_phone(
    newcomer: Callable[..., Person],
) -> None:
    person = newcomer("Nieuw Nest")
    person.sign_up()
    look(person.page, "account-ready")
    person.sign_in()
    look(person.page, "question-newcomer")
    person.close_question()
    look(person.page, "home-newcomer")
    person.page.goto("/organizations/add")
    look(person.page, "organization-add")


def look(page: Page, name: str) -> None:
    """Nothing sticks out at the side; a picture is kept when someone wants to look."""
    before = page.viewport_size
    for size, viewport in SIZES:
        page.set_viewport_size(viewport)
        if os.environ.get("SCREENSHOTS") == "1":
            FOLDER.mkdir(exist_ok=True)
            page.screenshot(path=FOLDER / f"{name}-{size}.png", full_page=True)
        sideways = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert sideways == 0, f"{name} sticks out {sideways} pixels ({size})"
    if before:
        page.set_viewport_size(before)
