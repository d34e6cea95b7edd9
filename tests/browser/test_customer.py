"""Finding a customer while writing an invoice, in a real browser: by name, by number, in a register."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.models import Contact
from tests.registers.servers import KEY, PROFILE, Register, found_by_name, register, valid

pytestmark = pytest.mark.browser
BUYER_KVK = "60145238"


@pytest.fixture
def town(world, site) -> Any:
    ours, theirs = world.environment("Piet BV"), world.environment("Anna BV")
    piet = world.user(ours, "Piet Post", role="administrator", ask_receive=False)
    anna = world.user(theirs, "Anna Ans", role="administrator", ask_receive=False)
    holding = world.organization(ours, "Piet Holding", administrator=piet)
    world.organization(theirs, "Anna Afval", administrator=anna, value=BUYER_KVK, receive=True)
    gent = {"name": "Klant in Gent", "country": "BE", "email": "gent@example.be"}
    world.keep(Contact(organization_id=holding.id, scheme="0208", value="0123456749", **gent))
    return piet


@pytest.fixture
def kvk(site) -> Iterator[Register]:
    before = site.app.config["SETTINGS"]
    with register(KEY) as at, register() as vies:
        named = {"kvk_url": at.url, "kvk_key": KEY, "vies_url": vies.url}
        site.app.config["SETTINGS"] = dataclasses.replace(before, **named)
        vies.at("/ms/BE/vat/0123456749", valid("Bakkerij Gent", "Kade 1\n9000 Gent"))
        at.at("/v2/zoeken", found_by_name(("69599084", "Bakkerij Bolder", "rechtspersoon")))
        at.at("/v1/basisprofielen/69599084", PROFILE)
        yield at
    site.app.config["SETTINGS"] = before


@pytest.fixture
def page(town, window) -> Page:
    opened: Page = window(town)
    opened.goto("/documents/new")
    return opened


def test_a_number_that_is_typed_fills_in_who_has_it_and_shows_how_it_travels(page):
    customer = page.get_by_role("combobox", name="Find the customer")
    customer.press_sequentially(f"0106:{BUYER_KVK}")
    expect(page.get_by_role("group", name="On the network")).to_contain_text("Receives e-invoices")
    customer.press("ArrowDown")
    customer.press("Enter")

    expect(page.locator("[name=buyer_name]")).to_have_value("Anna Afval")
    expect(page.locator("[name=buyer_value]")).to_have_value(BUYER_KVK)
    expect(page.locator("#route")).to_have_text("Goes to the inbox of Anna Afval on this platform.")
    expect(page.get_by_role("listbox", name="Find the customer")).to_be_hidden()
    expect(customer).to_be_focused()
    expect(page.locator("#contact-said")).to_have_text("Filled in below: Anna Afval")


def test_a_name_finds_a_contact_and_fills_in_what_is_searched_in_too(page):
    customer = page.get_by_role("combobox", name="Find the customer")

    customer.fill("klant")
    customer.press("Enter")  # before the answer

    expect(page.get_by_role("combobox", name="Country")).to_have_value("Belgium")
    expect(page.locator("[name=buyer_email]")).to_have_value("gent@example.be")


def test_an_empty_field_shows_the_address_book_and_escape_closes_it(page):
    customer = page.get_by_role("combobox", name="Find the customer")
    customer.press("ArrowDown")
    expect(page.get_by_role("option", name="Klant in Gent")).to_be_visible()

    customer.press("Escape")

    expect(page.get_by_role("listbox", name="Find the customer")).to_be_hidden()
    expect(page.locator("[name=buyer_name]")).to_have_value("")


def test_nothing_found_says_what_to_do(page):
    page.get_by_role("combobox", name="Find the customer").press_sequentially("zzz")

    expect(page.get_by_role("listbox")).to_contain_text("Fill in the fields by hand.")
    expect(page.locator("#contact-said")).to_contain_text("Fill in the fields by hand.")


def test_a_company_of_the_register_comes_with_its_address(town, kvk, window):
    page = window(town)
    page.goto("/documents/new")
    page.get_by_role("combobox", name="Find the customer").press_sequentially("bolder")
    page.get_by_role("option", name="Bakkerij Bolder").click()

    expect(page.locator("[name=buyer_city]")).to_have_value("Lochem")
    expect(page.locator("[name=buyer_postcode]")).to_have_value("7241 AR")
    expect(page.locator("[name=buyer_name]")).to_have_value("Bakkerij Bolder B.V.")


def test_a_slow_register_blocks_nothing(town, kvk, window):
    kvk.at("/v2/zoeken", found_by_name(), seconds=30)
    page = window(town)
    page.goto("/documents/new")
    page.get_by_role("combobox", name="Find the customer").press_sequentially("klant")

    expect(page.get_by_role("option", name="Klant in Gent")).to_be_visible()
    expect(page.get_by_role("listbox")).to_contain_text("Asking the company register")
    expect(page.get_by_role("listbox")).to_contain_text("KvK doesn't answer right now")
    expect(page.get_by_role("option", name="Klant in Gent")).to_be_visible()


def test_a_company_from_abroad_brings_the_numbers_of_its_country(town, kvk, window):
    page = window(town)
    page.goto("/organizations/add")
    company = page.get_by_role("combobox", name="Find the company")
    company.press_sequentially("0123.456.749")
    expect(page.get_by_role("option", name="Bakkerij Gent")).to_be_visible()
    company.press("Enter")

    expect(page.get_by_label("Belgian enterprise number")).to_have_value("0123456749")
    expect(page.get_by_label("Belgian VAT number")).to_have_value("BE0123456749")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Bakkerij Gent")
    expect(page.get_by_role("combobox", name="Country")).to_have_value("Belgium")


def test_enter_in_a_field_of_an_organization_saves_and_searches_nobody(town, kvk, window):
    page = window(town)
    page.goto("/organizations/add")
    page.get_by_label("KvK number").fill("53087498")
    page.get_by_label("Name", exact=True).fill("Nieuw BV")
    page.get_by_label("Name", exact=True).press("Enter")

    expect(page.get_by_text("Saved. Activate it to start sending.")).to_be_visible()
    assert kvk.asked == []
