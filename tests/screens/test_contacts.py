"""The address book: the framework's own forms, checked at the field, own organizations only."""

from __future__ import annotations

import pytest
from lxml import html as markup
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import Contact

FIELDS = {"name": "Bakker Bas", "country": "NL", "scheme": "0106", "value": "12.34.56.78"}


def kept():
    with tenancy.every_environment("test"):
        return db.session.scalars(select(Contact).order_by(Contact.id)).all()


@pytest.fixture
def signed_in(browser, customers):
    browser.sign_in(customers.piet).get("/contacts/add")
    return browser


def test_a_contact_is_added_with_its_number_tidied(signed_in, customers):
    answer = signed_in.post("/contacts/add", organization=customers.holding.public_id, **FIELDS)

    assert answer.status_code == 302, answer.text
    (contact,) = kept()
    assert (contact.name, contact.value, contact.country) == ("Bakker Bas", "12345678", "NL")


def test_a_number_stands_beside_its_kind(signed_in):
    page = markup.fromstring(signed_in.get("/contacts/add").text)

    pairs = [each.xpath(".//@name") for each in page.find_class("pair")]
    assert ["scheme", "value"] in pairs
    assert ["postcode", "city"] in pairs


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"value": "1234"}, "8 digits expected, 4 found"),
        ({"country": "Holland"}, "Choose one of the options"),
        ({"scheme": "9999"}, "Choose one of the options"),
        ({"email": "bas"}, "is not an e-mail address"),
        ({"scheme": "", "value": "12345678"}, "what kind of number"),
        ({"vat_number": "NL123"}, "digits"),
        ({"name": " "}, "Name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(
    signed_in, customers, wrong, sentence
):
    answer = signed_in.post(
        "/contacts/add", organization=customers.holding.public_id, **{**FIELDS, **wrong}
    )

    assert answer.status_code == 200
    assert sentence in answer.text
    assert 'value="Bakker Bas"' in answer.text or "name" in wrong
    assert kept() == []


def test_the_choice_of_organizations_shows_memberships_only(signed_in, customers, world):
    world.organization(customers.ours, "Jan Holding", administrator=customers.jan)

    page = signed_in.get("/contacts/add").text

    assert "Piet Holding" in page
    assert "Jan Holding" not in page
    assert "Winkel Gent" not in page


def test_an_organization_of_others_cannot_be_chosen(signed_in, customers):
    answer = signed_in.post("/contacts/add", organization=customers.winkel.public_id, **FIELDS)

    assert answer.status_code == 200
    assert kept() == []


def test_a_shared_contact_is_seen_by_colleagues_and_changed_by_members_only(
    browser, customers, world
):
    jans = world.organization(customers.ours, "Jan Holding", administrator=customers.jan)
    shared = world.keep(Contact(organization_id=jans.id, name="Shared Sam", shared=True))
    world.keep(Contact(organization_id=jans.id, name="Private Pam"))

    page = browser.sign_in(customers.piet).get("/contacts/list/").text

    assert "Shared Sam" in page
    assert "Private Pam" not in page
    assert browser.get(f"/contacts/edit/{shared.public_id}").status_code == 403
    assert browser.post(f"/contacts/delete/{shared.public_id}").status_code == 403
    assert len(kept()) == 2


def test_a_contact_is_changed_and_removed(signed_in, customers, world):
    contact = world.keep(Contact(organization_id=customers.holding.id, name="Old Olga"))

    signed_in.get(f"/contacts/edit/{contact.public_id}")
    signed_in.post(f"/contacts/edit/{contact.public_id}", **{**FIELDS, "name": "New Nora"})
    assert [row.name for row in kept()] == ["New Nora"]

    assert signed_in.get(f"/contacts/show/{contact.public_id}").status_code == 200
    assert signed_in.client.get(f"/contacts/delete/{contact.public_id}").status_code == 405
    signed_in.post(f"/contacts/delete/{contact.public_id}")
    assert kept() == []


def test_markup_in_a_name_is_shown_as_text(signed_in, customers, world):
    world.keep(Contact(organization_id=customers.holding.id, name="<script>alert(1)</script>"))

    page = signed_in.get("/contacts/list/").text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
