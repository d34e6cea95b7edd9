"""Asking for access: one open request, answered once, by an administrator, who is told and tells."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound, Unreadable
from app.extensions import db
from app.models import (
    AuditEntry,
    Membership,
    Notification,
    OutgoingMail,
    Request,
    RequestState,
)
from app.services import requests
from tests.factories import sign_in
from tests.support import post, statements


@pytest.fixture
def holding(world, ours, piet):
    return world.organization(ours, "Piet Holding", administrator=piet)


@pytest.fixture
def asked(world, jan, piet):
    with world.acting(jan):
        return requests.ask("For the invoices of the shop")


def all_of(column):
    db.session.commit()
    with tenancy.every_environment("test"):
        return list(db.session.scalars(select(column).order_by(column)))


def state_of(public_id):
    db.session.commit()
    with tenancy.every_environment("test"):
        return db.session.scalars(select(Request.state).where(Request.public_id == public_id)).one()


def test_asking_tells_the_administrators_in_the_bell_and_by_mail(asked, piet, jan):
    assert all_of(Notification.user_id) == [piet.id]
    assert all_of(OutgoingMail.recipient) == [piet.email]
    assert all_of(AuditEntry.action) == ["access asked"]


def test_an_administrator_without_that_switch_gets_no_mail(world, ours, jan):
    anna = world.user(ours, "Anna Bos", role="administrator", alert_request="off")
    with world.acting(jan):
        requests.ask()

    assert all_of(Notification.user_id) == [anna.id]
    assert all_of(OutgoingMail.recipient) == []


def test_one_request_at_a_time(world, asked, jan):
    with world.acting(jan), pytest.raises(Conflict):
        requests.ask("Again")

    assert len(all_of(Request.id)) == 1


def test_after_withdrawing_one_may_ask_again(world, asked, jan):
    with world.acting(jan):
        requests.withdraw(asked)
        again = requests.ask()

    assert (state_of(asked), state_of(again)) == (RequestState.WITHDRAWN, RequestState.OPEN)


def test_accepting_makes_a_member_who_is_told(world, asked, holding, piet, jan):
    with world.acting(piet):
        requests.accept(asked, [holding.public_id])

    assert state_of(asked) == RequestState.ACCEPTED
    with world.acting(jan) as scope:
        assert scope.organization_ids == {holding.id}
    assert jan.id in all_of(Notification.user_id)
    assert jan.email in all_of(OutgoingMail.recipient)


def test_refusing_tells_with_a_word(world, asked, piet, jan):
    with world.acting(piet):
        requests.refuse(asked, "Ask Anna of sales")

    with world.acting(jan):
        found = requests.find(asked)
        assert (found.state, found.answer) == (RequestState.REFUSED, "Ask Anna of sales")
        assert found.answered_by == "Piet Post"
    assert jan.id in all_of(Notification.user_id)


@pytest.mark.parametrize("answer", ["accept", "refuse"])
def test_a_request_is_answered_once(world, asked, holding, piet, answer):
    with world.acting(piet):
        requests.refuse(asked)

    with world.acting(piet), pytest.raises(Conflict):
        if answer == "accept":
            requests.accept(asked, [holding.public_id])
        else:
            requests.refuse(asked)

    assert len(all_of(Membership.id)) == 1  # Piet himself


@pytest.mark.parametrize("chosen", ["none", "draft", "stranger's", "nonsense"])
def test_access_is_given_to_active_organizations_of_the_environment_only(
    world, asked, ours, piet, chosen
):
    elsewhere = world.organization(world.environment("Ver BV"), "Ver Holding")
    draft = world.organization(ours, "Nog niet", active=False)
    wanted = {
        "none": [],
        "draft": [draft.public_id],
        "stranger's": [elsewhere.public_id],
        "nonsense": ["x' OR 1=1"],
    }[chosen]

    with world.acting(piet), pytest.raises((Unreadable, NotFound)):
        requests.accept(asked, wanted)

    assert state_of(asked) == RequestState.OPEN
    assert all_of(Membership.id) == []


def test_organizations_that_have_the_asker_already_are_not_offered(
    world, ours, asked, holding, jan, piet
):
    other = world.organization(ours, "Piet Vastgoed", administrator=piet)
    world.member(holding, jan)

    with world.acting(piet):
        offered = requests.organizations(requests.find(asked))

    assert [row.name for row in offered] == [other.name]


def test_the_word_of_a_refusal_is_in_the_mail(world, asked, piet, jan):
    with world.acting(piet):
        requests.refuse(asked, "Ask Anna of sales")

    assert any("Ask Anna of sales" in text for text in all_of(OutgoingMail.text))


def test_an_unknown_role_is_refused(world, asked, holding, piet):
    with world.acting(piet), pytest.raises(Unreadable):
        requests.accept(asked, [holding.public_id], "emperor")


def test_nobody_answers_their_own_request(world, ours, holding):
    anna = world.user(ours, "Anna Bos", role="administrator")
    with world.acting(anna):
        own = requests.ask()
        with pytest.raises(NotAllowed):
            requests.accept(own, [holding.public_id])


def test_an_administrator_gives_access_to_an_organization_they_are_not_a_member_of(
    world, ours, asked, piet, jan
):
    anna = world.user(ours, "Anna Bos")
    theirs = world.organization(ours, "Anna Holding", administrator=anna)

    with world.acting(piet):
        requests.accept(asked, [theirs.public_id])

    with world.acting(jan) as scope:
        assert scope.organization_ids == {theirs.id}
    with world.acting(piet) as scope:
        assert scope.organization_ids == frozenset()


def test_a_colleague_who_is_no_administrator_sees_and_answers_nothing(world, ours, asked, holding):
    kees = world.user(ours, "Kees Bakker")

    with world.acting(kees), pytest.raises(NotFound):
        requests.find(asked)
    with world.acting(kees), pytest.raises(NotAllowed):
        requests.accept(asked, [holding.public_id])


def test_another_environment_sees_nothing(client, world, asked, stranger, piet):
    boss = world.user(world.environment("Ver BV"), "Bo Baas", role="administrator")
    for person, status in ((piet, 200), (boss, 404), (stranger, 404)):
        sign_in(client, person)
        assert client.get(f"/requests/show/{asked}").status_code == status


def test_staff_have_nobody_to_ask(world):
    staff = world.user(None, "Sam Support", staff="support")

    with world.acting(staff), pytest.raises(NotAllowed):
        requests.ask()


def test_the_walk_in_the_browser(client, world, holding, piet, jan):
    sign_in(client, jan)
    answer = post(client, "/requests/ask", {"message": "For the <b>shop</b>"}, at="/requests/ask")
    address = answer.headers["Location"]
    assert "Withdraw the request" in client.get(address).text

    sign_in(client, piet)
    page = client.get(address).text
    assert "For the &lt;b&gt;shop&lt;/b&gt;" in page
    public_id = address.rpartition("/")[2]
    fields = {"organizations": holding.public_id, "role": "member"}
    post(client, f"/requests/accept/{public_id}", fields, at=address)

    sign_in(client, jan)
    assert "not a member" not in client.get("/").text
    assert "accepted" in client.get(address).text.lower()


def test_too_long_a_message_comes_back_as_it_was_typed(client, piet, jan):
    sign_in(client, jan)
    text = "a" * 501

    answer = post(client, "/requests/ask", {"message": text}, at="/requests/ask")

    assert 'id="message-errors"' in answer.text
    assert text in answer.text


def test_the_list_costs_the_same_with_many_rows(client, world, ours, piet):
    sign_in(client, piet)
    counts = []
    for number in range(8):
        person = world.user(ours, f"Guest{number} Gast")
        world.keep(Request(environment_id=ours.id, user_id=person.id))
        with statements() as sent:
            assert person.name in client.get("/requests/list/").text
        counts.append(len(sent))

    assert counts[0] == counts[-1] <= 12


@pytest.mark.parametrize("deed", ["accept", "refuse", "withdraw"])
def test_a_link_in_a_mail_answers_nothing(client, asked, piet, deed):
    sign_in(client, piet)

    assert client.get(f"/requests/{deed}/{asked}").status_code == 405
    assert state_of(asked) == RequestState.OPEN
