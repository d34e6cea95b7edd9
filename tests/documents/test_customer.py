"""Finding a customer: one's own address book by name, others by exactly their number, companies in a register."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import Contact, Identifier, Organization, RegistrationState
from app.peppol import document_types
from app.peppol.access_points import Entry
from app.services import attempts, customer_lookup, network
from app.transactions import transaction
from tests.factories import sign_in
from tests.registers.servers import KEY, PROFILE, Register, found_by_name, register
from tests.support import statements

from .conftest import BUYER_KVK, SELLER_KVK

ELSEWHERE = "60145279"
INVOICES = document_types.billing(credit_note=False)


@pytest.fixture
def contact(town, world) -> Any:
    return world.keep(
        Contact(
            organization_id=town.holding.id,
            name="Bakker Bas",
            scheme="0106",
            value="11111111",
            vat_number="NL859837445B01",
            email="bas@example.nl",
            city="Ede",
        )
    )


@pytest.fixture
def kvk(app) -> Iterator[Register]:
    """The Dutch register, named by the operator."""
    before = app.config["SETTINGS"]
    with register(KEY) as at:
        app.config["SETTINGS"] = dataclasses.replace(before, kvk_url=at.url, kvk_key=KEY)
        yield at
    app.config["SETTINGS"] = before


@pytest.fixture
def published(context) -> None:
    """Somebody at another provider, who takes invoices and no credit notes."""
    network.TableRegistry().put(Entry(f"0106:{ELSEWHERE}", "another provider", (INVOICES,)))


def asked(town, text: str, **more: str) -> list[dict[str, Any]]:
    answer = town.client.get("/customers/search", query_string={"q": text, **more})
    assert answer.status_code == 200, answer.text
    return answer.json["groups"]


def names(groups: list[dict[str, Any]]) -> list[str]:
    return [match["name"] for group in groups for match in group["matches"]]


def notes(groups: list[dict[str, Any]]) -> str:
    return " ".join(note for group in groups for note in group["notes"])


@pytest.mark.parametrize("text", ["bakker", "BAS", "1111 1111", "0106:11111111", "8598", "bas", ""])
def test_the_address_book_is_searched_by_name_and_number(town, contact, text):
    book = asked(town, text)[0]

    assert (book["title"], names([book])) == ("Address book", ["Bakker Bas"])
    assert book["matches"][0]["about"] == "11111111 · Ede"
    assert book["matches"][0]["fields"]["buyer_email"] == "bas@example.nl"


def test_nobody_of_another_environment_is_found_by_name(town, world):
    theirs = world.user(town.ours, "Jan Jansen")
    other = world.organization(town.ours, "Jansen Holding", administrator=theirs)
    world.keep(Contact(organization_id=other.id, name="Afval of Jan"))

    for text in ("Anna", "Afval", "Anna Afval", "Piet", "Jansen", "%", "_"):
        assert names(asked(town, text)) == [], text
    assert "Fill in the fields by hand" in notes(asked(town, "Anna"))


@pytest.mark.parametrize(
    "text", [BUYER_KVK, f"0106:{BUYER_KVK}", f" kvk {BUYER_KVK[:4]} {BUYER_KVK[4:]}"]
)
def test_a_number_finds_who_receives_under_it_and_says_no_more_than_a_directory(town, text):
    (found,) = asked(town, text)

    (match,) = found["matches"]
    assert (found["title"], match["name"]) == ("On the network", "Anna Afval")
    assert (match["about"], match["standing"]) == ("60145238 · Netherlands", "Receives e-invoices")
    assert {name: value for name, value in match["fields"].items() if value} == {
        "buyer_name": "Anna Afval",
        "buyer_scheme": "0106",
        "buyer_value": BUYER_KVK,
        "buyer_country": "NL",
    }


def test_a_part_of_a_number_finds_nobody(town):
    assert names(asked(town, BUYER_KVK[:-1])) == []


@pytest.mark.parametrize("changed", ["receive", "registration", "state"])
def test_who_does_not_receive_now_is_not_shown(town, world, changed):
    network.TableRegistry().put(Entry(f"0106:{BUYER_KVK}", "postiljon", (INVOICES,)))
    with transaction(), tenancy.every_environment("test"):
        number = db.session.scalars(select(Identifier).where(Identifier.value == BUYER_KVK)).one()
        if changed == "receive":
            number.receive = False
        elif changed == "registration":
            number.registration = RegistrationState.REGISTERING
        else:
            organization = db.session.get(Organization, number.organization_id)
            organization.state = "closing"

    groups = asked(town, BUYER_KVK)

    assert names(groups) == []
    assert "Nobody receives e-invoices under 60145238" in notes(groups)


def test_an_organization_that_only_sends_is_not_shown(town):
    assert names(asked(town, SELLER_KVK)) == []


def test_who_is_elsewhere_on_the_network_is_found_without_a_name(town, published):
    (match,) = asked(town, ELSEWHERE)[-1]["matches"]

    assert (match["name"], match["standing"]) == (ELSEWHERE, "Receives e-invoices")
    assert match["fields"]["buyer_name"] == ""


def test_a_kind_that_they_do_not_take_is_said(town, published):
    (match,) = asked(town, ELSEWHERE, kind="credit_note")[-1]["matches"]

    assert match["standing"] == "Doesn't receive this kind of document"


@pytest.mark.parametrize("text", ["0123456748", "NL123456783B01", "0106:123", "0088:4012345000008"])
def test_wrong_check_digits_are_said_and_nobody_is_asked(town, text):
    (network_group,) = asked(town, text)

    assert network_group["matches"] == []
    assert "digits" in notes([network_group])


def test_a_belgian_number_is_found_under_either_of_its_forms(town, world):
    theirs = world.environment("Gent")
    world.organization(
        theirs, "Bakkerij Gent", scheme="9925", value="BE0123456749", receive=True, country="BE"
    )

    for text in ("0123.456.749", "BE 0123.456.749", "0208:0123456749", "9925:BE0123456749"):
        found = names(asked(town, text))
        assert found == ["Bakkerij Gent"] or text.startswith("0208:"), text


def test_who_may_not_write_invoices_cannot_look_anybody_up(app, town, world):
    guest = world.user(town.ours, "Gast Gast")
    browser = app.test_client()
    sign_in(browser, guest)

    for address in ("search", "registered", "fields"):
        answer = browser.get(f"/customers/{address}?q={BUYER_KVK}")
        assert answer.status_code in (302, 403)
        assert "Anna Afval" not in answer.text


def test_a_contact_of_somebody_else_cannot_be_taken(town, world):
    other = world.organization(world.environment("Theirs"), "Other")
    secret = world.keep(Contact(organization_id=other.id, name="Secret"))

    answer = town.client.get(f"/customers/fields?key=contact-{secret.public_id}")

    assert answer.status_code == 404
    assert "Secret" not in answer.text


@pytest.mark.parametrize(
    "key", ["", "x", "contact-", "network-", "network-9999-1", "register-kvk-1"]
)
def test_an_odd_key_is_refused(town, key):
    answer = town.client.get(
        "/customers/fields", query_string={"key": key}, headers={"Accept": "application/json"}
    )

    assert 400 <= answer.status_code < 500
    assert answer.json["error"]


def test_looking_people_up_without_end_is_refused(town, monkeypatch):
    few = dataclasses.replace(customer_lookup.QUESTIONS, most=3)
    monkeypatch.setattr(customer_lookup, "QUESTIONS", few)
    for _ in range(3):
        asked(town, BUYER_KVK)

    answer = town.client.get("/customers/search?q=x", headers={"Accept": "application/json"})

    assert answer.status_code == attempts.TooOften.status
    assert "too often" in answer.json["error"]


def test_looking_somebody_up_takes_few_statements(town, contact):
    with statements() as sent:
        asked(town, BUYER_KVK)

    assert len(sent) <= 12


def registered(town, text: str) -> dict[str, Any]:
    return town.client.get("/customers/registered", query_string={"q": text}).json["groups"][0]


def test_a_company_comes_with_what_the_register_says(town, kvk):
    kvk.at("/v2/zoeken", found_by_name(("69599084", "Bakkerij Bolder", "rechtspersoon")))
    kvk.at("/v1/basisprofielen/69599084", PROFILE)

    (match,) = registered(town, "bolder")["matches"]
    whole = town.client.get("/customers/fields", query_string={"key": match["key"]}).json["fields"]

    assert (match["name"], match["about"]) == ("Bakkerij Bolder", "69599084 · Lochem")
    assert (whole["buyer_scheme"], whole["buyer_value"]) == ("0106", "69599084")
    assert (whole["buyer_street"], whole["buyer_postcode"]) == ("Oosterwal 7a-2", "7241 AR")


def test_a_register_that_fails_says_so_and_breaks_nothing(town, kvk):
    kvk.at("/v2/zoeken", status=500)

    assert "KvK doesn't answer right now" in notes([registered(town, "bolder")])


def test_two_letters_are_no_question_for_a_register(town, kvk):
    assert registered(town, "bo")["matches"] == []
    assert kvk.asked == []


def test_a_register_is_offered_only_where_one_is_named(town, kvk):
    assert "/customers/registered" in town.client.get("/documents/new").text


def test_without_a_register_none_is_offered(town):
    assert "/customers/registered" not in town.client.get("/documents/new").text


# --- Without scripts: the same with a page ---


def press(town, fields: dict[str, str], deed: str) -> Any:
    page = town.post("/documents/new", {**fields, "do": deed}).text
    return html.fromstring(page)


def test_a_button_shows_what_is_found_and_keeps_what_was_typed(town, fields, contact, kvk):
    kvk.at("/v2/zoeken", found_by_name(("69599084", "Bakkerij Bolder", "rechtspersoon")))

    page = press(town, {**fields, "contact": "bakker"}, "find-customer")

    found = page.xpath("//fieldset[@class='found']//b/text()")
    assert found == ["Bakker Bas", "Bakkerij Bolder"]
    assert page.get_element_by_id("contact").value == "bakker"
    assert page.get_element_by_id("lines-0-description").value == "Advice"


def test_another_button_fills_in_who_was_found(town, fields, contact):
    page = press(town, {**fields, "contact": "bakker"}, f"take-contact-{contact.public_id}")

    form = dict(page.get_element_by_id("invoice-form").form_values())
    assert (form["buyer_name"], form["buyer_city"]) == ("Bakker Bas", "Ede")
    assert form["buyer_street"] == ""  # not that of the customer before
    assert form["lines-0-description"] == "Advice"


def test_a_number_is_filled_in_by_a_button_too(town, fields):
    page = press(town, fields, f"take-network-0106-{BUYER_KVK}")

    assert page.get_element_by_id("buyer_name").value == "Anna Afval"


def test_when_taking_fails_the_form_stays(town, fields):
    page = press(town, fields, "take-register-kvk-69599084")

    assert page.get_element_by_id("buyer_name").value == "Anna Afval"
    assert "No company register is set up" in page.text_content()


def test_when_nothing_is_found_the_page_says_what_to_do(town, fields):
    page = press(town, {**fields, "contact": "zzz"}, "find-customer")

    assert "Fill in the fields by hand" in page.text_content()


# --- Keeping who was found or typed ---


def book(town, world) -> list[Contact]:
    with transaction(), tenancy.every_environment("test"):
        return list(db.session.scalars(select(Contact).order_by(Contact.id)))


@pytest.mark.parametrize("deed", ["save", "preview"])
def test_a_ticked_box_keeps_the_customer_once(town, fields, world, deed):
    ticked = {**fields, "keep_contact": "1", "do": deed}
    page = town.client.get(town.post("/documents/new", ticked).location).text
    town.post("/documents/new", ticked)

    (kept,) = book(town, world)
    assert (kept.name, kept.value, kept.city) == ("Anna Afval", BUYER_KVK, "Utrecht")
    assert kept.organization_id == town.holding.id
    assert not kept.shared
    assert "Anna Afval is in your address book now." in page


def test_without_the_box_nobody_is_kept(town, fields, world):
    town.post("/documents/new", {**fields, "do": "preview"})

    assert book(town, world) == []


def test_what_cannot_be_kept_is_said_and_the_draft_stays(town, fields, world):
    wrong = {**fields, "buyer_value": "123", "keep_contact": "1", "do": "save"}
    answer = town.post("/documents/new", wrong)

    page = town.client.get(answer.location).text
    assert "Not in your address book yet: 8 digits expected, 3 found." in page
    assert "Saved as draft." in page
    assert book(town, world) == []


def test_who_has_no_number_is_known_by_name(town, fields, world):
    ticked = {**fields, "buyer_value": "", "keep_contact": "1", "do": "save"}
    for name in ("Anna Afval", "ANNA  AFVAL", "Another"):
        town.post("/documents/new", {**ticked, "buyer_name": name})

    assert [each.name for each in book(town, world)] == ["Anna Afval", "Another"]


def test_nobody_is_kept_in_an_address_book_of_others(town, fields, world):
    theirs = world.organization(world.environment("Theirs"), "Other")
    town.post(
        "/documents/new",
        {**fields, "organization": theirs.public_id, "keep_contact": "1", "do": "save"},
    )

    assert book(town, world) == []
