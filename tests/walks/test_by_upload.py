"""Invoices that other software made: several files at once, a result for each, and they arrive."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.walks.invoices import xml
from tests.walks.people import Person

pytestmark = pytest.mark.browser


@pytest.mark.both
def test_each_file_has_its_own_result_and_the_right_ones_arrive(
    receiver: Person, sender: Person
) -> None:
    seller = ("Piet Post", sender.numbers["Piet Post"])
    buyer = ("Anna Afval", receiver.numbers["Anna Afval"])
    right = xml("U-2026-1", seller, buyer)

    sender.upload(
        {
            "first.xml": right,
            "second.xml": xml("U-2026-2", seller, buyer),
            "wrong-total.xml": xml("U-2026-3", seller, buyer).replace(b"231.11", b"231.12"),
            "of-someone-else.xml": xml("U-2026-4", ("Other", "12345678"), buyer),
            "broken.xml": right[: len(right) // 2],
            "empty.xml": b"",
        }
    )

    expect(sender.result("first.xml")).to_contain_text("has no errors.")
    expect(sender.result("second.xml")).to_contain_text("has no errors.")
    expect(sender.result("wrong-total.xml")).to_contain_text("BR-CO-")
    expect(sender.result("of-someone-else.xml")).to_contain_text("Other")
    expect(sender.result("of-someone-else.xml")).to_contain_text("Piet Post")
    expect(sender.result("broken.xml")).to_contain_text("XML")
    expect(sender.result("empty.xml")).to_contain_text("empty")
    sender.page.get_by_role("button", name="Send these 2 invoices").click()
    expect(sender.page.get_by_text("2 invoices are on their way.")).to_be_visible()
    for number in ("U-2026-1", "U-2026-2"):
        sender.wait_for("outbox", number, "Delivered")
        receiver.wait_for("inbox", number, "unread")
    for number in ("U-2026-3", "U-2026-4"):
        expect(receiver.row("inbox", number)).to_have_count(0)


def test_a_file_that_comes_twice_is_one_invoice(receiver: Person, sender: Person) -> None:
    seller = ("Piet Post", sender.numbers["Piet Post"])
    content = xml("T-2026-1", seller, ("Anna Afval", receiver.numbers["Anna Afval"]))
    sender.upload({"twice.xml": content})
    sender.page.get_by_role("button", name="Send this invoice").click()
    sender.wait_for("outbox", "T-2026-1", "Delivered")

    sender.upload({"twice.xml": content})

    expect(sender.result("twice.xml")).to_contain_text("You uploaded this same file before")
    expect(sender.page.get_by_role("button", name="Send this invoice")).to_have_count(0)
    expect(sender.row("outbox", "T-2026-1")).to_have_count(1)
    expect(receiver.row("inbox", "T-2026-1")).to_have_count(1)


def test_a_wrong_total_is_seen_fixed_and_delivered(receiver: Person, sender: Person) -> None:
    seller = ("Piet Post", sender.numbers["Piet Post"])
    right = xml("V-2026-1", seller, ("Anna Afval", receiver.numbers["Anna Afval"]))
    sender.upload({"typing-error.xml": right.replace(b">231.11</cbc:Pay", b">213.11</cbc:Pay")})
    result = sender.result("typing-error.xml")
    expect(result).to_contain_text("The amount to pay is 213.11, but 231.11 is expected.")

    result.get_by_role("link", name="Fix").click()

    page = sender.page
    row = page.get_by_role("row").filter(has_text="The amount to pay")
    expect(row).to_contain_text("213.11")
    expect(row).to_contain_text("231.11")
    page.get_by_role("button", name="Fix it and check again").click()
    expect(page.get_by_text("Fixed, and checked again.")).to_be_visible()
    expect(page.get_by_text("Fixed: BR-CO-16; version 2")).to_be_visible()
    sender.send()
    sender.wait_for("outbox", "V-2026-1", "Delivered")
    receiver.wait_for("inbox", "V-2026-1", "unread")
