"""What every way into the network can do: find a receiver, publish one, withdraw one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.invoice.identifiers import ParticipantId


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an access point offers."""

    lookup: bool
    register: bool


class Reachable(StrEnum):
    """Whether a receiver can be reached over the network."""

    YES = "reachable"
    NOT_REGISTERED = "not_registered"
    NO_DOCUMENT_TYPE = "no_document_type"
    UNKNOWN = "unknown"  # the network doesn't answer now; ask again later


@dataclass(frozen=True, slots=True)
class Reachability:
    """The answer of the network about one receiver, with the provider that serves it."""

    reachable: Reachable
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """Whom to publish, and for which kinds of documents."""

    participant: ParticipantId
    document_types: tuple[str, ...]
    asked_before: int = 0  # how often this was asked already; a pending one is asked again


class Standing(StrEnum):
    """What the network says about publishing or withdrawing someone."""

    ACTIVE = "active"
    PENDING = "pending"  # taken, not done yet; ask again
    REMOVED = "removed"
    ELSEWHERE = "elsewhere"  # another provider publishes this participant
    REFUSED = "refused"  # no, and it will be no again
    UNREACHABLE = "unreachable"  # no answer; ask again later


@dataclass(frozen=True, slots=True)
class RegistrationState:
    """Where a registration stands, with a note for people where something is wrong."""

    standing: Standing
    note: str = ""


class AccessPoint(Protocol):
    """A way into the network. Everything may be asked twice: the second time changes nothing."""

    name: str

    def capabilities(self) -> Capabilities:
        """What this access point offers."""

    def lookup(self, receiver: ParticipantId, document_type: str | None = None) -> Reachability:
        """Whether this receiver can be reached, for any kind of document or for this one."""

    def register(self, registration: Registration) -> RegistrationState:
        """Publish a receiver."""

    def unregister(self, participant: ParticipantId) -> RegistrationState:
        """Withdraw a receiver that we published."""
