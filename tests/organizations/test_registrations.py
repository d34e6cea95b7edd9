"""The network in the background: asked by one worker at a time, never given the opposite meanwhile, repaired after trouble."""

from __future__ import annotations

import threading

import pytest

from app import tenancy
from app.extensions import db
from app.invoice.identifiers import ParticipantId
from app.models import (
    Identifier,
    NetworkRegistration,
    Notification,
    RegistrationState,
)
from app.models.types import now
from app.peppol.access_points import RegistrationState as Answer
from app.peppol.access_points import Standing
from app.services import network, registrations
from app.transactions import open_now, transaction
from tests.organizations.conftest import (
    ask_network,
    can_receive,
    number_of,
    published,
    rows_of,
    turn,
)


def test_registered_elsewhere_switches_back_and_keeps_who(world, piet, holding, behave):
    behave("elsewhere", note="Other Provider")
    turn(world, piet, holding, on=True)

    ask_network()

    number = number_of(holding)
    assert number.registration == RegistrationState.ELSEWHERE
    assert (number.receive, number.registration_note) == (False, "Other Provider")
    assert can_receive() is None
    assert rows_of(Notification, Notification.user_id == piet.id)


def test_an_entry_of_another_provider_is_found_and_left_alone(world, piet, holding):
    world.keep(NetworkRegistration(participant="0106:12345678", provider="Other Provider"))
    turn(world, piet, holding, on=True)
    ask_network()
    turn(world, piet, holding, on=False)
    ask_network()

    assert published() == {"0106:12345678": "Other Provider"}


def test_after_elsewhere_one_can_try_again(world, piet, holding, behave):
    behave("elsewhere")
    turn(world, piet, holding, on=True)
    ask_network()

    behave("accept")
    turn(world, piet, holding, on=True)
    ask_network()

    assert can_receive() == holding.id


def test_a_refusal_is_kept_with_its_reason(world, piet, holding, behave):
    behave("refuse", "0106:12345678", "The number is unknown.")
    turn(world, piet, holding, on=True)

    ask_network()

    number = number_of(holding)
    assert (number.registration, number.receive) == (RegistrationState.FAILED, False)
    assert number.registration_note == "The number is unknown."


def test_a_delay_is_asked_about_until_it_is_done(world, piet, holding, behave):
    behave("delay", polls=2)
    turn(world, piet, holding, on=True)

    states = []
    for _ in range(3):
        ask_network()
        states.append(number_of(holding).registration)

    assert states == ["registering", "registering", "active"]


def test_a_network_that_is_away_is_asked_later(world, piet, holding, behave):
    behave("unreachable")
    turn(world, piet, holding, on=True)
    ask_network()
    waiting = number_of(holding)

    behave("accept")
    ask_network()

    assert waiting.registration == RegistrationState.REGISTERING
    assert waiting.registration_next_at > now()
    assert can_receive() == holding.id


def test_what_is_not_due_is_left_alone(world, piet, holding, behave):
    behave("unreachable")
    turn(world, piet, holding, on=True)
    ask_network()

    assert registrations.work_due() == 0


def test_a_removal_is_never_given_up(world, piet, holding, behave):
    turn(world, piet, holding, on=True)
    ask_network()
    behave("unreachable")
    turn(world, piet, holding, on=False)
    with transaction(), tenancy.every_environment("test"):
        db.session.get(Identifier, number_of(holding).id).registration_tries = 500

    ask_network()

    assert number_of(holding).registration == RegistrationState.REMOVING


def test_after_many_tries_a_registration_is_given_up(world, piet, holding, behave):
    behave("unreachable")
    turn(world, piet, holding, on=True)
    with transaction(), tenancy.every_environment("test"):
        row = db.session.get(Identifier, number_of(holding).id)
        row.registration_tries = registrations.MOST_TRIES

    ask_network()

    assert number_of(holding).registration == RegistrationState.FAILED


class Watched:
    """The loopback access point, with something that happens while it is being asked."""

    def __init__(self, inner, meanwhile):
        self.inner, self.meanwhile, self.asked = inner, meanwhile, 0

    def register(self, registration):
        assert not open_now(), "a transaction is open while the network is being asked"
        self.asked += 1
        self.meanwhile()
        return self.inner.register(registration)

    def unregister(self, participant):
        assert not open_now(), "a transaction is open while the network is being asked"
        return self.inner.unregister(participant)


@pytest.fixture
def watch(monkeypatch):
    """Put a watched access point in the place of the plain one."""

    def put(meanwhile=lambda: None):
        watched = Watched(network.access_point(), meanwhile)
        monkeypatch.setattr(network, "access_point", lambda: watched)
        return watched

    return put


def test_switching_off_while_the_network_is_being_asked_ends_off(world, piet, holding, watch):
    watch(lambda: turn(world, piet, holding, on=False))
    turn(world, piet, holding, on=True)

    ask_network()
    between = (number_of(holding).registration, published())
    ask_network()

    assert between == (RegistrationState.REMOVING, {"0106:12345678": "postiljon"})
    assert number_of(holding).registration == RegistrationState.OFF
    assert published() == {}


def test_nobody_asks_the_opposite_while_one_is_asking(world, piet, holding, watch):
    done = []

    def meanwhile():
        turn(world, piet, holding, on=False)
        done.append(registrations.work_due())

    watch(meanwhile)
    turn(world, piet, holding, on=True)
    registrations.work_due()

    assert done == [0]


def test_of_many_workers_one_asks(context, world, piet, holding, watch):
    watched = watch()
    turn(world, piet, holding, on=True)
    number_id = number_of(holding).id
    db.session.commit()
    answers = []
    together = threading.Barrier(4)

    def work():
        with context.app_context():
            together.wait()
            answers.append(registrations.work(number_id))
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False, False, False, True]
    assert watched.asked == 1


def test_a_worker_that_died_is_replaced_when_its_lease_ends(world, piet, holding):
    turn(world, piet, holding, on=True)
    errand = registrations._claim(number_of(holding).id)
    blocked = registrations.work_due()
    with transaction(), tenancy.every_environment("test"):
        row = db.session.get(Identifier, errand.identifier_id)
        row.registration_lease = row.created_at

    repaired = registrations.work_due()
    registrations._record(errand, Answer(Standing.REFUSED, "too late"))

    assert (blocked, repaired) == (0, 1)
    assert number_of(holding).registration == RegistrationState.ACTIVE


def test_an_access_point_that_raises_is_asked_again(world, piet, holding, watch):
    def broken():
        raise RuntimeError("a bug")

    watch(broken)
    turn(world, piet, holding, on=True)
    ask_network()

    number = number_of(holding)
    assert number.registration == RegistrationState.REGISTERING
    assert number.registration_note == "Something went wrong on our side."
    assert number.registration_next_at > now()


def test_what_is_published_can_be_looked_up(world, piet, holding):
    turn(world, piet, holding, on=True)
    ask_network()

    found = network.access_point().lookup(ParticipantId("0106", "12345678"))

    assert (found.reachable, found.provider) == ("reachable", "postiljon")
