"""The schedule: on time, by one scheduler, without flooding, and going on after an outage."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest
from redis import Redis
from rq import Queue

from app import queue
from app.queue import Task
from app.running.scheduler import LEASE, Clock, Lease, Nudges, beat
from config import ROOT
from tests.running.conftest import QueueUnderTest
from tests.running.test_worker import until


@dataclass(frozen=True)
class Line:
    task: Task
    every_seconds: int


OFTEN = Line(Task.SWEEP_DELIVERIES, 5)
SELDOM = Line(Task.SEAL_AUDIT, 60)


def test_everything_is_due_at_the_start_and_then_at_its_interval() -> None:
    clock = Clock([OFTEN, SELDOM])

    assert clock.due(100.0) == [OFTEN, SELDOM]
    assert clock.due(104.9) == []
    assert clock.due(105.0) == [OFTEN]
    assert clock.due(160.0) == [OFTEN, SELDOM]


def test_an_outage_is_not_caught_up_on() -> None:
    clock = Clock([OFTEN])
    clock.due(100.0)

    assert clock.due(1000.0) == [OFTEN]
    assert clock.due(1001.0) == []


def test_of_two_schedulers_one_acts(a_queue: QueueUnderTest) -> None:
    connection = Redis.from_url(a_queue.url)
    first, second = Lease(connection), Lease(connection)

    assert first.hold()
    assert not second.hold()
    assert first.hold()


def test_another_scheduler_takes_over_from_one_that_is_gone(a_queue: QueueUnderTest) -> None:
    connection = Redis.from_url(a_queue.url)
    Lease(connection).hold(seconds=1)
    connection.pexpire("postiljon:scheduler", 1)

    second = Lease(connection)

    until(second.hold)  # the lease has a millisecond left
    assert not Lease(connection).hold()


def test_nudges_do_not_pile_up_while_no_worker_is_there(a_queue: QueueUnderTest) -> None:
    connection = Redis.from_url(a_queue.url)
    nudges = Nudges(connection)

    for _ in range(5):
        nudges.give(Task.SWEEP_DELIVERIES)
        nudges.give(Task.SEAL_AUDIT)

    waiting = Queue(queue.QUEUE, connection=connection)
    assert sorted(job.func_name for job in waiting.jobs) == sorted(
        [Task.SWEEP_DELIVERIES, Task.SEAL_AUDIT]
    )


def test_a_nudge_that_was_taken_is_followed_by_another(a_queue: QueueUnderTest) -> None:
    connection = Redis.from_url(a_queue.url)
    waiting = Queue(queue.QUEUE, connection=connection)
    nudges = Nudges(connection)
    nudges.give(Task.SWEEP_DELIVERIES)
    waiting.pop_job_id()

    nudges.give(Task.SWEEP_DELIVERIES)

    assert waiting.count == 1


def test_the_schedule_goes_on_when_the_queue_is_back(
    a_queue: QueueUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    connection = queue.connect(a_queue.url)
    parts = (Lease(connection), Clock([OFTEN]), Nudges(connection))
    a_queue.stop()

    with caplog.at_level(logging.WARNING):
        gone = beat(*parts, reachable=True)
        still_gone = beat(*parts, reachable=gone)
        a_queue.start()
        until(lambda: beat(*parts, reachable=still_gone))

    assert (gone, still_gone) == (False, False)
    told = [record for record in caplog.records if record.name == "app.running.scheduler"]
    assert [record.message.partition(" (")[0] for record in told] == [
        "the queue cannot be reached",
        "the queue is back; the schedule goes on",
    ]
    assert Queue(queue.QUEUE, connection=connection).count == 1


def test_after_the_queue_was_emptied_one_acts_again(a_queue: QueueUnderTest) -> None:
    connection = Redis.from_url(a_queue.url)
    leases = [Lease(connection) for _ in range(3)]
    assert [lease.hold() for lease in leases] == [True, False, False]

    connection.flushall()

    assert [lease.hold() for lease in reversed(leases)] == [True, False, False]
    assert [lease.hold() for lease in leases] == [False, False, True]


def test_a_lease_whose_end_moved_away_with_the_clock_is_taken_over(
    a_queue: QueueUnderTest,
) -> None:
    connection = Redis.from_url(a_queue.url)
    gone = Lease(connection)
    gone.hold()
    connection.expire(LEASE, 3600)  # as after an hour by which the server's clock was set back

    assert Lease(connection).hold()
    assert not gone.hold()


def test_who_lost_the_lease_in_the_middle_of_the_schedule_stops_there(
    a_queue: QueueUnderTest,
) -> None:
    connection = Redis.from_url(a_queue.url)
    lease, nudges = Lease(connection), Nudges(connection)

    class Frozen(Nudges):
        """Its host stands still after the first nudge, until another one acts."""

        def give(self, task: Task) -> None:
            nudges.give(task)
            connection.delete(LEASE)
            assert Lease(connection).hold()

    beat(lease, Clock([OFTEN, SELDOM]), Frozen(connection), reachable=True)

    (job,) = Queue(queue.QUEUE, connection=connection).jobs
    assert job.func_name == OFTEN.task


def test_of_three_one_acts_also_when_one_is_frozen_and_comes_back(
    a_queue: QueueUnderTest,
) -> None:
    connection = Redis.from_url(a_queue.url)
    started = [_scheduler(a_queue.url) for _ in range(3)]

    def holder() -> int:
        token = connection.get(LEASE)
        return int(token.split(b":")[1]) if isinstance(token, bytes) else 0

    try:
        until(lambda: holder() in {each.pid for each in started})
        first = holder()
        os.kill(first, signal.SIGSTOP)
        until(lambda: holder() not in (0, first))
        second = holder()
        assert second in {each.pid for each in started}

        os.kill(first, signal.SIGCONT)
        held = {holder() for _ in range(200)}

        assert held == {second}
        assert all(each.poll() is None for each in started)
    finally:
        for each in started:
            each.kill()
            each.wait()


def _scheduler(url: str) -> subprocess.Popen[bytes]:
    code = f"from app.running import scheduler\nscheduler.main({url!r}, [])\n"
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
