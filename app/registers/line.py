"""The line to a register: one question, one bounded answer in bounded time, and no second try."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from app.registers.base import Away, NotLetIn

CONNECT_SECONDS, READ_SECONDS = 2, 4
WHOLE_SECONDS = 6
MOST_BYTES = 256 * 1024
PIECE = 16 * 1024
ACCEPT = "application/hal+json, application/json"
MOST_AT_ONCE = 2  # of a process; a register that has become slow must not hold every thread
REST_SECONDS = 20.0  # after no answer; meanwhile nobody waits for it again

log = logging.getLogger(__name__)


class _TooMuch(Exception):
    """The answer is larger, or comes slower, than any honest one."""


# Nobody there, cut off, too slow, no JSON, or JSON that is nested without end.
TROUBLES = (
    requests.RequestException,
    HTTPError,
    OSError,
    ValueError,
    RecursionError,
    _TooMuch,
)


class Line:
    """Asks one register; ``rest`` is how long it is left alone after it did not answer."""

    def __init__(
        self,
        register: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        certificates: str = "",
        rest: float = REST_SECONDS,
    ) -> None:
        self._register = register
        self._url = url
        self._headers = {"Accept": ACCEPT, "User-Agent": "Postiljon", **(headers or {})}
        self._certificates = certificates
        self._rest = rest

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        """What it says, or nothing when it knows of nothing; raises ``Away`` or ``NotLetIn``."""
        if _RESTING.get(self._url, 0.0) > time.monotonic():
            raise Away(self._register)
        seats = _SEATS.setdefault(self._url, threading.BoundedSemaphore(MOST_AT_ONCE))
        if not seats.acquire(blocking=False):
            raise Away(self._register)
        try:
            return self._asked(path, params or {})
        except TROUBLES as error:
            # Only its kind: the rest of the message may hold what somebody typed.
            log.warning("register %s did not answer: %s", self._register, type(error).__name__)
            _RESTING[self._url] = time.monotonic() + self._rest
            raise Away(self._register) from error
        finally:
            seats.release()

    def _asked(self, path: str, params: Mapping[str, str]) -> dict[str, Any] | None:
        ends = time.monotonic() + WHOLE_SECONDS
        with requests.get(
            self._url + path,
            params=dict(params),
            headers=self._headers,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            verify=self._certificates or True,
            allow_redirects=False,
            stream=True,
        ) as answer:
            if answer.status_code == 404:
                return None
            self._judge(answer.status_code)
            said = json.loads(_body(answer, ends))
        if not isinstance(said, dict):
            raise ValueError("an answer that is no object")
        return said

    def _judge(self, status: int) -> None:
        if status == 200:
            return
        log.warning("register %s answered %s", self._register, status)
        if status in (400, 401, 403):
            raise NotLetIn(self._register)
        raise Away(self._register)


_RESTING: dict[str, float] = {}
_SEATS: dict[str, threading.BoundedSemaphore] = {}


def _body(answer: requests.Response, ends: float) -> bytes:
    """All of it, piece by piece as it comes, so that a trickle doesn't outlast our patience."""
    found = b""
    while piece := answer.raw.read1(PIECE, decode_content=True):
        found += piece
        if len(found) > MOST_BYTES or time.monotonic() > ends:
            raise _TooMuch
    return found
