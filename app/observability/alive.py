"""Who is at work, on which host: every process says so in the queue's server, every few seconds.

The server's own clock is used, so that hosts whose clocks differ agree on who is there.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any, NoReturn

from redis import Redis
from redis.exceptions import RedisError

from app.observability import context

KEY = "postiljon:alive"
EVERY = 5.0  # seconds between two signs of life
GONE_AFTER = 15  # seconds without one

_SIGN = """
local now = tonumber(redis.call('time')[1])
redis.call('zadd', KEYS[1], now, ARGV[1])
redis.call('zremrangebyscore', KEYS[1], '-inf', now - 3600)
redis.call('expire', KEYS[1], 3600)
return now
"""
_THERE = """
local now = tonumber(redis.call('time')[1])
return redis.call('zrangebyscore', KEYS[1], now - tonumber(ARGV[1]), '+inf')
"""

log = logging.getLogger(__name__)


def sign(connection: Redis, place: str) -> None:
    """Say once that the process in this place is at work; who is started again takes its place."""
    _ask(connection, _SIGN, f"{context.role()} {context.HOST} {place}")


def keep_signing(connection: Redis, place: str) -> None:
    """Say it again and again, beside the work; an outage of the queue is passed over."""
    threading.Thread(target=_sign_on, args=(connection, place), daemon=True, name="alive").start()


def present(connection: Redis) -> Mapping[tuple[str, str], int]:
    """How many are at work, by role and host."""
    found = [line.decode().split(" ") for line in _ask(connection, _THERE, str(GONE_AFTER))]
    return Counter((role, host) for role, host, _place in found)


def _sign_on(connection: Redis, place: str) -> NoReturn:
    pause = threading.Event()
    while True:
        try:
            sign(connection, place)
        except (RedisError, OSError):
            log.debug("the queue is away; the next sign of life comes later")
        pause.wait(EVERY)


def _ask(connection: Redis, script: str, argument: str) -> Any:
    return connection.eval(script, 1, KEY, argument)
