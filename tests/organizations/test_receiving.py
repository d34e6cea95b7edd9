"""Receiving: a wish that is stored first, a network that answers in the background, and its price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound
from app.extensions import db
from app.models import (
    Identifier,
    MemberRole,
    Membership,
    Organization,
    OrganizationState,
    ReceiveAgreement,
    RegistrationState,
)
from app.models.types import now
from app.services import identifiers, organizations, receiving
from app.services.receiving import Switch
from app.transactions import transaction
from tests.organizations.conftest import (
    ask_network,
    can_receive,
    number_of,
    published,
    rows_of,
    turn,
)


def test_one_can_receive_only_when_the_network_knows_it(world, piet, holding):
    turn(world, piet, holding, on=True)
    before = can_receive()

    ask_network()

    assert before is None
    assert can_receive() == holding.id
    assert published() == {"0106:12345678": "postiljon"}


def test_off_stops_at_once_and_the_network_follows(world, piet, holding):
    turn(world, piet, holding, on=True)
    ask_network()

    turn(world, piet, holding, on=False)
    at_once = can_receive()
    state = number_of(holding).registration
    ask_network()

    assert at_once is None
    assert state == RegistrationState.REMOVING
    assert number_of(holding).registration == RegistrationState.OFF
    assert published() == {}


def test_another_form_of_the_number_is_another_number(world, piet, holding):
    turn(world, piet, holding, on=True)
    ask_network()

    assert can_receive("2345678") is None
    assert can_receive("012345678") is None


def test_a_closing_organization_receives_nothing(world, piet, holding):
    turn(world, piet, holding, on=True)
    ask_network()
    with transaction(), tenancy.every_environment("test"):
        db.session.get(Organization, holding.id).state = OrganizationState.CLOSING

    assert can_receive() is None


def test_the_price_has_to_be_agreed_to_and_who_did_is_kept(world, piet, holding):
    with pytest.raises(Conflict, match=r"EUR 0\.25 for each received document"):
        turn(world, piet, holding, on=True, agreed=False)
    assert not number_of(holding).receive

    turn(world, piet, holding, on=True)

    kept = rows_of(ReceiveAgreement)[0]
    assert (kept.user_id, kept.person_name) == (piet.id, "Piet Post")
    assert (kept.price, kept.currency) == (Decimal("0.25"), "EUR")
    assert kept.agreed_at is not None


def test_the_same_price_is_agreed_to_once(world, piet, holding):
    turn(world, piet, holding, on=True)
    turn(world, piet, holding, on=False)

    turn(world, piet, holding, on=True, agreed=False)

    assert number_of(holding).receive
    assert len(rows_of(ReceiveAgreement)) == 1


def test_a_plan_with_receiving_asks_nothing(world):
    environment = world.keep(type(world.environment())(name="Paying", plan="business"))
    anna = world.user(environment, "Anna Boss", role="administrator")
    organization = world.organization(environment, administrator=anna)

    turn(world, anna, organization, on=True, agreed=False)

    assert number_of(organization).receive
    assert rows_of(ReceiveAgreement) == []


def test_an_organization_that_is_not_active_cannot_receive(world, ours, piet):
    draft = world.organization(ours, administrator=piet, active=False)

    with pytest.raises(Conflict, match="Activate Piet Holding first"):
        turn(world, piet, draft, on=True)


def test_members_do_not_decide(world, ours, holding):
    jan = world.user(ours, "Jan Smit")
    world.member(holding, jan)

    with pytest.raises(NotAllowed):
        turn(world, jan, holding, on=True)


def test_an_administrator_of_the_environment_decides_only_where_they_are_a_member(
    world, ours, holding
):
    jan = world.user(ours, "Jan Smit", role="administrator")
    with pytest.raises(NotAllowed):
        turn(world, jan, holding, on=True)

    world.member(holding, jan)
    turn(world, jan, holding, on=True)

    assert number_of(holding).receive


def test_another_customer_does_not_even_find_it(world, holding):
    stranger = world.user(world.environment("Theirs"), "Eve Else", role="administrator")

    with pytest.raises(NotFound):
        turn(world, stranger, holding, on=True)


def test_the_switch_says_partly_when_the_numbers_differ(world, piet, holding):
    world.keep(
        Identifier(
            organization_id=holding.id,
            scheme="0106",
            value="87654321",
            owned=True,
            verified_at=now(),
        )
    )

    def switch():
        with world.acting(piet):
            return receiving.line(organizations.find(holding.public_id)).switch

    seen = [switch()]
    with world.acting(piet):
        receiving.set_receive_of(number_of(holding).public_id, True, agreed=True)
    seen.append(switch())
    turn(world, piet, holding, on=True)
    seen.append(switch())
    turn(world, piet, holding, on=False)
    seen.append(switch())

    assert seen == [Switch.OFF, Switch.PARTLY, Switch.ON, Switch.OFF]


def test_an_unverified_number_does_not_receive(world, piet, holding):
    with world.acting(piet):
        extra = identifiers.add(holding.public_id, "0106", "87654321")

        with pytest.raises(Conflict, match="Verify this number first"):
            receiving.set_receive_of(extra, True, agreed=True)


def test_a_number_that_receives_is_not_removed(world, piet, holding):
    turn(world, piet, holding, on=True)

    with world.acting(piet):
        with pytest.raises(Conflict, match="Turn Receive off first"):
            identifiers.remove(number_of(holding).public_id)
        receiving.set_receive(holding.public_id, False)
        with pytest.raises(Conflict, match="still removing"):
            identifiers.remove(number_of(holding).public_id)


def test_the_lines_are_those_for_which_one_may_decide(world, ours, piet, holding):
    world.organization(ours, "Not mine")
    world.member(world.organization(ours, "Member only"), piet)
    jan = world.user(ours, "Jan Smit")
    world.member(holding, jan)

    with world.acting(piet):
        names = [line.organization.name for line in receiving.lines()]
    with world.acting(jan):
        nothing = receiving.lines()

    # Piet administers the environment, so being a member is enough for him.
    assert names == ["Member only", "Piet Holding"]
    assert nothing == []


def test_an_administrator_from_a_partner_decides_too(world, holding):
    anna = world.user(world.environment("Accountant"), "Anna Count")
    world.keep(
        Membership(organization_id=holding.id, user_id=anna.id, role=MemberRole.ADMINISTRATOR)
    )

    turn(world, anna, holding, on=True)

    assert number_of(holding).receive
