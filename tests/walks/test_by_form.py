"""The main job as two new customers do it: from signing up to an invoice that was approved."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.walks.people import Person

pytestmark = pytest.mark.browser


@pytest.mark.both
def test_from_signing_up_to_an_invoice_that_the_other_customer_approved(
    newcomer: Callable[..., Person],
) -> None:
    receiver, sender = newcomer("Anna Afval"), newcomer("Piet Post")
    for person, firm in ((receiver, "Anna Afval"), (sender, "Piet Post")):
        person.sign_up()
        person.sign_in()
        person.question.get_by_role("link", name="Add organization").click()
        person.add_organization(firm)
        person.activate()
    row = receiver.enable("Anna Afval")
    expect(row).to_contain_text("Receiving")
    receiver.close_question()
    sender.close_question()

    sender.write_invoice("F-2026-1", "Anna Afval", receiver.numbers["Anna Afval"])
    expect(sender.page.locator("#route")).to_contain_text("Anna Afval")
    sender.preview()
    expect(sender.page.frame_locator("iframe.sheet").get_by_text("Advice")).to_be_visible()
    expect(sender.page.locator(".route")).to_contain_text("Anna Afval")
    sender.send()
    sender.wait_for("outbox", "F-2026-1", "Delivered")

    line = receiver.wait_for("inbox", "F-2026-1", "unread")
    line.locator(".row-link").click()
    assert "F-2026-1" in pdf_text(receiver.page)
    receiver.page.get_by_role("button", name="Approve").click()
    expect(receiver.page.locator(".standing")).to_contain_text("Approved")
    assert "unread" not in receiver.row("inbox", "F-2026-1").inner_text()

    line = sender.wait_for("outbox", "F-2026-1", "Approved")
    line.locator(".row-link").click()
    story = sender.page.locator(".story")
    for words in ("pened", "pproved"):
        expect(story.get_by_role("listitem").filter(has_text=words)).to_contain_text("Kim Anna")
    expect(story.get_by_role("listitem").filter(has_text="pproved").locator("time")).to_be_visible()


@pytest.mark.both
def test_what_was_typed_before_the_page_was_killed_is_among_the_drafts(
    customer: Callable[..., Person],
) -> None:
    person = customer("Haast BV")
    person.write_invoice("F-2026-9", "Halverwege BV")
    expect(person.page.locator("#kept")).to_contain_text("Saved at ")
    other = person.page.context.new_page()
    with person.page.expect_response("**/documents/keep/**"):
        person.page.get_by_label("Note on the invoice").fill("Not finished yet")
    person.page.close()

    other.goto("/documents/drafts/")
    other.get_by_role("row").filter(has_text="F-2026-9").locator(".row-link").click()
    other.get_by_role("link", name="Change the draft").click()
    expect(other.get_by_label("Name of the customer")).to_have_value("Halverwege BV")
    expect(other.get_by_label("Note on the invoice")).to_have_value("Not finished yet")


def pdf_text(page: Page) -> str:
    """What can be read in the PDF behind the button."""
    link = page.locator("#content").get_by_role("link", name="PDF").get_attribute("href")
    answer = page.request.get(link or "")
    assert answer.ok
    content = answer.body()
    assert content.startswith(b"%PDF")
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(each.extract_text() for each in pages))
