"""What became of something handed to the outside world; a value, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Result(StrEnum):
    """How it went."""

    ACCEPTED = "accepted"  # they took it; arrival isn't proven
    DELIVERED = "delivered"  # arrival is proven
    REFUSED = "refused"  # they said no, and will say no again
    UNREACHABLE = "unreachable"  # nothing was handed over; try again later
    UNKNOWN = "unknown"  # it may or may not have been handed over


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result, a stable reason code, a note for people, and evidence."""

    result: Result
    code: str = ""
    note: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)
