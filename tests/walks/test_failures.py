"""What goes wrong, is said in words, and is mended by who it happened to."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.walks.people import Person
from tests.walks.running import Product

pytestmark = pytest.mark.browser


def test_who_cannot_be_reached_is_refused_before_anything_is_sent_and_then_mended(
    sender: Person,
) -> None:
    page = sender.page
    sender.write_invoice("X-2026-1", "Onbekend BV", "87654321")
    expect(page.locator("#route")).to_contain_text("doesn't receive on this platform")
    sender.preview()
    expect(page.locator(".route")).to_contain_text("Check the number, or fill in a mail address.")
    expect(page.get_by_role("button", name="Send", exact=True)).to_have_count(0)

    page.get_by_role("link", name="Change the draft").click()
    page.locator("#buyer_email").fill("onbekend@buiten.example")
    sender.preview()
    sender.send()

    sender.wait_for("outbox", "X-2026-1", "Mailed")
    sender.product.mail("onbekend@buiten.example", "X-2026-1")


def test_what_could_not_be_mailed_is_resent_to_a_corrected_address(
    product: Product, sender: Person
) -> None:
    page = sender.page
    with product.mail_away():
        sender.write_invoice("X-2026-2", "Buiten BV", **{"E-mail address": "fout@buiten.example"})
        sender.preview()
        sender.send()
        sender.wait_for("outbox", "X-2026-2", "Next try at").locator(".row-link").click()

    page.get_by_text("Correct the address and resend").click()
    page.get_by_label("Address of the recipient").fill("goed@buiten.example")
    page.get_by_role("button", name="Resend to this address").click()

    sender.wait_for("outbox", "X-2026-2", "Mailed")
    product.mail("goed@buiten.example", "X-2026-2")
    assert product.mails("fout@buiten.example") == []


def test_pressing_send_twice_sends_one_invoice(receiver: Person, sender: Person) -> None:
    sender.write_invoice("X-2026-3", "Anna Afval", receiver.numbers["Anna Afval"])
    sender.preview()
    sender.page.get_by_role("button", name="Send", exact=True).dblclick()
    expect(sender.page.get_by_text("It is on its way.")).to_be_visible()

    sender.wait_for("outbox", "X-2026-3", "Delivered")
    expect(sender.row("outbox", "X-2026-3")).to_have_count(1)
    expect(receiver.row("inbox", "X-2026-3")).to_have_count(1)
    sender.row("outbox", "X-2026-3").locator(".row-link").click()
    attempts = sender.page.get_by_role("table").filter(has_text="Attempt")
    expect(attempts.get_by_role("row")).to_have_count(2)  # its head, and one attempt


def test_two_presses_of_preview_leave_one_draft(sender: Person) -> None:
    sender.write_invoice("X-2026-4", "Buiten BV", **{"E-mail address": "a@buiten.example"})
    sender.page.get_by_role("button", name="Preview and send").dblclick()

    expect(sender.page.get_by_role("heading", name="Where it stands")).to_be_visible()
    sender.page.goto("/documents/drafts/")
    expect(sender.page.get_by_role("row").filter(has_text="X-2026-4")).to_have_count(1)


@pytest.mark.parametrize("button", ["Preview and send", "Save as draft"])
def test_nothing_typed_is_lost_when_the_session_ends_in_the_middle_of_an_invoice(
    sender: Person, button: str
) -> None:
    page = sender.page
    number = f"X-{button.split()[0]}"
    sender.write_invoice(number, "Lang Getypt BV", **{"E-mail address": "lang@buiten.example"})
    expect(page.locator("#route")).to_contain_text("lang@buiten.example")  # its answer is in
    expect(page.locator("#kept")).to_contain_text("Saved at ")
    with page.expect_response("**/documents/totals"):  # and so is that for the totals
        page.get_by_label("Note on the invoice").fill("Thank you")
    page.context.clear_cookies()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("Your session has ended while you were typing.")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()

    sender.sign_in()

    assert "/documents/edit/" in page.url
    sender.close_question()
    expect(page.get_by_text("We put back what you were typing")).to_be_visible()
    expect(page.locator("#buyer_name")).to_have_value("Lang Getypt BV")
    expect(page.get_by_label("Description")).to_have_value("Advice")
    expect(page.get_by_label("Note on the invoice")).to_have_value("Thank you")
    sender.preview()
    expect(page.get_by_role("heading", name=f"Invoice {number}")).to_be_visible()
