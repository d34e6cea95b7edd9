"""The address book as the invoice form asks for it while someone types a name."""

from __future__ import annotations

import json

import pytest

from app.models import Contact
from tests.factories import sign_in


@pytest.fixture
def asked(client, world, ours, piet):
    """The names that the form offers to Piet."""
    mine = world.organization(ours, administrator=piet)
    others = world.organization(world.environment("Elders"), "Vreemd", value="27182818")
    for organization, names in ((mine, ["Café De Klok", "Klokhuis", "Bakker"]), (others, ["Klok"])):
        for name in names:
            world.keep(Contact(organization_id=organization.id, name=name, city="Delft"))
    sign_in(client, piet)
    return lambda text: client.get("/documents/contacts", query_string={"q": text}).get_json()


def test_a_part_of_the_name_is_enough_and_others_stay_behind_the_wall(asked):
    assert [each["text"] for each in asked("KLOK")] == ["Café De Klok", "Klokhuis"]


def test_nothing_typed_offers_the_first_ones(asked):
    assert len(asked("")) == 3


def test_a_wildcard_is_a_character(asked):
    assert asked("%") == []


def test_each_comes_with_what_it_fills_in(asked):
    fields = json.loads(asked("bakker")[0]["data"]["contact"])

    assert fields["buyer_name"] == "Bakker"
    assert fields["buyer_city"] == "Delft"
