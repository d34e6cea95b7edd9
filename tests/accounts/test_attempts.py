"""Counting attempts, in the queue's server and without it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import suppress

import pytest
from redis import Redis
from redis.exceptions import RedisError

from app.queue import connect
from app.services import attempts
from app.services.attempts import Limit, TooOften

THREE = Limit("test", 3, 60)
SHORT = Limit("short", 1, 1)


@pytest.fixture
def redis_server(context, tmp_path):
    """A server of our own on a private socket."""
    address = tmp_path / "r.sock"
    binary = shutil.which("redis-server")
    assert binary, "redis-server isn't installed"
    command = [binary, "--port", "0", "--unixsocket", str(address), "--save", "", "--dir", tmp_path]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    context.extensions["queue"] = connect(f"unix://{address}")
    _wait_for(context.extensions["queue"])
    yield process
    context.extensions["queue"] = None
    process.terminate()
    process.wait()


def _wait_for(connection: Redis) -> None:
    for _ in range(500):
        with suppress(RedisError):
            connection.ping()
            return
        time.sleep(0.02)
    pytest.fail("redis-server didn't start")


def _counted(limit: Limit, *who: str, times: int = 1) -> list[bool]:
    """Whether each was let through."""
    answers = []
    for _ in range(times):
        try:
            attempts.count(limit, *who)
            answers.append(True)
        except TooOften:
            answers.append(False)
    return answers


@pytest.mark.parametrize("where", ["in this process", "in the server"])
def test_the_fourth_of_three_is_refused_and_others_are_not(context, request, where):
    if where == "in the server":
        request.getfixturevalue("redis_server")

    mine = _counted(THREE, "piet", "10.0.0.1", times=4)
    other = _counted(THREE, "piet", "10.0.0.2")

    assert mine == [True, True, True, False]
    assert other == [True]


@pytest.mark.parametrize("where", ["in this process", "in the server"])
def test_after_its_time_it_starts_afresh(context, request, where):
    if where == "in the server":
        request.getfixturevalue("redis_server")
    assert _counted(SHORT, "piet", times=2) == [True, False]

    time.sleep(1.1)

    assert _counted(SHORT, "piet") == [True]


@pytest.mark.parametrize("where", ["in this process", "in the server"])
def test_what_is_forgiven_starts_afresh(context, request, where):
    if where == "in the server":
        request.getfixturevalue("redis_server")
    _counted(THREE, "piet", times=3)

    attempts.forgive(THREE, "piet")

    assert _counted(THREE, "piet") == [True]


def test_two_processes_count_together_in_the_server(redis_server, context):
    _counted(THREE, "piet", times=3)
    attempts.forget_everything()  # what another process would know

    assert _counted(THREE, "piet") == [False]


def test_a_server_that_is_gone_does_not_let_everyone_in(redis_server, context):
    redis_server.terminate()
    redis_server.wait()

    assert _counted(THREE, "piet", times=4) == [True, True, True, False]


def test_a_server_that_was_never_there_does_not_let_everyone_in(context):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        context.extensions["queue"] = connect(f"redis://127.0.0.1:{taken.getsockname()[1]}")
    try:
        assert _counted(THREE, "piet", times=4) == [True, True, True, False]
    finally:
        context.extensions["queue"] = None


def test_no_address_of_anyone_is_kept_in_the_server(redis_server, context):
    _counted(THREE, "piet@bakkerij.nl")

    connection: Redis = context.extensions["queue"]
    keys = [key.decode() for key in connection.scan_iter()]
    assert keys
    assert not [key for key in keys if "piet" in key]


def test_a_flood_of_names_does_not_fill_the_memory(context, monkeypatch):
    monkeypatch.setattr(attempts, "MOST_KEPT", 10)
    _counted(THREE, "piet", times=1)

    for number in range(25):
        _counted(THREE, f"someone {number}")

    assert len(attempts._counts) <= 10
    assert _counted(THREE, "someone 24", times=3) == [True, True, False]
