"""Nudges: many for the same work are one, and slow work keeps no quick work waiting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from rq import Queue

from app import queue
from app.jobs import deliveries as delivery_jobs
from app.queue import QUEUE, SLOW, Task
from app.services import deliveries
from tests.running.conftest import QueueUnderTest


@pytest.fixture
def connection(a_queue: QueueUnderTest, app: Flask) -> Iterator[Redis]:
    before = app.extensions.get("queue")
    app.extensions["queue"] = queue.connect(a_queue.url)
    yield app.extensions["queue"]
    app.extensions["queue"] = before


def names(connection: Redis, name: str) -> list[str]:
    return [job.func_name for job in Queue(name, connection=connection).jobs]


def test_a_thousand_documents_are_one_nudge(connection: Redis, context: Any) -> None:
    for _ in range(1000):
        queue.enqueue(Task.DELIVER)

    assert names(connection, QUEUE) == [Task.DELIVER]


def test_what_comes_while_the_work_is_done_is_nudged_for_again(
    connection: Redis, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.enqueue(Task.DELIVER)
    monkeypatch.setattr(deliveries, "deliver_due", lambda **_: queue.enqueue(Task.DELIVER))

    delivery_jobs.deliver()

    assert names(connection, QUEUE) == [Task.DELIVER, Task.DELIVER]


def test_slow_work_has_a_queue_of_its_own(connection: Redis, context: Any) -> None:
    queue.enqueue(Task.DELIVER_BY_MAIL)
    queue.enqueue(Task.DELIVER)

    assert names(connection, SLOW) == [Task.DELIVER_BY_MAIL]
    assert names(connection, QUEUE) == [Task.DELIVER]
    assert queue.length(connection) == 2


def test_of_several_workers_one_does_no_slow_work_and_the_others_begin_with_it() -> None:
    assert [queue.queues_for(number, 3) for number in (1, 2, 3)] == [
        [QUEUE],
        [SLOW, QUEUE],
        [SLOW, QUEUE],
    ]
    assert queue.queues_for(1, 1) == [QUEUE, SLOW]
