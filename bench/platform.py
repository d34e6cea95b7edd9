"""The platform as ``python run.py`` starts it, for measuring: its address, and the CPU time of its parts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from bench.kill.queue import Queue
from bench.running import started
from bench.servers import postgres
from tests.postgres import _free_port

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
        port = _free_port()
        self._settings = {"WORKERS": "2", **settings, "PORT": str(port)}
        self.url = f"http://127.0.0.1:{port}"

    @contextmanager
    def running(self) -> Iterator[Costs]:
        """While it runs; asked, it says how many CPU seconds its parts have taken since it was ready."""
        with (
            tempfile.TemporaryDirectory(prefix="postiljon-terminal-") as folder,
            started(self._settings, Path(folder) / "terminal") as it,
        ):
            before = _spent(it.pid)
            yield lambda: {
                name: seconds - before.get(name, 0) for name, seconds in _spent(it.pid).items()
            }


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
