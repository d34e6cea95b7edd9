"""The first page: a guest knows whom to ask, a newcomer what is next, everyone what waits today."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import (
    Delivery,
    DeliveryState,
    Direction,
    Document,
    Identifier,
    Organization,
    OrganizationState,
    Readiness,
    Request,
)
from app.services import home
from app.services.home import Step, StepState
from tests.factories import sign_in
from tests.support import statements

DONE, NEXT, LATER = StepState.DONE, StepState.NEXT, StepState.LATER


@pytest.fixture
def sent(world):
    """A document that left, with its delivery in a state."""

    def send(organization, state: str = DeliveryState.DELIVERED, number: str = "1"):
        document = world.keep(
            Document(
                organization_id=organization.id,
                direction=Direction.OUT,
                number=number,
                readiness=Readiness.READY,
            )
        )
        return world.keep(
            Delivery(
                organization_id=organization.id,
                document_id=document.id,
                route="platform",
                recipient="0106:1",
                message_key=number,
                state=state,
            )
        )

    return send


@pytest.fixture
def arrived(world):
    """A document that nobody opened yet."""

    def arrive(organization, number: str = "1"):
        return world.keep(
            Document(
                organization_id=organization.id,
                direction=Direction.IN,
                number=number,
                readiness=Readiness.READY,
            )
        )

    return arrive


def seen_by(world, person):
    with world.acting(person):
        return home.look(person)


def test_strangers_sign_in_first(client):
    assert client.get("/").headers["Location"] == "/login/"


def test_a_guest_reads_why_it_is_empty_and_whom_to_ask(client, piet, jan, stranger):
    sign_in(client, jan)

    page = client.get("/").text

    assert "not a member of an organization yet" in page
    assert "Piet Post" in page
    assert piet.email in page
    assert 'href="/requests/ask"' in page
    assert "Eva" not in page


def test_a_guest_who_asked_sees_the_request_instead_of_asking_again(client, world, ours, jan):
    asked = world.keep(Request(environment_id=ours.id, user_id=jan.id))
    sign_in(client, jan)

    page = client.get("/").text

    assert f"/requests/show/{asked.public_id}" in page
    assert "/requests/ask" not in page


def test_a_newcomer_begins_with_an_organization(world, piet):
    steps = seen_by(world, piet).newcomer.steps

    assert steps == (
        (Step.PROFILE, DONE),
        (Step.ORGANIZATION, NEXT),
        (Step.ACTIVATE, LATER),
        (Step.RECEIVE, LATER),
        (Step.INVOICE, LATER),
    )


@pytest.mark.parametrize(
    ("active", "receive", "ask", "upcoming"),
    [
        (False, False, True, Step.ACTIVATE),
        (True, False, True, Step.RECEIVE),
        (True, True, True, Step.INVOICE),
        (True, False, False, Step.INVOICE),
    ],
    ids=["draft", "active", "receives", "said no more"],
)
def test_each_step_leads_to_the_next(world, ours, active, receive, ask, upcoming):
    piet = world.user(ours, "Piet Post", role="administrator", ask_receive=ask)
    world.organization(ours, administrator=piet, active=active, receive=receive)

    steps = dict(seen_by(world, piet).newcomer.steps)

    assert steps[upcoming] is NEXT
    assert list(steps.values()).count(NEXT) == 1


def test_a_rejected_organization_is_not_a_step_taken(world, ours, piet):
    organization = world.organization(ours, administrator=piet, active=False)
    with tenancy.every_environment("test"):
        row = db.session.scalars(
            select(Organization).where(Organization.id == organization.id)
        ).one()
        row.state = OrganizationState.REJECTED
        db.session.commit()

    assert dict(seen_by(world, piet).newcomer.steps)[Step.ORGANIZATION] is NEXT


def test_a_plain_member_is_not_asked_to_decide_about_receiving(world, ours, piet, jan):
    world.member(world.organization(ours, administrator=piet), jan)

    assert [step for step, _state in seen_by(world, jan).newcomer.steps] == [
        Step.PROFILE,
        Step.ORGANIZATION,
        Step.ACTIVATE,
        Step.INVOICE,
    ]


def test_the_first_invoice_ends_the_checklist(world, ours, piet, sent):
    organization = world.organization(ours, administrator=piet)
    assert seen_by(world, piet).newcomer

    sent(organization)

    found = seen_by(world, piet)
    assert found.newcomer is None
    assert found.today.quiet


def test_what_needs_me_is_counted_and_linked(client, world, ours, piet, jan, sent, arrived):
    organization = world.organization(ours, administrator=piet)
    world.organization(ours, "Slapend BV", administrator=piet, active=False)
    sent(organization, DeliveryState.FAILED, "1")
    sent(organization, DeliveryState.UNKNOWN, "2")
    sent(organization, DeliveryState.DELIVERED, "3")
    arrived(organization)
    world.keep(Request(environment_id=ours.id, user_id=jan.id))
    sign_in(client, piet)

    today = seen_by(world, piet).today
    page = client.get("/").text

    assert (today.unread, today.failures.count, today.requests) == (1, 2, 1)
    assert [row.name for row in today.not_active] == ["Slapend BV"]
    assert 'href="/inbox/"' in page
    assert 'href="/outbox/?state=attention"' in page


def test_an_administrator_who_is_not_a_member_counts_no_documents(
    world, ours, piet, jan, sent, arrived
):
    theirs = world.organization(ours, "Jan Holding", administrator=jan)
    sent(theirs, DeliveryState.FAILED)
    arrived(theirs)
    own = world.organization(ours, administrator=piet)
    sent(own)

    assert (seen_by(world, piet).today.failures.count, seen_by(world, piet).today.unread) == (0, 0)
    assert (seen_by(world, jan).today.failures.count, seen_by(world, jan).today.unread) == (1, 1)


def test_one_administrator_is_advised_to_find_a_second(client, world, ours, piet):
    sign_in(client, piet)
    assert "You are the only administrator" in client.get("/").text

    world.user(ours, "Anna Bos", role="administrator")

    assert "You are the only administrator" not in client.get("/").text


def test_staff_see_numbers_of_everyone_and_names_of_nobody(client, world, ours, piet, sent):
    organization = world.organization(ours, administrator=piet)
    sent(organization, DeliveryState.UNKNOWN)
    staff = world.user(None, "Sam Support", staff="support")
    sign_in(client, staff)

    desk = seen_by(world, staff).desk
    page = client.get("/").text

    assert (desk.unknown, desk.failed, desk.environments) == (1, 0, 1)
    assert "What waits for support" in page
    assert "Piet Holding" not in page


def test_the_first_page_costs_the_same_with_many_rows(
    client, world, ours, piet, jan, sent, arrived
):
    sign_in(client, piet)
    for count in (1, 12):
        for number in range(count):
            organization = world.organization(ours, administrator=piet)
            world.organization(ours, administrator=piet, active=False)
            sent(organization, DeliveryState.FAILED, f"{count}-{number}")
            arrived(organization, f"{count}-{number}")
        with statements() as few_or_many:
            assert client.get("/").status_code == 200
        if count == 1:
            first = len(few_or_many)

    assert len(few_or_many) == first <= 12


@pytest.mark.parametrize("who", ["guest", "newcomer", "staff"])
def test_every_first_page_is_cheap(client, world, ours, piet, jan, who):
    staff = world.user(None, "Sam Support", staff="support")
    sign_in(client, {"guest": jan, "newcomer": piet, "staff": staff}[who])

    with statements() as sent_statements:
        assert client.get("/").status_code == 200

    assert len(sent_statements) <= 12


def test_demonstration_data_is_offered_on_an_empty_platform_only(world, context):
    assert home.demonstration_offered()

    world.environment()

    assert not home.demonstration_offered()


def test_demonstration_data_is_never_offered_where_others_can_come(context, monkeypatch):
    monkeypatch.setitem(context.config, "DEMONSTRATION_OFF", True)

    assert not home.demonstration_offered()


def test_receiving_is_read_from_my_own_organizations_only(world, ours, piet, stranger):
    world.organization(ours, administrator=piet)
    elsewhere = world.environment("Ver BV")
    world.organization(elsewhere, receive=True)
    with tenancy.every_environment("test"):
        assert db.session.scalars(select(Identifier).where(Identifier.receive.is_(True))).all()

    assert dict(seen_by(world, piet).newcomer.steps)[Step.RECEIVE] is NEXT


def test_who_only_receives_sees_what_arrived_under_the_steps(client, world, ours, piet, arrived):
    arrived(world.organization(ours, administrator=piet, receive=True))
    sign_in(client, piet)

    page = client.get("/").text

    assert "steps done on the way" in page
    assert 'href="/inbox/"><span class="tile-number">1<' in page


def test_the_first_page_with_the_question_of_receiving_is_cheap(client, world, ours, piet):
    for _ in range(3):
        world.organization(ours, administrator=piet)
    sign_in(client, piet)
    with client.session_transaction() as session:
        session["ask_receive"] = True

    with statements() as sent_statements:
        page = client.get("/").text

    assert "receive-question" in page
    assert len(sent_statements) <= 12


def test_the_sign_in_page_offers_demonstration_data_until_there_is_an_environment(client, world):
    assert 'action="/demonstration/"' in client.get("/login/").text

    world.environment()

    assert 'action="/demonstration/"' not in client.get("/login/").text
