"""Activation: by the platform or by staff; one active owner per number, whoever is first."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from app.errors import Conflict, NotAllowed
from app.extensions import db
from app.models import AuditEntry, Identifier, Notification, OrganizationState, OutgoingMail
from app.services import activation, identifiers, organizations, reviews
from tests.organizations.conftest import afresh, ask_network, number_of, rows_of


@pytest.fixture
def draft(world, ours, piet):
    return world.organization(ours, administrator=piet, active=False, value="12345678")


def test_instant_activation_claims_verifies_and_opens_sending_only(world, piet, draft):
    with world.acting(piet):
        state = activation.activate(draft.public_id)

    number = number_of(draft)
    assert state == OrganizationState.ACTIVE
    assert afresh(draft).activated_at is not None
    assert number.verified_at is not None
    assert (number.owned, number.send, number.receive) == (True, True, False)


def test_activation_is_kept_in_the_audit_log(world, piet, draft):
    with world.acting(piet):
        activation.activate(draft.public_id)

    entry = rows_of(AuditEntry, AuditEntry.action == "organization.activated")[0]
    assert (entry.person_id, entry.environment_id) == (piet.id, draft.environment_id)
    assert entry.subject == f"organization:{draft.public_id}"


def test_only_administrators_of_the_environment_activate(world, ours, draft):
    jan = world.user(ours, "Jan Smit")
    world.member(draft, jan, "administrator")

    with world.acting(jan), pytest.raises(NotAllowed):
        activation.activate(draft.public_id)


def test_a_number_of_another_customer_goes_to_review_and_names_nobody(world, piet, draft):
    theirs = world.organization(world.environment("Theirs"), "Secret Holding", value="12345678")

    with world.acting(piet):
        state = activation.activate(draft.public_id)

    assert state == OrganizationState.UNDER_REVIEW
    assert "belongs to another customer" in afresh(draft).reason
    assert "Secret" not in afresh(draft).reason
    assert not number_of(draft).owned
    assert number_of(theirs).owned


def test_all_numbers_are_claimed_or_none(world, piet, draft):
    world.organization(world.environment("Theirs"), value="99999999")
    world.keep(Identifier(organization_id=draft.id, scheme="0106", value="99999999"))

    with world.acting(piet):
        activation.activate(draft.public_id)

    numbers = rows_of(Identifier, Identifier.organization_id == draft.id)
    assert [number.owned for number in numbers] == [False, False]


def test_two_customers_that_claim_one_number_at_once_leave_one_owner(context, world):
    pairs = []
    for name in ("One", "Two", "Three", "Four"):
        environment = world.environment(name)
        person = world.user(environment, f"{name} Boss", role="administrator")
        pairs.append(
            (
                person,
                world.organization(
                    environment, name, administrator=person, active=False, value="55555555"
                ),
            )
        )
    states: list[str] = []
    together = threading.Barrier(len(pairs))

    def claim(person, organization):
        with context.app_context():
            together.wait()
            with world.acting(person):
                states.append(activation.activate(organization.public_id))
            db.session.remove()

    threads = [threading.Thread(target=claim, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(states) == ["active", "under_review", "under_review", "under_review"]
    assert len(rows_of(Identifier, Identifier.owned.is_(True))) == 1


def test_under_the_policy_review_staff_look_first(world, piet, draft, under_review):
    staff = world.user(None, "Sam Support", staff="support")

    with world.acting(piet):
        state = activation.activate(draft.public_id)

    told = rows_of(Notification, Notification.user_id == staff.id)
    assert state == OrganizationState.UNDER_REVIEW
    assert not number_of(draft).owned
    assert [row.text for row in told] == ["%(organization)s waits for your review."]


def test_staff_approve_and_the_administrators_hear_it(world, piet, draft, under_review):
    staff = world.user(None, "Sam Support", staff="support")
    with world.acting(piet):
        activation.activate(draft.public_id)

    with world.acting(staff):
        waiting = reviews.waiting()
        reviews.approve(draft.public_id)

    assert [review.organization.name for review in waiting] == ["Piet Holding"]
    assert afresh(draft).state == OrganizationState.ACTIVE
    assert number_of(draft).owned
    assert "activation_approved" in [mail.kind for mail in rows_of(OutgoingMail)]


def test_staff_reject_with_a_reason_and_it_may_be_asked_again(world, piet, draft, under_review):
    staff = world.user(None, "Sam Support", staff="support")
    with world.acting(piet):
        activation.activate(draft.public_id)

    with world.acting(staff):
        reviews.reject(draft.public_id, "The name isn't that of the register.")

    assert afresh(draft).state == OrganizationState.REJECTED
    assert afresh(draft).reason == "The name isn't that of the register."
    with world.acting(piet):
        assert activation.activate(draft.public_id) == OrganizationState.UNDER_REVIEW


def test_staff_cannot_give_away_a_number_that_has_an_owner(world, piet, draft):
    staff = world.user(None, "Sam Support", staff="support")
    world.organization(world.environment("Theirs"), value="12345678")
    with world.acting(piet):
        activation.activate(draft.public_id)

    with world.acting(staff):
        waiting = reviews.waiting()
        with pytest.raises(Conflict, match="Another active organization"):
            reviews.approve(draft.public_id)

    assert [str(number) for number in waiting[0].taken] == ["0106:12345678"]
    assert afresh(draft).state == OrganizationState.UNDER_REVIEW


def test_customers_do_not_review(world, piet, draft, under_review):
    with world.acting(piet):
        activation.activate(draft.public_id)
        with pytest.raises(NotAllowed):
            reviews.waiting()
        with pytest.raises(NotAllowed):
            reviews.approve(draft.public_id)


def test_an_added_number_is_verified_when_nobody_owns_it(world, ours, piet):
    organization = world.organization(ours, administrator=piet)

    with world.acting(piet):
        extra = identifiers.add(organization.public_id, "0106", "77777777")

        assert identifiers.verify(extra)


def test_an_added_number_of_another_customer_waits_for_staff(world, ours, piet):
    world.organization(world.environment("Theirs"), value="77777777")
    organization = world.organization(ours, administrator=piet)
    staff = world.user(None, "Sam Support", staff="support")

    with world.acting(piet):
        extra = identifiers.add(organization.public_id, "0106", "77777777")
        assert not identifiers.verify(extra)
    with world.acting(staff):
        waiting = reviews.waiting()
        reviews.reject_number(extra, "It is not yours.")

    assert [review.number.public_id for review in waiting] == [extra]
    row = rows_of(Identifier, Identifier.public_id == extra)[0]
    assert (row.verified_at, row.review_asked_at) == (None, None)


def test_staff_verify_an_added_number_under_the_policy_review(world, ours, piet, under_review):
    organization = world.organization(ours, administrator=piet)
    staff = world.user(None, "Sam Support", staff="support")
    with world.acting(piet):
        extra = identifiers.add(organization.public_id, "0106", "77777777")
        assert not identifiers.verify(extra)

    with world.acting(staff):
        reviews.approve_number(extra)

    assert rows_of(Identifier, Identifier.public_id == extra)[0].owned


def test_closing_frees_the_number_when_the_network_has_let_go(world, ours, piet):
    organization = world.organization(ours, administrator=piet, receive=True)

    with world.acting(piet):
        first = activation.close(organization.public_id)
    ask_network()

    assert first == OrganizationState.CLOSING
    assert afresh(organization).state == OrganizationState.CLOSED
    assert not number_of(organization).owned


def test_closing_one_that_never_received_is_done_at_once(world, ours, piet):
    organization = world.organization(ours, administrator=piet)

    with world.acting(piet):
        assert activation.close(organization.public_id) == OrganizationState.CLOSED
        with pytest.raises(Conflict):
            activation.activate(organization.public_id)


def test_the_history_shows_members_what_happened_and_strangers_nothing(world, piet, draft):
    with world.acting(piet):
        activation.activate(draft.public_id)
        seen = [entry.action for entry in organizations.history(draft)]

    assert seen == ["organization.activated"]


def test_the_wall_hides_numbers_from_an_administrator_who_is_no_member(world, ours, piet):
    organization = world.organization(ours, "Jan Holding")

    with world.acting(piet):
        found = organizations.find(organization.public_id)

        assert found.name == "Jan Holding"
        assert identifiers.of(found) == []
        assert db.session.scalars(select(Identifier)).all() == []
