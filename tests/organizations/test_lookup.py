"""Adding an organization from the company register: search, pick, check, save."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from lxml import html

from app.models import Organization
from tests.factories import sign_in
from tests.organizations.conftest import rows_of
from tests.registers.servers import KEY, PROFILE, Register, found_by_name, register, valid

BOLDER = "register-kvk-69599084"


@pytest.fixture
def kvk(app) -> Iterator[Register]:
    """Both registers, named by the operator."""
    before = app.config["SETTINGS"]
    with register(KEY) as at, register() as vies:
        vies.at("/ms/BE/vat/0123456749", valid("Bakkerij Gent", "Kade 1\n9000 Gent"))
        at.at("/v2/zoeken", found_by_name(("69599084", "Bakkerij Bolder", "rechtspersoon")))
        at.at("/v1/basisprofielen/69599084", PROFILE)
        named = {"kvk_url": at.url, "kvk_key": KEY, "vies_url": vies.url}
        app.config["SETTINGS"] = dataclasses.replace(before, **named)
        yield at
    app.config["SETTINGS"] = before


def test_without_a_register_everything_is_typed(at_work):
    assert "Find the company" not in at_work.get("/organizations/add").text


def test_the_register_says_what_goes_into_which_field(at_work, kvk):
    (found,) = at_work.get("/companies/registered?q=bolder").json["groups"][0]["matches"]
    fields = at_work.get(f"/companies/fields?key={found['key']}").json["fields"]

    assert fields == {
        "name": "Bakkerij Bolder B.V.",
        "country": "NL",
        "street": "Oosterwal 7a-2",
        "postcode": "7241 AR",
        "city": "Lochem",
        "number_0106": "69599084",
    }


def test_a_belgian_company_brings_both_of_its_numbers(at_work, kvk):
    key = "register-vies-BE0123456749"
    (found,) = at_work.get("/companies/registered?q=0123456749").json["groups"][0]["matches"]
    fields = at_work.get(f"/companies/fields?key={key}").json["fields"]

    assert found["name"] == "Bakkerij Gent"
    assert (fields["number_0208"], fields["number_9925"]) == ("0123456749", "BE0123456749")


def test_without_scripts_buttons_find_pick_and_save(at_work, send, kvk):
    found = send("/organizations/add", contact="bolder", country="NL", refresh="find-company")
    assert "Bakkerij Bolder" in found.text
    picked = send("/organizations/add", country="BE", refresh=f"take-{BOLDER}")
    form = html.fromstring(picked.text).xpath("//form[@action='/organizations/add']")[0]
    typed = {name: value for name, value in form.form_values() if name != "csrf_token"}
    send("/organizations/add", **typed)

    (kept,) = rows_of(Organization)
    assert (kept.name, kept.city, kept.country) == ("Bakkerij Bolder B.V.", "Lochem", "NL")


def test_a_register_that_is_away_leaves_the_form_as_it_was_typed(at_work, send, kvk):
    kvk.at("/v1/basisprofielen/69599084", status=503)
    page = send("/organizations/add", name="Ours", refresh=f"take-{BOLDER}").text

    assert 'value="Ours"' in page
    assert "KvK doesn&#39;t answer right now" in page


def test_only_who_may_add_organizations_can_ask(client, world, ours, kvk):
    sign_in(client, world.user(ours, "Gast Gast"))

    for address in ("registered?q=bolder", f"fields?key={BOLDER}"):
        answer = client.get(f"/companies/{address}")
        assert answer.status_code in (302, 403)
        assert "Bolder" not in answer.text
    assert kvk.asked == []


def test_only_registers_are_asked_for_fields(at_work, kvk):
    for key in ("network-0106-00000108", "contact-x", ""):
        assert at_work.get("/companies/fields", query_string={"key": key}).status_code == 404
