"""What scripts add to the pages of documents: totals while typing, dropped files, text put back."""

from __future__ import annotations

import base64
import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.invoice import compose
from app.invoice.model import Invoice, Line
from app.views import organization_choices
from tests.documents.samples import BUYER_KVK, SELLER_KVK, SELLER_VAT, xml

pytestmark = pytest.mark.browser
PLACE = {"street": "Dorpsstraat 1", "postcode": "1234 AB", "city": "Utrecht"}
# Quantities and prices whose halves a careless rounding gets wrong.
LINES = [
    ("3", "33,3350", "21"),
    ("1", "0,005", "21"),
    ("-2", "10,1250", "9"),
    ("0,5", "1.250,50", "21"),
    ("7", "1,45", "9"),
]


@pytest.fixture
def town(world, site) -> Any:
    ours, theirs = world.environment("Piet BV"), world.environment("Anna BV")
    piet = world.user(ours, "Piet Post", role="administrator", ask_receive=False)
    anna = world.user(theirs, "Anna Ans", role="administrator", ask_receive=False)
    world.organization(
        ours,
        "Piet Holding",
        administrator=piet,
        value=SELLER_KVK,
        iban="NL91ABNA0417164300",
        **PLACE,
    )
    world.organization(
        theirs, "Anna Afval", administrator=anna, value=BUYER_KVK, receive=True, **PLACE
    )
    return piet, anna


def fill(page: Page, **more: str) -> None:
    values = {
        "buyer_name": "Anna Afval",
        "buyer_value": BUYER_KVK,
        "buyer_street": "Kade 5",
        "buyer_postcode": "3511 XX",
        "buyer_city": "Utrecht",
        "buyer_reference": "Inkoop",
        "seller_vat": SELLER_VAT,
        "lines-0-description": "Advice",
        "lines-0-price": "95,50",
        **more,
    }
    for name, value in values.items():
        page.locator(f"[name='{name}']").fill(value)


def expected() -> dict[str, str]:
    lines = tuple(
        Line(
            quantity=Decimal(quantity.replace(",", ".")),
            price=Decimal(price.replace(".", "").replace(",", ".")),
            vat_category="S",
            vat_rate=Decimal(rate),
        )
        for quantity, price, rate in LINES
    )
    totals = compose.complete(Invoice(lines=lines)).totals
    found = {"net": totals.tax_exclusive, "vat": totals.tax, "due": totals.payable}
    return {name: f"€{amount:,.2f}" for name, amount in found.items()}


def test_totals_while_typing_are_those_of_the_server(town, window):
    page = window(town[0])
    page.goto("/documents/new")
    for number, (quantity, price, rate) in enumerate(LINES):
        if number:
            page.get_by_role("button", name="Add a line").click()
        page.locator(f"[name='lines-{number}-quantity']").fill(quantity)
        page.locator(f"[name='lines-{number}-price']").fill(price)
        page.locator(f"[name='lines-{number}-vat_rate']").fill(rate)

    for name, amount in expected().items():
        expect(page.locator(f"[data-sum={name}]")).to_have_text(amount)


def test_lines_come_and_go_without_asking_the_server(town, window):
    page = window(town[0])
    page.goto("/documents/new")
    page.locator("[name='lines-0-description']").fill("First")
    page.get_by_role("button", name="Add a line").click()
    page.locator("[name='lines-1-description']").fill("Second")
    page.get_by_role("button", name="Remove this line").first.click()

    expect(page.locator("tr.line")).to_have_count(1)
    expect(page.locator("[name='lines-1-description']")).to_have_value("Second")


def test_the_way_to_the_customer_is_shown_while_typing(town, window):
    page = window(town[0])
    page.goto("/documents/new")
    page.locator("[name='buyer_value']").fill(BUYER_KVK)
    page.locator("[name='buyer_value']").blur()

    expect(page.locator("#route")).to_have_text("Goes to the inbox of Anna Afval on this platform.")


