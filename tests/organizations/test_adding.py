"""Adding an organization by hand: what is typed is tidied, judged at its field, and kept whole or not at all."""

from __future__ import annotations

import dataclasses

import pytest

from app.errors import Conflict, NotAllowed, Unreadable
from app.models import MemberRole, Membership, Organization, OrganizationState
from app.services import identifiers, organizations
from app.services.organizations import Details
from tests.organizations.conftest import KVK, number_of, organization_of, rows_of

HOLDING = Details("Piet Holding", "NL", "Dorpsstraat 1", "1234 AB", "Ons Dorp", "post@example.nl")


def test_whoever_adds_an_organization_administers_it(world, piet):
    with world.acting(piet):
        added = organization_of(organizations.add(HOLDING, KVK))

    members = rows_of(Membership, Membership.organization_id == added.id)
    assert added.state == OrganizationState.DRAFT
    assert [(row.user_id, row.role) for row in members] == [(piet.id, MemberRole.ADMINISTRATOR)]


def test_a_pasted_number_is_tidied(world, piet):
    with world.acting(piet):
        added = organization_of(organizations.add(HOLDING, {"0106": " 1234.56 78 ", "0190": ""}))

    assert str(number_of(added)) == "0106:12345678"


def test_a_new_number_owns_nothing_yet(world, piet):
    with world.acting(piet):
        number = number_of(organization_of(organizations.add(HOLDING, KVK)))

    assert (number.owned, number.verified_at, number.send, number.receive) == (
        False,
        None,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("details", "numbers", "field"),
    [
        (dataclasses.replace(HOLDING, name="  "), KVK, "name"),
        (dataclasses.replace(HOLDING, name="x" * 201), KVK, "name"),
        (dataclasses.replace(HOLDING, country="ZZ"), KVK, "country"),
        (dataclasses.replace(HOLDING, email="post at example"), KVK, "email"),
        (HOLDING, {}, "numbers"),
        (HOLDING, {"0106": "1234567"}, "number_0106"),
        (HOLDING, {"0106": "12345678x"}, "number_0106"),
        (HOLDING, {"9944": "NL123456789B01"}, "number_9944"),
        (HOLDING, {"0000": "1"}, "number_0000"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    world, piet, details, numbers, field
):
    with world.acting(piet), pytest.raises(Unreadable) as refused:
        organizations.add(details, numbers)

    assert refused.value.field == field
    assert rows_of(Organization) == []


def test_everything_that_is_wrong_is_said_at_once(context):
    found = organizations.problems(Details("", "XX"), {"0106": "1", "9944": "2"})

    assert [problem.field for problem in found] == ["name", "country", "number_0106", "number_9944"]


def test_only_administrators_of_an_environment_add_organizations(world, ours):
    jan = world.user(ours, "Jan Smit")

    with world.acting(jan), pytest.raises(NotAllowed):
        organizations.add(HOLDING, KVK)


def test_the_plan_holds_so_many_organizations(app, world, piet, monkeypatch):
    monkeypatch.setitem(
        app.config,
        "SETTINGS",
        dataclasses.replace(app.config["SETTINGS"], free_organizations=2),
    )
    with world.acting(piet):
        organizations.add(HOLDING, KVK)
        organizations.add(HOLDING, {"0106": "22222222"})

        with pytest.raises(Conflict, match="holds 2 organizations"):
            organizations.add(HOLDING, {"0106": "33333333"})


def test_closed_organizations_take_no_place(app, world, ours, piet, monkeypatch):
    monkeypatch.setitem(
        app.config,
        "SETTINGS",
        dataclasses.replace(app.config["SETTINGS"], free_organizations=1),
    )
    world.keep(Organization(environment_id=ours.id, name="Old", state=OrganizationState.CLOSED))

    with world.acting(piet):
        assert organizations.add(HOLDING, KVK)


def test_an_administrator_changes_the_details(world, ours, piet):
    organization = world.organization(ours, administrator=piet)

    with world.acting(piet):
        organizations.edit(organization.public_id, dataclasses.replace(HOLDING, city=" Delft "))

    assert organization_of(organization.public_id).city == "Delft"


def test_a_member_does_not_change_the_details(world, ours):
    jan = world.user(ours, "Jan Smit")
    organization = world.organization(ours)
    world.member(organization, jan)

    with world.acting(jan), pytest.raises(NotAllowed):
        organizations.edit(organization.public_id, HOLDING)


def test_an_environment_administrator_changes_only_where_they_are_a_member(world, ours, piet):
    stranger = world.organization(ours, "Jan Holding")
    mine = world.organization(ours, "Piet Holding")
    world.member(mine, piet)

    with world.acting(piet):
        organizations.edit(mine.public_id, HOLDING)
        with pytest.raises(NotAllowed):
            organizations.edit(stranger.public_id, HOLDING)


def test_the_same_number_is_added_once(world, ours, piet):
    organization = world.organization(ours, administrator=piet, value="12345678")

    with world.acting(piet), pytest.raises(Conflict) as refused:
        identifiers.add(organization.public_id, "0106", "1234 5678")

    assert refused.value.field == "value"


def test_an_organization_keeps_at_least_one_verified_number(world, ours, piet):
    organization = world.organization(ours, administrator=piet)

    with world.acting(piet):
        identifiers.add(organization.public_id, "0106", "12345678")
        with pytest.raises(Conflict, match="at least one number"):
            identifiers.remove(number_of(organization).public_id)


def test_a_number_is_removed(world, ours, piet):
    organization = world.organization(ours, administrator=piet)

    with world.acting(piet):
        extra = identifiers.add(organization.public_id, "0106", "12345678")
        identifiers.remove(extra)

        assert len(identifiers.of(organization)) == 1
