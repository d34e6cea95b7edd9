"""A Redis of the trial's own on a port, that can be killed and started again with what it kept."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from app.running import queue_server
from tests.postgres import _free_port


class Queue:
    """One queue server that keeps every job on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "redis"
        self._folder.mkdir()
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Come up and wait for an answer."""
        server = str(queue_server.binary())
        line = [server, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        line += ["--save", "", "--appendonly", "yes", "--loglevel", "warning"]
        self._process = subprocess.Popen([*line, "--logfile", str(self._folder / "log")])
        deadline = time.monotonic() + 60
        while not self._answers():
            if time.monotonic() > deadline:
                raise SystemExit("The queue of the trial doesn't start.")
            time.sleep(0.05)

    def kill(self) -> int:
        """Kill it; the answer is its process. It is started again by ``start``."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        return self._process.pid

    def close(self) -> None:
        """Stop for good."""
        if self._process is not None:
            self.kill()

    def _answers(self) -> bool:
        client = Redis(port=self.port, socket_connect_timeout=2, socket_timeout=2)
        try:
            return bool(client.ping())
        except (RedisError, OSError):
            return False
        finally:
            client.close()
