"""A process of its own for printing: large libraries stay out of the web, and a page that never ends is ended."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from app.errors import Conflict
from app.rendering.pdf import write

PRINTS = 200  # by one process; then a fresh one takes over, with the memory it began with
SECONDS = 60  # for one document
MEGABYTES = 2048  # of addresses: far more than any invoice needs


class Press:
    """Prints one document at a time, in a process that begins with the first and never outlives us."""

    def __init__(self, prints: int = PRINTS, seconds: int = SECONDS) -> None:
        self._prints, self._seconds = prints, seconds
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._left = 0

    def print(self, page: str, xml: bytes | None) -> bytes:
        """A PDF of an HTML page; a process that was killed from outside is replaced once.

        Raises Conflict for a page that takes too long or needs too much.
        """
        for _attempt in range(2):
            began = time.monotonic()
            try:
                return self._begin(page, xml).result()
            except MemoryError:
                break
            except BrokenProcessPool:
                self.end()
                if time.monotonic() - began >= self._seconds:
                    break
        raise Conflict(
            "This document is too much to print: it would take too long. Its XML is complete; download that."
        )

    def end(self) -> None:
        """Let the process go, once it has printed what it was given; the next document begins another."""
        with self._lock:
            self._let_go()

    def _begin(self, page: str, xml: bytes | None) -> Future[bytes]:
        with self._lock:
            if self._pool is None:
                self._pool, self._left = _pool(), self._prints
            printing = self._pool.submit(_print, page, xml, self._seconds)
            self._left -= 1
            if not self._left:
                self._let_go()
        return printing

    def _let_go(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False)
        self._pool = None


def _pool() -> ProcessPoolExecutor:
    # Forked from a small server: our own threads and connections are not in it, the libraries are.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["weasyprint"])
    return ProcessPoolExecutor(1, mp_context=context, initializer=_settle)


def _settle() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for those who ask us to print
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _print(page: str, xml: bytes | None, seconds: int) -> bytes:
    signal.alarm(seconds)  # ends this process, wherever it is
    try:
        return write(page, xml)
    finally:
        signal.alarm(0)


press = Press()
# A forked process has a copy of what belongs to its parent.
os.register_at_fork(after_in_child=press.__init__)  # type: ignore[misc]
