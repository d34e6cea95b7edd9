"""The scheduler: says “look now” for every recurring job, on one machine at a time."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Sequence
from typing import Protocol

from redis import Redis
from redis.exceptions import RedisError

from app import queue
from app.queue import Task

LEASE = "postiljon:scheduler"
LEASE_SECONDS = 10  # how long the others wait when the one that acts disappears
BEAT = 0.5  # seconds between two looks at the clock

# Ours already, or free: take it for another while. In one step, so that nobody comes in between.
_HOLD = """
local holder = redis.call('get', KEYS[1])
-- A lease longer than anybody takes: the clock of this server was set back, and its end moved away.
local absurd = redis.call('pttl', KEYS[1]) > ARGV[2] * 1000
if holder and holder ~= ARGV[1] and not absurd then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""

log = logging.getLogger(__name__)


class Recurring(Protocol):
    """A line of the schedule, as far as the scheduler needs it."""

    @property
    def task(self) -> Task:
        """What is to be done."""

    @property
    def every_seconds(self) -> int:
        """Seconds between two runs."""


class Clock:
    """When each line of the schedule is due; everything is due at the start."""

    def __init__(self, lines: Sequence[Recurring]) -> None:
        self._lines = lines
        self._next = [0.0] * len(lines)

    def due(self, now: float) -> list[Recurring]:
        """The lines whose time has come; each is due again one interval from now.

        An outage is not caught up on: one sweep finds everything that several would have found.
        """
        numbers = [n for n, moment in enumerate(self._next) if moment <= now]
        for n in numbers:
            self._next[n] = now + self._lines[n].every_seconds
        return [self._lines[n] for n in numbers]


class Lease:
    """Of all schedulers, the one that may act."""

    def __init__(self, connection: Redis, name: str = LEASE) -> None:
        self._connection = connection
        self._name = name
        self._token = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"

    def hold(self, seconds: int = LEASE_SECONDS) -> bool:
        """Take the lease or keep it; false while someone else has it."""
        return bool(self._connection.eval(_HOLD, 1, self._name, self._token, seconds))


class Nudges:
    """What was put in the queue; an outage of the workers must not fill it with the same again."""

    def __init__(self, connection: Redis) -> None:
        self._connection = connection
        self._last: dict[Task, str] = {}

    def give(self, task: Task) -> None:
        """Nudge, unless the previous nudge for the same work still waits."""
        last = self._last.get(task)
        if last is None or not queue.waiting(self._connection, task, last):
            self._last[task] = queue.push(self._connection, task, {})


def main(url: str, lines: Sequence[Recurring]) -> None:
    """Nudge for every line when its time comes, for as long as the process lives."""
    connection = queue.connect(url)
    lease, clock, nudges = Lease(connection), Clock(lines), Nudges(connection)
    reachable = True
    while True:
        reachable = beat(lease, clock, nudges, reachable=reachable)
        time.sleep(BEAT)


def beat(lease: Lease, clock: Clock, nudges: Nudges, *, reachable: bool) -> bool:
    """One look at the clock; the answer is whether the queue could be reached.

    A queue that is gone is said once, not twice a second.
    """
    try:
        if lease.hold():
            for line in clock.due(time.monotonic()):
                # Asked for each: a host that was frozen in between isn't the one that acts any more.
                if lease.hold():
                    nudges.give(line.task)
    except (RedisError, OSError) as error:
        if reachable:
            log.warning("the queue cannot be reached (%s); the schedule waits for it", error)
        return False
    if not reachable:
        log.warning("the queue is back; the schedule goes on")
    return True
