"""Whose line in the log it is: the request or the job at work, and the process that does it."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

HOST = socket.gethostname()


@dataclass(slots=True)
class Work:
    """One request or one job, as far as the log needs to know it."""

    request_id: str = ""
    job_id: str = ""
    task: str = ""
    statements: int = 0


_work: ContextVar[Work | None] = ContextVar("work", default=None)
_role = ["command"]


def new_id() -> str:
    """A number to find the lines of one request by; short enough to read out on the telephone."""
    return secrets.token_hex(6)


def begin_request(request_id: str) -> Work:
    """From now on this thread works for this request."""
    work = Work(request_id=request_id)
    _work.set(work)
    return work


def end_request() -> None:
    """The thread waits for another request; what is logged meanwhile belongs to none."""
    _work.set(None)


@contextmanager
def job(task: str, job_id: str) -> Iterator[Work]:
    """Work for this job for a while; what was before comes back, so that jobs may call jobs."""
    work = Work(task=task, job_id=job_id)
    token = _work.set(work)
    try:
        yield work
    finally:
        _work.reset(token)


def current() -> Work | None:
    """The request or job at work."""
    return _work.get()


def request_id() -> str:
    """The number of the request at work, or nothing."""
    work = _work.get()
    return work.request_id if work else ""


def count_statement() -> None:
    """One more statement went to the database for the work in hand."""
    work = _work.get()
    if work is not None:
        work.statements += 1


def become(role: str) -> None:
    """Say what this process is: web, worker, scheduler."""
    _role[0] = role


def role() -> str:
    """What this process is."""
    return _role[0]
