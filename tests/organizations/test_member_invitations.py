"""Someone of a partner is asked first, sees nothing until they accept, and answers once."""

from __future__ import annotations

import pytest

from app import tenancy
from app.errors import Conflict, NotFound
from app.extensions import db
from app.models import (
    MemberRole,
    MembershipState,
    Notification,
    Partnership,
    PartnershipState,
)
from app.services import member_invitations, members, scopes
from app.transactions import transaction
from tests.organizations.conftest import membership, rows_of

ADMINISTRATOR = MemberRole.ADMINISTRATOR


@pytest.fixture
def count(world):
    return world.user(world.environment("Accountant"), "Carla Count", username="carla")


@pytest.fixture
def partners(world, ours, count):
    return world.keep(
        Partnership(
            environment_id=ours.id,
            partner_environment_id=count.environment_id,
            state=PartnershipState.ACTIVE,
        )
    )


def test_someone_of_a_partner_is_invited_and_sees_nothing_yet(world, jan, jans, count, partners):
    with world.acting(jan):
        members.add(jans.public_id, "carla@example.nl")

    assert membership(jans, count).state == MembershipState.INVITED
    assert jans.id not in scopes.person(count.id).scope.organization_ids
    with world.acting(count):
        waiting = member_invitations.invitations()
    assert [(row.organization, row.environment) for row in waiting] == [("Jan Holding", "Piet BV")]


@pytest.mark.parametrize(
    ("accept", "state"), [(True, MembershipState.ACTIVE), (False, MembershipState.ENDED)]
)
def test_an_invitation_is_answered_once(world, jan, jans, count, partners, accept, state):
    with world.acting(jan):
        members.add(jans.public_id, "carla@example.nl")
    invited = membership(jans, count).public_id

    with world.acting(count):
        member_invitations.answer(invited, accept)
        with pytest.raises(NotFound):
            member_invitations.answer(invited, True)

    assert membership(jans, count).state == state
    assert rows_of(Notification, Notification.user_id == jan.id)


def test_only_the_invited_person_answers(world, jan, anna, jans, count, partners):
    with world.acting(jan):
        members.add(jans.public_id, "carla@example.nl")

    with world.acting(anna), pytest.raises(NotFound):
        member_invitations.answer(membership(jans, count).public_id, True)


def test_an_invitation_ends_with_the_partnership(world, jan, jans, count, partners):
    with world.acting(jan):
        members.add(jans.public_id, "carla@example.nl")
    end(partners)

    with world.acting(count), pytest.raises(Conflict, match="partnership has ended"):
        member_invitations.answer(membership(jans, count).public_id, True)


def end(partnership):
    with transaction(), tenancy.every_environment("test"):
        db.session.get(Partnership, partnership.id).state = PartnershipState.ENDED
