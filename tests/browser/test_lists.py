"""What scripts add to the lists of documents: a document beside the list, several rows at once, keys."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.models import Document, DocumentContent

pytestmark = pytest.mark.browser
ROWS = 4


@pytest.fixture
def inbox(world, window) -> Page:
    """Piet's inbox with some invoices, on a wide screen."""
    ours = world.environment("Piet BV")
    piet = world.user(ours, "Piet Post", role="administrator", ask_receive=False, language="en")
    holding = world.organization(ours, "Piet Holding", administrator=piet)
    for number in range(1, ROWS + 1):
        row: dict[str, Any] = {"organization_id": holding.id}
        document = world.keep(
            Document(**row, direction="in", number=f"F{number}", readiness="ready", status=10)
        )
        world.keep(
            DocumentContent(
                **row, document_id=document.id, seller_name="Bakker", payable=Decimal("12.50")
            )
        )
    page: Page = window(piet, viewport={"width": 1280, "height": 900})
    page.goto("/inbox/")
    return page


def row(page: Page, number: str) -> Any:
    return page.locator("tbody tr", has_text=number)


def test_a_click_on_a_row_opens_it_beside_the_list(inbox):
    row(inbox, "F3").locator(".party").first.click()

    expect(inbox.locator("#preview h2")).to_have_text("Invoice F3")
    assert "show=" in inbox.url
    expect(row(inbox, "F3")).not_to_have_class("unread")
    inbox.reload()
    expect(inbox.locator("#preview h2")).to_have_text("Invoice F3")
    inbox.locator("[data-close-preview]").click()
    expect(inbox.locator("#preview")).to_have_count(0)
    inbox.go_back()
    expect(inbox.locator("#preview h2")).to_have_text("Invoice F3")


def test_keys_move_along_the_rows_open_and_choose(inbox):
    for key in ("j", "j", "x", "o"):
        inbox.keyboard.press(key)

    expect(inbox.locator("#preview h2")).to_have_text("Invoice F3")
    expect(row(inbox, "F3").locator("input[name=row]")).to_be_checked()
    expect(inbox.locator("[data-chosen]")).to_have_text("Chosen: 1")
    inbox.keyboard.press("k")
    expect(inbox.locator("#preview h2")).to_have_text("Invoice F4")
    expect(row(inbox, "F4").locator(".row-link")).to_be_focused()
    inbox.keyboard.press("Escape")
    expect(inbox.locator("#preview")).to_have_count(0)


def test_keys_are_left_to_fields_and_can_be_turned_off(inbox):
    inbox.keyboard.press("?")
    expect(inbox.locator("#keys")).to_be_visible()
    inbox.locator("[data-keys-on]").uncheck()
    inbox.keyboard.press("Escape")
    inbox.keyboard.press("j")
    expect(row(inbox, "F4").locator(".row-link")).not_to_be_focused()
    inbox.locator("[data-keys]").click()
    inbox.locator("[data-keys-on]").check()
    inbox.keyboard.press("Escape")
    inbox.locator("button[popovertarget=filters]").click()
    inbox.locator("#filter-party").press_sequentially("jok?x")
    expect(inbox.locator("#filter-party")).to_have_value("jok?x")
    expect(inbox.locator("#preview")).to_have_count(0)


def test_all_on_the_page_are_chosen_at_once_and_done_together(inbox):
    expect(inbox.locator("[data-together] button").first).to_be_disabled()
    inbox.locator("thead [data-all]").check()
    expect(inbox.locator("[data-chosen]")).to_have_text(f"Chosen: {ROWS}")

    inbox.get_by_role("button", name="Mark as read").click()

    expect(inbox.locator("tr.unread")).to_have_count(0)


def test_on_a_phone_all_are_chosen_above_the_rows(inbox):
    inbox.set_viewport_size({"width": 360, "height": 700})
    everything = inbox.get_by_label("Choose all on this page").and_(inbox.locator(":visible"))

    everything.check()

    expect(inbox.locator("[data-chosen]")).to_have_text(f"Chosen: {ROWS}")
    row(inbox, "F2").get_by_role("checkbox").uncheck()
    assert everything.evaluate("box => box.indeterminate")


def test_beside_the_preview_the_columns_fit(inbox):
    sideways = "document.querySelector('.table-box').scrollWidth - document.querySelector('.table-box').clientWidth"
    for address in ("/inbox/", "/outbox/", "/documents/list/"):
        inbox.goto(address)
        if not inbox.locator("tbody tr").count():
            continue
        row(inbox, "F3").locator(".party").first.click()
        expect(inbox.locator("#preview h2")).to_have_text("Invoice F3")

        assert inbox.evaluate(sideways) <= 0


def test_on_a_phone_a_row_leads_to_the_page(inbox):
    # These documents have no bytes; their page is no matter of the list.
    inbox.route("**/documents/show/*", lambda route: route.fulfill(body="the page"))
    inbox.set_viewport_size({"width": 360, "height": 700})
    row(inbox, "F2").locator(".party").first.click()

    inbox.wait_for_url("**/documents/show/*")
