"""What happens to the platform and when: made from a seed, so that a run can be repeated.

Steps come at a share of the work, not at a time: a slow machine gets the same trial.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bench.kill.options import Backend, Options
from bench.kill.places import AIMED_AT


class Kill(StrEnum):
    """What gets a SIGKILL."""

    WORKER = "a worker"
    WEB_WORKER = "a web process"
    WEB = "the web master"
    SCHEDULER = "the scheduler"
    QUEUE = "the queue"
    BACKEND = "a process of the database"
    DATABASE = "the database"
    SUPERVISOR = "the supervisor with everything"


class Trouble(StrEnum):
    """What else goes wrong, mostly for some seconds."""

    RESTART = "the database is restarted at once"
    DATABASE_CUT = "connections to the database are cut"
    DATABASE_STALLS = "the database doesn't answer"
    QUEUE_CUT = "connections to the queue are cut"
    QUEUE_STALLS = "the queue doesn't answer"
    MAIL_CUT = "connections to the mail server are cut"
    MAIL_STALLS = "the mail server doesn't answer"
    MAIL_AWAY = "the mail server is away"
    MAIL_SLOW = "the mail server is slow"
    MAIL_DIES = "the mail server dies after the text"
    MAIL_NOT_NOW = "the mail server says not now"
    DISK_FULL = "the disk is full"
    CLOCK_AHEAD = "a clock is an hour ahead"
    CLOCK_BEHIND = "a clock is an hour behind"


@dataclass(frozen=True, slots=True)
class Step:
    """One event; ``place`` is what a victim should be doing at that moment."""

    at: float  # share of the work that is done
    what: Kill | Trouble
    seconds: float = 0.0
    place: str = ""


# How often each comes among a hundred.
EVERYWHERE: Mapping[Kill, int] = {
    Kill.WORKER: 48,
    Kill.WEB_WORKER: 12,
    Kill.WEB: 8,
    Kill.SCHEDULER: 8,
    Kill.QUEUE: 12,
    Kill.SUPERVISOR: 8,
}
SERVED: Mapping[Kill, int] = {Kill.BACKEND: 8, Kill.DATABASE: 6}
MAIL = (
    Trouble.MAIL_DIES,
    Trouble.MAIL_CUT,
    Trouble.MAIL_SLOW,
    Trouble.MAIL_STALLS,
    Trouble.MAIL_AWAY,
    Trouble.MAIL_NOT_NOW,
)
OWN = (Trouble.DISK_FULL, Trouble.CLOCK_AHEAD, Trouble.CLOCK_BEHIND)
NETWORK = (
    Trouble.RESTART,
    Trouble.DATABASE_CUT,
    Trouble.DATABASE_STALLS,
    Trouble.QUEUE_CUT,
    Trouble.QUEUE_STALLS,
)
FIRST, LAST = 0.03, 0.92  # there is work before, and time for recovery after


def make(options: Options) -> list[Step]:
    """Every step of a trial, in order."""
    dice = random.Random(options.seed)
    events: list[Kill | Trouble] = [*_kills(options), *_troubles(options, dice)]
    dice.shuffle(events)
    width = (LAST - FIRST) / max(1, len(events))
    aims = _aims(dice)
    return [
        Step(
            FIRST + (number + dice.random() * 0.8) * width,
            what,
            0.0 if isinstance(what, Kill) else round(dice.uniform(2.0, 5.0), 1),
            next(aims) if what is Kill.WORKER else "",
        )
        for number, what in enumerate(events)
    ]


def _kills(options: Options) -> list[Kill]:
    weights = dict(EVERYWHERE)
    if options.backend is Backend.POSTGRES:
        weights |= SERVED
    whole = sum(weights.values())
    others = [
        kill
        for kill, weight in weights.items()
        for _ in range(max(1, round(options.kills * weight / whole)))
        if kill is not Kill.WORKER
    ]
    # Workers make up for what rounding leaves over or short.
    return [*others, *[Kill.WORKER] * (options.kills - len(others))][: options.kills]


def _troubles(options: Options, dice: random.Random) -> list[Trouble]:
    kinds = [*MAIL, *OWN]
    if options.backend is Backend.POSTGRES:
        kinds += NETWORK
    dice.shuffle(kinds)
    return [kinds[number % len(kinds)] for number in range(options.troubles)]


def _aims(dice: random.Random) -> Iterator[str]:
    while True:
        yield from dice.sample(AIMED_AT, len(AIMED_AT))
