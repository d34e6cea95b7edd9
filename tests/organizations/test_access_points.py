"""What every access point promises; the loopback one with nothing else running."""

from __future__ import annotations

import pytest

from app.errors import Unreadable
from app.invoice.identifiers import ParticipantId
from app.peppol import document_types
from app.peppol.access_points import (
    Behaviour,
    Entry,
    Kind,
    LoopbackAccessPoint,
    Reachable,
    Registration,
    Standing,
)

PIET = ParticipantId("0106", "12345678")
TYPES = document_types.receivable_in("NL")


class Memory:
    """A registry that forgets when the test ends."""

    def __init__(self):
        self.entries: dict[str, Entry] = {}

    def get(self, participant):
        return self.entries.get(participant)

    def put(self, entry):
        return self.entries.setdefault(entry.participant, entry)

    def delete(self, participant, provider):
        if participant in self.entries and self.entries[participant].provider == provider:
            del self.entries[participant]


@pytest.fixture
def registry():
    return Memory()


def point(registry, behaviour=None):
    return LoopbackAccessPoint(registry, lambda _participant: behaviour or Behaviour())


def test_it_says_what_it_can(registry):
    offered = point(registry).capabilities()

    assert offered.lookup
    assert offered.register


def test_publishing_twice_changes_nothing(registry):
    access_point = point(registry)
    first = access_point.register(Registration(PIET, TYPES))
    kept = dict(registry.entries)

    second = access_point.register(Registration(PIET, TYPES))

    assert first == second
    assert first.standing is Standing.ACTIVE
    assert registry.entries == kept


def test_withdrawing_twice_changes_nothing(registry):
    access_point = point(registry)
    access_point.register(Registration(PIET, TYPES))

    answers = [access_point.unregister(PIET).standing for _ in range(2)]

    assert answers == [Standing.REMOVED, Standing.REMOVED]
    assert registry.entries == {}


def test_a_participant_is_compared_in_lower_case(registry):
    access_point = point(registry)
    access_point.register(Registration(ParticipantId("9944", "NL123456782B01"), TYPES))

    assert list(registry.entries) == ["9944:nl123456782b01"]
    assert access_point.lookup(ParticipantId("9944", "nl123456782b01")).reachable is Reachable.YES


def test_a_lookup_knows_who_and_for_what(registry):
    access_point = point(registry)
    before = access_point.lookup(PIET).reachable
    access_point.register(Registration(PIET, TYPES))

    assert before is Reachable.NOT_REGISTERED
    assert access_point.lookup(PIET, TYPES[0]).reachable is Reachable.YES
    assert access_point.lookup(PIET, "an order").reachable is Reachable.NO_DOCUMENT_TYPE


@pytest.mark.parametrize(
    ("behaviour", "asked_before", "standing"),
    [
        (Behaviour(Kind.ACCEPT), 0, Standing.ACTIVE),
        (Behaviour(Kind.REFUSE, "No."), 0, Standing.REFUSED),
        (Behaviour(Kind.ELSEWHERE, "Other"), 0, Standing.ELSEWHERE),
        (Behaviour(Kind.UNREACHABLE), 0, Standing.UNREACHABLE),
        (Behaviour(Kind.DELAY, polls=2), 1, Standing.PENDING),
        (Behaviour(Kind.DELAY, polls=2), 2, Standing.ACTIVE),
    ],
)
def test_it_behaves_as_it_was_told(registry, behaviour, asked_before, standing):
    answer = point(registry, behaviour).register(Registration(PIET, TYPES, asked_before))

    assert answer.standing is standing
    assert bool(registry.entries) == (standing is Standing.ACTIVE)


def test_what_another_provider_published_stays(registry):
    registry.put(Entry(str(PIET), "Other"))

    answer = point(registry).register(Registration(PIET, TYPES))
    point(registry).unregister(PIET)

    assert (answer.standing, answer.note) == (Standing.ELSEWHERE, "Other")
    assert registry.entries[str(PIET)].provider == "Other"


@pytest.mark.parametrize(("kind", "polls"), [("dance", 0), ("delay", "x"), ("delay", 101)])
def test_an_odd_behaviour_is_refused(kind, polls):
    with pytest.raises(Unreadable):
        Behaviour.parse(kind, "", polls)


def test_the_netherlands_ask_for_their_national_form_as_well():
    assert len(document_types.receivable_in("nl")) == 4
    assert len(document_types.receivable_in("BE")) == 2
