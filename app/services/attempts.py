"""How often a stranger may try: counted in the queue's server, or in this process when it is away."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError

from app.errors import AppError


class TooOften(AppError):
    """Too many attempts in a short time."""

    status = 429


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in so many seconds, counted from the first."""

    name: str
    most: int
    seconds: int


QUARTER, HOUR = 15 * 60, 3600
SIGN_IN = Limit("sign-in", 10, QUARTER)  # one account from one place
SIGN_IN_ORIGIN = Limit("sign-in-origin", 100, QUARTER)  # failures from one place, whatever account
MAIL_ADDRESS = Limit("mail-address", 5, HOUR)  # nobody's mailbox is filled through us
MAIL_ORIGIN = Limit("mail-origin", 60, HOUR)
INVITATIONS = Limit("invitations", 100, HOUR)  # of one environment
SET_UP = Limit("set-up", 20, HOUR)

MOST_KEPT = 50_000  # in this process; whoever floods us makes it forget, never grow

_lock = threading.Lock()
_counts: dict[str, tuple[float, int]] = {}


def count(limit: Limit, *who: str) -> None:
    """Count one more; refuse when it is too many."""
    _refuse(limit, _counted(limit, _key(limit, who), 1))


def check(limit: Limit, *who: str) -> None:
    """Refuse when it has been too many, without counting this one."""
    _refuse(limit, _counted(limit, _key(limit, who), 0))


def _refuse(limit: Limit, tries: int) -> None:
    if tries > limit.most:
        raise TooOften(
            "That was too often in a short time. Wait %(minutes)s minutes and try again.",
            minutes=limit.seconds // 60,
        )


def forgive(limit: Limit, *who: str) -> None:
    """Start counting afresh: it went well."""
    key = _key(limit, who)
    with _lock:
        _counts.pop(key, None)
    connection = _connection()
    if connection is not None:
        try:
            connection.delete(key)
        except RedisError:
            return  # it was counted in this process, and that is forgotten already


def forget_everything() -> None:
    """Forget what this process counted."""
    with _lock:
        _counts.clear()


def _connection() -> Redis | None:
    found: Redis | None = current_app.extensions.get("queue")
    return found


def _key(limit: Limit, who: tuple[str, ...]) -> str:
    # Hashed, because addresses of people don't belong in a queue's memory.
    return f"attempts:{limit.name}:{hashlib.sha256(' '.join(who).encode()).hexdigest()}"


def _counted(limit: Limit, key: str, more: int) -> int:
    connection = _connection()
    if connection is None:
        return _counted_here(limit, key, more)
    try:
        with connection.pipeline() as together:
            together.set(key, 0, ex=limit.seconds, nx=True)
            together.incrby(key, more)
            return int(together.execute()[1])
    except RedisError:
        return _counted_here(limit, key, more)


def _counted_here(limit: Limit, key: str, more: int) -> int:
    moment = time.monotonic()
    with _lock:
        if len(_counts) >= MOST_KEPT and key not in _counts:
            _make_room(moment)
        ends, before = _counts.get(key, (0.0, 0))
        if ends <= moment:
            ends, before = moment + limit.seconds, 0
        _counts[key] = (ends, before + more)
        return before + more


def _make_room(moment: float) -> None:
    """Forget what has ended, and if that is little, half of the rest, the oldest first."""
    for old in [name for name, (ends, _) in _counts.items() if ends <= moment]:
        del _counts[old]
    for old in list(_counts)[: max(0, len(_counts) - MOST_KEPT // 2)]:
        del _counts[old]
