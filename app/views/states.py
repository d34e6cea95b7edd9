"""Every state in words and with a colour, so that it reads the same on every page."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any

from flask_babel import lazy_gettext as _


class Colour(StrEnum):
    """What a state means for the reader; the style sheet adds a sign to each."""

    GOOD = "good"
    BUSY = "busy"
    WARN = "warn"
    BAD = "bad"
    QUIET = "quiet"


GOOD, BUSY, WARN, BAD, QUIET = Colour

STATES: Mapping[str, tuple[Any, Colour]] = {
    # deliveries
    "queued": (_("Queued"), BUSY),
    "sending": (_("Sending"), BUSY),
    "delivered": (_("Delivered"), GOOD),
    "sent": (_("Sent"), GOOD),
    "retrying": (_("Retrying"), WARN),
    "failed": (_("Failed"), BAD),
    "unknown": (_("Unknown"), WARN),
    "cancelled": (_("Cancelled"), QUIET),
    # whether a document can be sent
    "draft": (_("Draft"), QUIET),
    "checking": (_("Checking"), BUSY),
    "invalid": (_("Has errors"), BAD),
    "ready": (_("Ready"), GOOD),
    # organizations
    "under_review": (_("Under review"), WARN),
    "active": (_("Active"), GOOD),
    "rejected": (_("Rejected"), BAD),
    "closing": (_("Closing"), WARN),
    "closed": (_("Closed"), QUIET),
    # publication in the network
    "off": (_("Off"), QUIET),
    "registering": (_("Registering"), BUSY),
    "elsewhere": (_("Registered elsewhere"), WARN),
    "removing": (_("Removing"), BUSY),
    # requests, memberships, partnerships, people
    "open": (_("Open"), BUSY),
    "requested": (_("Requested"), BUSY),
    "accepted": (_("Accepted"), GOOD),
    "refused": (_("Refused"), BAD),
    "withdrawn": (_("Withdrawn"), QUIET),
    "invited": (_("Invited"), BUSY),
    "blocked": (_("Blocked"), BAD),
    "ended": (_("Ended"), QUIET),
    # what the receiver did with it
    "5": (_("Stored"), QUIET),
    "10": (_("Received"), BUSY),
    "20": (_("Opened"), BUSY),
    "30": (_("Downloaded"), BUSY),
    "35": (_("For approval"), WARN),
    "40": (_("Approved"), GOOD),
    "50": (_("Rejected"), BAD),
    "60": (_("Approved for payment"), GOOD),
    "70": (_("Paid"), GOOD),
    # lists of steps
    "done": (_("Done"), GOOD),
    "next": (_("Next"), WARN),
    "later": (_("Later"), QUIET),
}


def word(state: object) -> str:
    """The state as people read it; an unknown one as it is stored."""
    known = STATES.get(_key(state))
    return str(known[0]) if known else str(state)


def colour(state: object) -> str:
    """What the state means for the reader."""
    known = STATES.get(_key(state))
    return str(known[1] if known else QUIET)


def _key(state: object) -> str:
    return str(state.value if isinstance(state, IntEnum) else state)
