"""Nobody waits for a host that is gone, nor for one that froze while it held something."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app import patience, queue
from config import ROOT
from tests.postgres import postgres_url
from tests.running.conftest import QueueUnderTest
from tests.running.test_worker import until

__all__ = ["postgres_url"]
HOLD = """
import sys, time
from sqlalchemy import create_engine, text
from app import patience
engine = create_engine(sys.argv[1], connect_args=patience.of_database(sys.argv[1]))
with engine.connect() as connection:
    connection.execute(text("UPDATE held SET n = n + 1"))
    print("held", flush=True)
    time.sleep(600)
"""


@contextmanager
def silent() -> Iterator[int]:
    """A server that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.postgres
def test_what_a_frozen_host_holds_is_free_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = {"idle_in_transaction_session_timeout": "2s", "lock_timeout": "60s"}
    monkeypatch.setattr(patience, "_SERVER", {**patience._SERVER, **short})
    engine = create_engine(postgres_url, connect_args=patience.of_database(postgres_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE held (n int)"))
        connection.execute(text("INSERT INTO held VALUES (0)"))
    code = f"from app import patience\npatience._SERVER.update({short!r})\n{HOLD}"
    other = subprocess.Popen(
        [sys.executable, "-c", code, postgres_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        os.kill(other.pid, signal.SIGSTOP)

        with engine.begin() as connection:
            connection.execute(text("UPDATE held SET n = n + 10"))
            count = connection.scalar(text("SELECT n FROM held"))
    finally:
        other.kill()
        other.wait()
        if other.stdout is not None:
            other.stdout.close()
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE IF EXISTS held"))
        engine.dispose()

    assert count == 10, "and what it had begun was undone"


@pytest.mark.postgres
def test_a_row_that_somebody_holds_is_not_waited_for_long(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "_SERVER", {**patience._SERVER, "lock_timeout": "300ms"})
    engine = create_engine(postgres_url, connect_args=patience.of_database(postgres_url))
    with engine.connect() as one, engine.connect() as other:
        one.execute(text("SELECT pg_advisory_xact_lock(4711)"))

        with pytest.raises(OperationalError, match="lock timeout"):
            other.execute(text("SELECT pg_advisory_xact_lock(4711)"))
        other.rollback()
        one.rollback()
    engine.dispose()


@pytest.mark.postgres
def test_both_ends_of_a_line_notice_silence(postgres_url: str) -> None:
    engine = create_engine(postgres_url, connect_args=patience.of_database(postgres_url))
    names = ("tcp_user_timeout", "tcp_keepalives_idle", "idle_in_transaction_session_timeout")
    with engine.connect() as connection:
        theirs = {name: connection.scalar(text(f"SHOW {name}")) for name in names}
        line = connection.connection.driver_connection
        assert line is not None
        with socket.socket(fileno=os.dup(line.fileno())) as ours:
            limit = ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            idle = ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
    engine.dispose()

    assert theirs == {
        "tcp_user_timeout": "14000",
        "tcp_keepalives_idle": "5",
        "idle_in_transaction_session_timeout": "30s",
    }
    assert (limit, idle) == (14_000, 5)


@pytest.mark.postgres
def test_what_the_address_says_itself_comes_first(postgres_url: str) -> None:
    url = f"{postgres_url}?connect_timeout=7&options=-c%20lock_timeout%3D3s"

    told = patience.of_database(url)

    assert "connect_timeout" not in told
    engine = create_engine(url, connect_args=told)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "3s"
    engine.dispose()


def test_a_database_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_LINE", {**patience._LINE, "connect_timeout": 2})
    with silent() as port:
        url = f"postgresql://u@127.0.0.1:{port}/x"
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(url, **patience.of_database(url))


def test_a_queue_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "ANSWER_SECONDS", 0.2)
    with silent() as port:
        connection = queue.connect(f"redis://127.0.0.1:{port}/0")
        with pytest.raises(RedisError):
            connection.ping()
        connection.close()


def test_a_line_to_the_queue_notices_silence() -> None:
    with silent() as port:
        connection = Redis.from_url(
            f"redis://127.0.0.1:{port}/0", **patience.of_queue("redis://x")
        ).connection_pool.make_connection()
        line = connection._connect()
        try:
            limit = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            idle = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
        finally:
            line.close()

    assert (limit, idle) == (14_000, 5)


def test_a_socket_on_this_machine_needs_no_such_thing(a_queue: QueueUnderTest) -> None:
    assert queue.connect(a_queue.url).ping()
    assert "socket_keepalive" not in patience.of_queue(a_queue.url)


def test_a_worker_that_finds_no_queue_waits_for_it(a_queue: QueueUnderTest) -> None:
    a_queue.stop()
    code = f"from app.running import worker\nworker.main({a_queue.url!r}, ['any'])"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        assert "waits for it" in process.stderr.readline()
        assert process.poll() is None

        a_queue.start()
        until(lambda: Redis.from_url(a_queue.url).smembers("rq:workers"))
    finally:
        process.kill()
        process.communicate()
