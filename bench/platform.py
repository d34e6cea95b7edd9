"""The platform as ``python run.py`` starts it, for measuring: its address, and the CPU time of its parts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from bench.kill.queue import Queue
from bench.servers import postgres
from config import ROOT, Settings
from tests.postgres import _free_port

OURS = frozenset(name.upper() for name in Settings.__dataclass_fields__)
READY_WITHIN = 120  # seconds
DATABASE = "postgres"

Costs = Callable[[], dict[str, float]]


@contextmanager
def servers(backend: str, folder: Path) -> Iterator[dict[str, str]]:
    """The settings that name the database and the queue; the embedded ones come by themselves."""
    if backend == "embedded":
        yield {}
        return
    queue = Queue(folder)
    with postgres(folder) as database_url:
        queue.start()
        try:
            yield {"DATABASE_URL": database_url, "REDIS_URL": f"redis://127.0.0.1:{queue.port}/0"}
        finally:
            queue.close()


class Platform:
    """Settings of a platform that is started when something is to be measured."""

    def __init__(self, settings: dict[str, str]) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        port = _free_port()
        self._environment = {**kept, "WORKERS": "2", **settings, "PORT": str(port)}
        self.url = f"http://127.0.0.1:{port}"

    @contextmanager
    def running(self) -> Iterator[Costs]:
        """While it runs; asked, it says how many CPU seconds its parts have taken since it was ready."""
        process = subprocess.Popen(
            [sys.executable, "run.py"], cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL
        )
        try:
            self._wait(process)
            before = _spent(process.pid)
            yield lambda: {
                name: seconds - before.get(name, 0) for name, seconds in _spent(process.pid).items()
            }
        finally:
            process.terminate()
            process.wait(60)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The platform doesn't start.")
            time.sleep(0.1)

    def _answers(self) -> bool:
        with suppress(URLError, OSError), urlopen(f"{self.url}/login/", timeout=5) as answer:
            return bool(answer.status == 200)
        return False


def _spent(supervisor: int) -> dict[str, float]:
    """CPU seconds of the platform and of the database server, those of ended processes included."""
    spent = {"platform": _seconds(psutil.Process(supervisor))}
    servers = [each for each in psutil.process_iter(["name"]) if each.info["name"] == DATABASE]
    heads = [each for each in servers if each.parent() not in servers]
    if heads:
        spent["database"] = sum(_seconds(each) for each in heads)
    return spent


def _seconds(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        own = times.user + times.system + times.children_user + times.children_system
        return float(own) + sum(_seconds(each) for each in process.children())
    return 0.0
