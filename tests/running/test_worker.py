"""A worker process: does what is queued, makes room in time, and outlives the queue's absence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue

from app import queue as app_queue
from app.running import worker
from config import ROOT
from tests.running.conftest import QueueUnderTest

QUEUE = "under-test"
Begin = Callable[..., subprocess.Popen[str]]


def drain(started: str, ended: str) -> None:
    """A job that would take a minute, but looks whether its worker is to stop."""
    Path(started).touch()
    until(app_queue.stopping, 60)
    Path(ended).touch()


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Starts workers as processes of their own; none outlives its test."""
    begun: list[subprocess.Popen[str]] = []

    def start(url: str, limit: int = 1000) -> subprocess.Popen[str]:
        begun.append(_worker(url, limit))
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()


def _worker(url: str, limit: int) -> subprocess.Popen[str]:
    code = (
        "from app.running import worker\n"
        f"worker.JOBS_BEFORE_RECYCLING = {limit}\n"
        f"worker.main({url!r}, [{QUEUE!r}])\n"
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, text=True)


def until(true: Callable[[], object], seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_a_worker_does_jobs_until_it_is_told_to_stop(
    a_queue: QueueUnderTest, tmp_path: Path, begin: Begin
) -> None:
    waiting = Queue(QUEUE, connection=Redis.from_url(a_queue.url))
    waiting.enqueue(os.mkdir, str(tmp_path / "first"))
    process = begin(a_queue.url)
    until((tmp_path / "first").exists)
    waiting.enqueue(os.mkdir, str(tmp_path / "second"))
    until((tmp_path / "second").exists)

    process.send_signal(signal.SIGTERM)

    assert process.wait(60) == 0


def test_a_draining_job_stops_after_the_row_in_hand(
    a_queue: QueueUnderTest, tmp_path: Path, begin: Begin
) -> None:
    waiting = Queue(QUEUE, connection=Redis.from_url(a_queue.url))
    waiting.enqueue(drain, str(tmp_path / "started"), str(tmp_path / "ended"))
    process = begin(a_queue.url)
    until((tmp_path / "started").exists)
    assert not (tmp_path / "ended").exists()

    process.terminate()

    assert process.wait(60) == 0
    assert (tmp_path / "ended").exists()


def test_a_worker_makes_room_for_a_fresh_one_and_loses_no_job(
    a_queue: QueueUnderTest, tmp_path: Path, begin: Begin
) -> None:
    waiting = Queue(QUEUE, connection=Redis.from_url(a_queue.url))
    for number in range(5):
        waiting.enqueue(os.mkdir, str(tmp_path / str(number)))

    assert begin(a_queue.url, limit=3).wait(90) == 0

    assert waiting.count == 2
    assert len(list(tmp_path.iterdir())) == 3


def test_a_job_that_fails_does_not_end_the_worker(
    a_queue: QueueUnderTest, tmp_path: Path, begin: Begin
) -> None:
    waiting = Queue(QUEUE, connection=Redis.from_url(a_queue.url))
    waiting.enqueue(os.mkdir, str(tmp_path / "no" / "parent"))
    waiting.enqueue(os.mkdir, str(tmp_path / "after"))

    process = begin(a_queue.url)

    until((tmp_path / "after").exists)
    process.terminate()
    assert process.wait(60) == 0


def test_work_goes_on_when_the_queue_was_away(
    a_queue: QueueUnderTest, tmp_path: Path, begin: Begin
) -> None:
    process = begin(a_queue.url)
    Queue(QUEUE, connection=Redis.from_url(a_queue.url)).enqueue(os.mkdir, str(tmp_path / "before"))
    until((tmp_path / "before").exists)

    a_queue.stop()
    a_queue.start()
    Queue(QUEUE, connection=Redis.from_url(a_queue.url)).enqueue(os.mkdir, str(tmp_path / "after"))

    until((tmp_path / "after").exists)
    process.terminate()
    assert process.wait(60) == 0


def test_too_much_memory_wears_a_worker_out(
    a_queue: QueueUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = worker.RecycledWorker([QUEUE], connection=Redis.from_url(a_queue.url))
    ours = worker.resident_megabytes()  # much, after a thousand other tests
    monkeypatch.setattr(worker, "MEGABYTES_BEFORE_RECYCLING", ours + 100)
    assert not fresh.worn_out()

    monkeypatch.setattr(worker, "MEGABYTES_BEFORE_RECYCLING", ours - 100)

    assert fresh.worn_out()