def test_what_was_typed_is_put_back_after_the_session_ended(town, window):
    page = window(town[0])
    page.route(re.compile("/documents/keep"), lambda route: route.abort())  # nothing was stored yet
    page.goto("/documents/new")
    page.get_by_role("button", name="Add a line").click()
    fill(page, **{"lines-1-description": "Second", "lines-1-price": "10"})
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    page.context.add_cookies(cookies)
    page.goto("/documents/new")

    expect(page.get_by_text("We put back what you were typing")).to_be_visible()
    expect(page.locator("[name='buyer_name']")).to_have_value("Anna Afval")
    expect(page.locator("[name='lines-1-description']")).to_have_value("Second")
    expect(page.locator("[data-sum=net]")).to_have_text("€105.50")


def test_a_stored_form_is_not_put_back(town, window):
    page = window(town[0])
    page.goto("/documents/new")
    fill(page)
    page.get_by_role("button", name="Preview and send").click()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    page.wait_for_load_state()  # its script forgets what was typed
    page.goto("/documents/new")

    expect(page.locator("[name='buyer_name']")).to_have_value("")


def test_an_invoice_goes_from_the_form_to_the_other_customers_inbox(town, window):
    page, other = window(town[0]), window(town[1])
    page.goto("/documents/new")
    fill(page)
    page.get_by_role("button", name="Preview and send").click()
    expect(page.frame_locator("iframe.sheet").get_by_text("Advice")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("It is on its way.")).to_be_visible()
    page.wait_for_timeout(1500)
    other.goto("/inbox/")
    other.locator(".row-link").first.click()
    other.get_by_role("button", name="Approve").click()
    page.reload()

    expect(page.locator(".standing").get_by_text("Delivered")).to_be_visible()
    expect(page.locator(".standing").get_by_text("Approved")).to_be_visible()


def test_dropped_files_are_uploaded_together(town, window):
    page = window(town[0])
    page.goto("/documents/upload")
    files = {f"{n}.xml": base64.b64encode(xml(f"2026-{n}")).decode() for n in (1, 2)}
    page.evaluate(
        """files => {
            const dropped = new DataTransfer();
            for (const [name, content] of Object.entries(files)) {
                const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
                dropped.items.add(new File([bytes], name, { type: "text/xml" }));
            }
            const event = new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true });
            document.querySelector("[data-drop]").dispatchEvent(event);
        }""",
        files,
    )
    expect(
        page.locator("form")
        .filter(has=page.get_by_label("XML or PDF files"))
        .get_by_role("listitem")
    ).to_have_count(2)
    page.get_by_role("button", name="Upload and check").click()

    expect(page.get_by_text("has no errors.")).to_have_count(2)
    expect(page.get_by_role("button", name="Send these 2 invoices")).to_be_visible()


@pytest.fixture
def many(world, site) -> Any:
    """Piet, who sends for more organizations than a page holds."""
    ours = world.environment("Piet BV")
    piet = world.user(ours, "Piet Post", role="administrator", ask_receive=False)
    for number in range(organization_choices.MOST_OFFERED + 3):
        world.organization(ours, f"Winkel {number:03}", administrator=piet)
    return piet


def test_of_very_many_organizations_the_server_is_asked_for_those_that_are_typed(many, window):
    page = window(many)
    page.goto("/documents/new")
    supplier = page.get_by_role("combobox", name="Supplier")
    expect(page.locator("#organization option")).to_have_count(organization_choices.MOST_OFFERED)

    supplier.press("ControlOrMeta+a")
    supplier.press_sequentially("winkel 052")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_text(["Winkel 052"])
    supplier.press("Enter")
    page.get_by_role("button", name="Save as draft").click()

    expect(page.get_by_role("combobox", name="Supplier")).to_have_value("Winkel 052")


def test_without_scripts_a_link_brings_all_of_them(many, window):
    page = window(many, java_script_enabled=False)
    page.goto("/documents/new")

    page.get_by_role("link", name="Show all my organizations in this list").click()

    expect(page.locator("#organization option")).to_have_count(
        organization_choices.MOST_OFFERED + 3
    )
