"""What the platform stands on: database, queue, mail server, disk, and the wires between them."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from bench.kill import disk, watch
from bench.kill.options import Backend, Options
from bench.kill.post_office import PostOffice
from bench.kill.postgres import Cluster
from bench.kill.proxy import Proxy
from bench.kill.queue import Queue
from tests.postgres import _free_port

LEASE = "10"
WORKERS = 2


class Ground:
    """Everything but the platform itself; ``close`` leaves nothing behind."""

    def __init__(
        self, folder: Path, options: Options, processes: Callable[[], Iterable[int]]
    ) -> None:
        self._stack = ExitStack()
        self.options = options
        self.office = PostOffice()
        self.cluster: Cluster | None = None
        self.queue: Queue | None = None
        self.database_wire: Proxy | None = None
        self.queue_wire: Proxy | None = None
        try:
            self._build(folder, options, processes)
        except BaseException:
            self._stack.close()
            raise

    def _build(
        self, folder: Path, options: Options, processes: Callable[[], Iterable[int]]
    ) -> None:
        self.disk = disk.choose(folder, options.mounts, processes)
        self._stack.callback(self.disk.close)
        self.office.open()
        self._stack.callback(self.office.close)
        self.mail_wire = self._wire(self.office.port)
        if options.backend is Backend.POSTGRES:
            self.cluster, self.queue = Cluster(folder), Queue(folder)
            self._stack.callback(self.cluster.close)
            self._stack.callback(self.queue.close)
            self.cluster.start()
            self.queue.start()
            self.database_wire = self._wire(self.cluster.port)
            self.queue_wire = self._wire(self.queue.port)
        self._port = _free_port()

    def settings(self, *, direct: bool = False) -> dict[str, str]:
        """For the platform; ``direct`` for who comes before any trouble."""
        found = {
            "DATA_DIR": str(self.disk.folder),
            "PORT": str(self._port),
            "MAIL_URL": f"smtp://127.0.0.1:{self.mail_wire.port}",
            "LEASE_SECONDS": LEASE,
            "WORKERS": str(WORKERS),
            "WEB_WORKERS": "2",
        }
        if self.cluster and self.queue and self.database_wire and self.queue_wire:
            queue_port = self.queue.port if direct else self.queue_wire.port
            database_port = self.cluster.port if direct else self.database_wire.port
            found["DATABASE_URL"] = self.cluster.url(port=database_port)
            found["REDIS_URL"] = f"redis://127.0.0.1:{queue_port}/0"
        return found

    def connect(self) -> watch.Connect:
        """For who only looks."""
        if self.cluster is None:
            return watch.of_file(self.disk.folder / "postiljon.db")
        return watch.of_server(self.cluster.url("postgres"))

    def close(self) -> None:
        """Take everything away."""
        self._stack.close()

    def _wire(self, port: int) -> Proxy:
        wire = Proxy(port)
        self._stack.callback(wire.close)
        return wire


def dice_of(options: Options, what: str) -> random.Random:
    """A source of chance for one part of the trial, so that parts don't disturb each other."""
    return random.Random(f"{options.seed} {what}")


def machine() -> str:
    """Where this runs, in a few words."""
    words = Path("/etc/os-release").read_text() if Path("/etc/os-release").exists() else ""
    system = next(
        (x.split("=")[1].strip('"\n') for x in words.splitlines() if x.startswith("PRETTY_NAME")),
        os.name,
    )
    return f"{os.cpu_count()} cores, {system}"
