"""Organizations as a choice in a page asks for them while someone types a name."""

from __future__ import annotations

import json

import pytest

from app.views.organization_choices import MOST_FOUND, MOST_OFFERED, first_of
from tests.factories import sign_in


@pytest.fixture
def asked(client, world, ours, piet):
    """The names that an address offers to Piet."""
    for name in ("Bakkerij Één", "Bakkerij Twee", "Transport"):
        world.organization(ours, name, administrator=piet)
    world.organization(ours, "Bakkerij Nieuw", administrator=piet, active=False)
    world.organization(world.environment("Elders"), "Bakkerij Vreemd", value="27182818")
    sign_in(client, piet)

    def ask(address: str, text: str) -> list[str]:
        return [each["text"] for each in client.get(address, query_string={"q": text}).get_json()]

    return ask


def test_a_list_is_narrowed_to_any_of_mine_found_without_capitals_and_accents(asked):
    found = asked("/choose/organizations", "BAKKERIJ EEN")

    assert found == ["Bakkerij Één"]
    assert "Bakkerij Nieuw" in asked("/choose/organizations", "bakkerij")


def test_an_invoice_is_sent_by_those_that_may(asked):
    found = asked("/documents/suppliers", "bakkerij")

    assert set(found) == {"Bakkerij Één", "Bakkerij Twee"}


def test_a_stranger_to_them_finds_nothing(asked):
    assert asked("/choose/organizations", "vreemd") == asked("/documents/suppliers", "vreemd") == []


def test_each_supplier_comes_with_what_follows_from_it(asked, client):
    (found,) = client.get("/documents/suppliers?q=transport").get_json()

    assert set(json.loads(found["data"]["defaults"])) == {"seller_vat", "iban"}


def test_a_name_that_many_have_brings_a_few(asked, world, ours, piet):
    for number in range(MOST_FOUND + 1):
        world.organization(ours, f"Winkel {number}", administrator=piet)

    assert len(asked("/choose/organizations", "winkel")) == MOST_FOUND


def test_what_is_chosen_stays_in_the_page(app, world, ours):
    rows = [world.organization(ours, f"Winkel {number}") for number in range(MOST_OFFERED + 2)]
    with app.test_request_context("/"):
        shown = first_of(rows, rows[-1].public_id)

    assert len(shown) == MOST_OFFERED + 1
    assert shown[-1] is rows[-1]
