"""The queue only says “look now”: names of the work, and enqueueing after the commit."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from enum import StrEnum
from typing import Any

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

from app import patience
from app.outage import RememberedOutage
from app.transactions import after_commit

log = logging.getLogger(__name__)
QUEUE = "postiljon"
SLOW = "postiljon-slow"  # work that waits for other people's systems
NUDGED_SECONDS = 5  # a sweep nudges anew after this long

_NUDGED = "postiljon:nudged:"
_asked_to_stop = threading.Event()


class Task(StrEnum):
    """Work by name; the value is where the job stands. A test proves that each exists."""

    DELIVER = "app.jobs.deliveries.deliver"
    DELIVER_BY_MAIL = "app.jobs.deliveries.deliver_by_mail"
    SWEEP_DELIVERIES = "app.jobs.deliveries.sweep"
    PROCESS_DOCUMENTS = "app.jobs.documents.process"
    SEND_MAILS = "app.jobs.mails.send"
    REGISTER = "app.jobs.registrations.register"
    SEAL_AUDIT = "app.jobs.audit.seal"
    SWEEP_FILES = "app.jobs.leftovers.sweep_files"
    SWEEP_ROWS = "app.jobs.leftovers.sweep_rows"
    ANSWER_TESTS = "app.jobs.test_receiver.answer"
    COUNT = "app.jobs.tallies.count"


SLOW_WORK = (
    Task.DELIVER_BY_MAIL,
    Task.SEND_MAILS,
    Task.REGISTER,
    Task.SWEEP_FILES,
    Task.COUNT,
)


def queues_for(number: int, of_so_many: int) -> list[str]:
    """What a worker looks at, in this order.

    Of several workers the first does no slow work: a mail server that answers late keeps no document
    waiting that stays inside the platform. The others begin with it, so that it isn't kept waiting either.
    """
    if of_so_many == 1:
        return [QUEUE, SLOW]
    return [QUEUE] if number == 1 else [SLOW, QUEUE]


def connect(url: str) -> Redis:
    """A connection that gives up soon: a request must not wait for a queue that is gone."""
    waits = patience.of_queue(url)
    # A client of its own looks whether it is back.
    probe = Redis.from_url(url, retry=Retry(NoBackoff(), 0), **waits)
    return Redis.from_url(url, retry=RememberedOutage(probe.ping), **waits)


def enqueue(task: Task, **arguments: Any) -> None:
    """Nudge the workers once the transaction is committed. A lost nudge is found by a sweep."""
    after_commit(lambda: _push(task, arguments))


def stopping() -> bool:
    """Whether this worker was asked to stop: finish the row in hand, then take no more."""
    return _asked_to_stop.is_set()


def ask_to_stop() -> None:
    """Tell the job at work that its worker is to stop."""
    _asked_to_stop.set()


def push(connection: Redis, task: Task, arguments: dict[str, Any]) -> str:
    """Put a nudge in the queue now; the answer is its id there."""
    job = _queue_of(task, connection).enqueue(
        task.value, kwargs=arguments, job_timeout=600, result_ttl=0, failure_ttl=86400
    )
    return str(job.id)


def waiting(connection: Redis, task: Task, nudge_id: str) -> bool:
    """Whether a nudge still waits for a worker."""
    return connection.lpos(_queue_of(task, connection).key, nudge_id) is not None


def length(connection: Redis) -> int:
    """How many nudges wait for a worker."""
    keys = [Queue(name, connection=connection).key for name in (QUEUE, SLOW)]
    return sum(int(connection.llen(key)) for key in keys)


def taken_up(task: str) -> None:
    """Said before the work looks for what is due: whatever comes from now on needs a new nudge."""
    connection: Redis | None = current_app.extensions.get("queue")
    if connection is not None:
        with suppress(RedisError):
            connection.delete(_NUDGED + task)


def _queue_of(task: Task, connection: Redis) -> Queue:
    return Queue(SLOW if task in SLOW_WORK else QUEUE, connection=connection)


def _push(task: Task, arguments: dict[str, Any]) -> None:
    connection: Redis | None = current_app.extensions.get("queue")
    if connection is None:
        log.debug("no queue; a sweep will find %s", task)
        return
    try:
        # One that still waits will see this as well: a thousand documents are one nudge.
        if arguments or connection.set(_NUDGED + task, 1, nx=True, ex=NUDGED_SECONDS):
            push(connection, task, arguments)
    except RedisError as error:
        log.warning("queue gone, a sweep will find %s: %s", task, type(error).__name__)
