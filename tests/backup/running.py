"""A platform at work: its own processes send, while a thread of the test hands in documents."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from config import ROOT
from tests.backup.places import Place
from tests.delivery.conftest import Walk, build_walk
from tests.delivery.mail_servers import free_port
from tests.factories import World
from tests.walks.running import _others

PATIENCE = 90  # seconds; the machine is shared


@contextmanager
def at_work(place: Place) -> Iterator[None]:
    """Start ``run.py`` there; stop it as Ctrl-C does."""
    port = free_port()
    terminal = place.folder / "terminal"
    more = {"PORT": str(port), "WORKERS": "2", "WEB_WORKERS": "1"}
    with terminal.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "run.py"],
            cwd=ROOT,
            env=_others() | place.environment | more,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: "Ctrl-C" in terminal.read_text() or process.poll() is not None)
        assert process.poll() is None, terminal.read_text()
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


class Hands:
    """Hands in documents until told to stop; each eighth goes by mail, the others inside the platform."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.failed: list[BaseException] = []
        self.handed_in = 0

    @contextmanager
    def working(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join(PATIENCE)
            self.need_well()

    def need_well(self) -> None:
        """What went wrong here is said, rather than what waited for it in vain."""
        if self.failed:
            raise self.failed[0]

    def _work(self) -> None:
        try:
            with self._place.app.app_context():
                walk = build_walk(World())
                for number in count(1):
                    if self._stop.is_set():
                        return
                    self._hand_in(walk, number)
        except BaseException as error:
            self.failed.append(error)

    def _hand_in(self, walk: Walk, number: int) -> None:
        walk.queued(str(number), email="someone@example.com" if number % 8 == 1 else "")
        self.handed_in = number
        self._stop.wait(0.2)


def until(done: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for something that happens elsewhere."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
