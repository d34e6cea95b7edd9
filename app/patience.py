"""How long we wait for a database or a queue on another host that doesn't say anything any more.

A host that is cut off hears nothing, not even a refusal. Without these limits its processes would wait for
hours, and what a frozen host holds in the database would keep all the others waiting.
"""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

CONNECT_SECONDS = 5
ANSWER_SECONDS = 5  # for the queue, which answers in milliseconds
# Silence is noticed after 5 + 3 × 3 seconds, and what was sent without an answer after as long.
IDLE, INTERVAL, COUNT = 5, 3, 3
SILENCE_MILLISECONDS = (IDLE + INTERVAL * COUNT) * 1000
# Someone who stopped in the middle of a transaction loses it, and with it what it had locked …
HALFWAY_SECONDS = 30
# … and nobody queues behind it for longer than this; sweeps and people come back.
LOCK_SECONDS = 10

_LINE: dict[str, int] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives": 1,
    "keepalives_idle": IDLE,
    "keepalives_interval": INTERVAL,
    "keepalives_count": COUNT,
    "tcp_user_timeout": SILENCE_MILLISECONDS,
}
# The same for the other end: it lets go of what a host held that is gone.
_SERVER: dict[str, str] = {
    "idle_in_transaction_session_timeout": f"{HALFWAY_SECONDS}s",
    "lock_timeout": f"{LOCK_SECONDS}s",
    "tcp_keepalives_idle": str(IDLE),
    "tcp_keepalives_interval": str(INTERVAL),
    "tcp_keepalives_count": str(COUNT),
    "tcp_user_timeout": str(SILENCE_MILLISECONDS),
    # Compiling a statement takes 200 ms; ours are short, but look long to the planner because of the
    # conditions of both walls.
    "jit": "off",
    # A list reads the first rows along its index and stops. With the cost of a turning disk the planner may
    # rather collect all rows that match, sort them, and throw away all but a page; or read a table in parallel.
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
}


def of_database(url: str) -> dict[str, Any]:
    """What to tell PostgreSQL’s client for this address; what the address says itself comes first."""
    return _unless_said(url, {**_LINE, "options": _options("")})


def of_database_owner(url: str) -> dict[str, Any]:
    """The same for changing tables, which takes its time and has limits of its own."""
    return _unless_said(url, {**_LINE, "options": _options("tcp_")})


def of_queue(url: str) -> dict[str, Any]:
    """What to tell the client of the queue for this address."""
    waits: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
    }
    if url.startswith("unix:"):
        return waits  # a socket on this very machine cannot be cut off
    kept = {
        socket.TCP_KEEPIDLE: IDLE,
        socket.TCP_KEEPINTVL: INTERVAL,
        socket.TCP_KEEPCNT: COUNT,
        socket.TCP_USER_TIMEOUT: SILENCE_MILLISECONDS,
    }
    return {**waits, "socket_keepalive": True, "socket_keepalive_options": kept}


def _options(begin: str) -> str:
    chosen = {name: value for name, value in _SERVER.items() if name.startswith(begin)}
    return " ".join(f"-c {name}={value}" for name, value in chosen.items())


def _unless_said(url: str, told: dict[str, Any]) -> dict[str, Any]:
    said = parse_qs(urlsplit(url).query)
    return {name: value for name, value in told.items() if name not in said}
