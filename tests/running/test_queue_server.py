"""The queue of our own: which server, private, lasting, and refusals that say what to do."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis

from app.running import queue_server
from config import SettingError, Settings
from tests.running.conftest import QueueUnderTest


def test_the_server_on_the_path_is_preferred(tmp_path: Path) -> None:
    mine = tmp_path / "redis-server"
    mine.write_text("#!/bin/sh\n")
    mine.chmod(0o755)

    assert queue_server.binary(str(tmp_path)) == mine


def test_without_one_on_the_path_the_installed_package_brings_it(tmp_path: Path) -> None:
    found = queue_server.binary(str(tmp_path))

    assert found == queue_server.bundled()
    assert os.access(found, os.X_OK)


@pytest.mark.parametrize("which", ["path", "package"])
def test_both_servers_start_with_the_same_command(
    make_queue: Callable[..., QueueUnderTest], which: str
) -> None:
    server = queue_server.bundled() if which == "package" else None

    assert Redis.from_url(make_queue(server).url).ping()


def test_nobody_else_reaches_the_queue(a_queue: QueueUnderTest) -> None:
    socket = a_queue.settings.queue_socket

    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    assert Redis.from_url(a_queue.url).config_get("port") == {"port": "0"}


def test_what_was_queued_is_there_after_a_restart(a_queue: QueueUnderTest) -> None:
    Redis.from_url(a_queue.url).rpush("kept", "job")

    a_queue.stop()
    a_queue.start()

    assert Redis.from_url(a_queue.url).lrange("kept", 0, -1) == [b"job"]


def test_the_socket_of_a_killed_queue_is_no_obstacle(a_queue: QueueUnderTest) -> None:
    a_queue.stop()
    a_queue.settings.queue_socket.touch()

    a_queue.start()

    assert Redis.from_url(a_queue.url).ping()


def test_a_folder_with_a_long_path_has_a_working_queue(tmp_path: Path) -> None:
    deep = tmp_path / ("a-long-name" * 8)
    queue = QueueUnderTest(deep)
    queue.start()

    try:
        assert Redis.from_url(queue.url).ping()
        assert queue_server.folder(queue.settings).is_relative_to(deep)
    finally:
        queue.stop()
        shutil.rmtree(queue.settings.queue_socket.parent)


def test_a_folder_that_someone_else_put_in_the_way_is_not_used(tmp_path: Path) -> None:
    settings = Settings.load({"DATA_DIR": str(tmp_path)})
    (tmp_path / "redis").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()

    with pytest.raises(queue_server.QueueError, match="belongs to someone else"):
        queue_server.prepare(settings)


def test_an_address_where_nothing_answers_is_refused_without_its_password() -> None:
    with pytest.raises(SettingError, match="nothing answers there") as refused:
        queue_server.check("redis://:hush@127.0.0.1:1/0")

    assert "hush" not in str(refused.value)


def test_a_queue_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    settings = Settings.load({"DATA_DIR": str(tmp_path)})

    with pytest.raises(queue_server.QueueError, match=r"redis\.log says why"):
        queue_server.wait(settings, lambda: False)
