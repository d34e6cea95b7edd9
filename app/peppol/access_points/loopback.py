"""A network of one machine: it keeps its own registry and can be told to refuse, delay or belong elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.errors import Unreadable
from app.invoice.identifiers import ParticipantId
from app.peppol.access_points.base import (
    Capabilities,
    Reachability,
    Reachable,
    Registration,
    RegistrationState,
    Standing,
)

MOST_POLLS = 100
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """Who is published, by which provider, for which kinds of documents."""

    participant: str  # scheme:value in lower case, as the network compares them
    provider: str
    document_types: tuple[str, ...] = ()


class Registry(Protocol):
    """Where the network keeps who is published; it outlives the process."""

    def get(self, participant: str) -> Entry | None:
        """The entry of this participant."""

    def put(self, entry: Entry) -> Entry:
        """Keep an entry, unless another provider has one already; the answer is the one that stands."""

    def delete(self, participant: str, provider: str) -> None:
        """Remove this provider's entry, if there is one."""


class Kind(StrEnum):
    """What the network does when it is asked to publish someone."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    DELAY = "delay"
    ELSEWHERE = "elsewhere"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the network behaves: a reason to refuse, polls to delay, or the name of another provider."""

    kind: Kind = Kind.ACCEPT
    note: str = ""
    polls: int = 0

    @classmethod
    def parse(cls, kind: str, note: str = "", polls: str | int = 0) -> Behaviour:
        """Read what someone typed or what was kept."""
        if kind not in Kind.__members__.values():
            raise Unreadable("Choose what the network does from the list.", field="kind")
        number = str(polls or 0)
        if not (number.isascii() and number.isdigit() and int(number) <= MOST_POLLS):
            raise Unreadable(
                "Write a whole number of polls, at most %(most)s.", field="polls", most=MOST_POLLS
            )
        return cls(Kind(kind), note.strip()[:LONGEST_NOTE], int(number))


class LoopbackAccessPoint:
    """An access point to the network of this machine."""

    name = "postiljon"

    def __init__(self, registry: Registry, behaviour: Callable[[str], Behaviour]) -> None:
        self._registry = registry
        self._behaviour = behaviour

    def capabilities(self) -> Capabilities:
        """Finding and publishing."""
        return Capabilities(lookup=True, register=True)

    def lookup(self, receiver: ParticipantId, document_type: str | None = None) -> Reachability:
        """Look in the registry."""
        entry = self._registry.get(_key(receiver))
        if entry is None:
            return Reachability(Reachable.NOT_REGISTERED)
        if document_type is not None and document_type not in entry.document_types:
            return Reachability(Reachable.NO_DOCUMENT_TYPE, entry.provider)
        return Reachability(Reachable.YES, entry.provider)

    def register(self, registration: Registration) -> RegistrationState:
        """Publish, unless it was told to behave otherwise or another provider was first."""
        participant = _key(registration.participant)
        told = self._behaviour(participant)
        if told.kind is Kind.UNREACHABLE:
            return RegistrationState(Standing.UNREACHABLE, told.note)
        if told.kind is Kind.REFUSE:
            return RegistrationState(Standing.REFUSED, told.note)
        if told.kind is Kind.ELSEWHERE:
            return RegistrationState(Standing.ELSEWHERE, told.note)
        if told.kind is Kind.DELAY and registration.asked_before < told.polls:
            return RegistrationState(Standing.PENDING)
        stands = self._registry.put(Entry(participant, self.name, registration.document_types))
        if stands.provider != self.name:
            return RegistrationState(Standing.ELSEWHERE, stands.provider)
        return RegistrationState(Standing.ACTIVE)

    def unregister(self, participant: ParticipantId) -> RegistrationState:
        """Withdraw our own entry; that of another provider stays."""
        key = _key(participant)
        told = self._behaviour(key)
        if told.kind is Kind.UNREACHABLE:
            return RegistrationState(Standing.UNREACHABLE, told.note)
        self._registry.delete(key, self.name)
        return RegistrationState(Standing.REMOVED)


def _key(participant: ParticipantId) -> str:
    return str(participant).lower()
