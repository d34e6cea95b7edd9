"""A recipient who isn't on the platform gets the invoice by mail, and reads it without an account."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.walks.people import Person
from tests.walks.running import Product, text_of

pytestmark = pytest.mark.browser


@pytest.mark.both
def test_it_is_mailed_with_pdf_xml_and_a_link_that_opens_without_signing_in(
    product: Product, sender: Person, open_window: Callable[..., Page]
) -> None:
    address = "boekhouding@buiten.example"

    sender.write_invoice("M-2026-1", "Buiten BV", **{"E-mail address": address})
    expect(sender.page.locator("#route")).to_contain_text(address)
    sender.preview()
    sender.send()

    line = sender.wait_for("outbox", "M-2026-1", "Mailed")
    assert "Delivered" not in line.inner_text()
    mail = product.mail(address, "M-2026-1")
    files = {part.get_content_type(): part.get_content() for part in mail.iter_attachments()}
    assert files["application/pdf"].startswith(b"%PDF")
    assert b"M-2026-1" in _bytes(next(files[kind] for kind in files if kind.endswith("/xml")))
    _read_without_account(product, open_window(), text_of(mail))


def _read_without_account(product: Product, page: Page, text: str) -> None:
    found = re.search(re.escape(product.url) + r"/private/\S+", text)
    assert found, text
    page.goto(found[0])
    expect(page.get_by_role("heading", name="Invoice M-2026-1")).to_be_visible()
    expect(page.frame_locator("iframe.sheet").get_by_text("Advice")).to_be_visible()
    for link, begin in (("Open as PDF", b"%PDF"), ("Download XML", b"<?xml")):
        href = page.get_by_role("link", name=link).get_attribute("href")
        assert page.request.get(href or "").body().startswith(begin)


def test_kept_mails_are_readable_in_the_browser(newcomer: Callable[..., Person]) -> None:
    person = newcomer("Rita Rook")
    page = person.page
    page.goto("/sign-up/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_role("button", name="Send me the link").click()
    person.product.mail(person.email, "Activate")

    page.locator("a[href^='/dev/mail']").click()
    page.get_by_role("row").filter(has_text=person.email).get_by_role("link").first.click()
    page.frame_locator("iframe").get_by_role("link", name="Activate").first.click()

    expect(page.get_by_role("link", name="Yes, go on")).to_be_visible()


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()
