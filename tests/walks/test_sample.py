"""A newcomer tries it out: the sample invoice goes to the test receiver, and an answer comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.walks.people import Person

pytestmark = pytest.mark.browser


def test_the_test_receiver_approves_and_sends_an_invoice_back(receiver: Person) -> None:
    page = receiver.page
    page.goto("/documents/new")
    page.get_by_role("link", name="Try with a sample invoice").click()
    receiver.preview()
    expect(page.locator(".route")).to_contain_text("Test receiver")
    receiver.send()

    line = receiver.wait_for("outbox", "Test receiver", "Approved")
    expect(line).to_contain_text("Delivered")
    receiver.wait_for("inbox", "Test receiver", "unread").locator(".row-link").click()

    expect(page.frame_locator("iframe.sheet").get_by_text("Answer of the test")).to_be_visible()
