"""Real queues on loopback, started the way the supervisor starts them."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.running import queue_server
from config import Settings


class QueueUnderTest:
    """A queue that can be stopped, killed and started again with what it kept."""

    def __init__(self, data_dir: Path, server: Path | None = None) -> None:
        self.settings = Settings.load({"DATA_DIR": str(data_dir)})
        self.url = self.settings.own_queue_url
        self._server = server or queue_server.binary()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        queue_server.prepare(self.settings)
        self._process = subprocess.Popen(queue_server.command(self._server, self.settings))
        queue_server.wait(self.settings, lambda: True)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


@pytest.fixture
def short_dir() -> Iterator[Path]:
    """A folder whose path leaves room for a socket."""
    with tempfile.TemporaryDirectory(prefix="postiljon-") as folder:
        yield Path(folder)


@pytest.fixture
def make_queue(short_dir: Path) -> Iterator[Callable[..., QueueUnderTest]]:
    """Makes running queues."""
    made: list[QueueUnderTest] = []

    def make(server: Path | None = None) -> QueueUnderTest:
        queue = QueueUnderTest(short_dir, server)
        queue.start()
        made.append(queue)
        return queue

    yield make
    for queue in made:
        queue.stop()


@pytest.fixture
def a_queue(make_queue: Callable[..., QueueUnderTest]) -> QueueUnderTest:
    """One running queue."""
    return make_queue()
