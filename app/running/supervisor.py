"""The supervisor: restarts what ends, gives up when that doesn't help, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from app.running import processes

TOO_OFTEN = 5  # this many deaths …
WITHIN = 10.0  # … in this many seconds, and restarting doesn't help
WAITS = (0.0, 0.5, 1.0, 2.0)  # before the first, second … restart in a row
GRACE = 10.0  # seconds between asking a child to stop and ending it


@dataclass(slots=True)
class Child:
    """One process that has to be there."""

    name: str
    run: Callable[[], None]
    stage: int = 1  # stopped from the highest stage to the lowest; the queue is 0
    at_parents_death: signal.Signals = signal.SIGKILL
    pid: int = 0
    deaths: list[float] = field(default_factory=list)
    restart_at: float | None = None

    def start(self) -> None:
        """Make the process."""
        self.restart_at = None
        self.pid = processes.fork(self.run, at_parents_death=self.at_parents_death)

    def ended(self, code: int, now: float) -> bool:
        """Note an end and plan the restart; false when it ends too often to go on.

        Code 0 is a worker making room for a fresh one, which is as it should be.
        """
        self.pid = 0
        if code == 0:
            self.restart_at = now
            return True
        self.deaths = [moment for moment in self.deaths if now - moment < WITHIN] + [now]
        self.restart_at = now + WAITS[min(len(self.deaths), len(WAITS)) - 1]
        return len(self.deaths) < TOO_OFTEN


class Supervisor:
    """Keeps its children alive until a signal comes, then stops them in order."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._children: list[Child] = []
        self._code: int | None = None

    def start(self, child: Child) -> None:
        """Start a child and look after it from now on."""
        self._children.append(child)
        child.start()

    def run(self) -> int:
        """Look after the children until it ends; the answer is the exit code."""
        signal.pthread_sigmask(signal.SIG_BLOCK, processes.HELD)
        # Whoever ended before this line told nobody, so the first look comes before the first wait.
        self._bury()
        while self._code is None:
            self._restart()
            happened = signal.sigtimedwait(processes.HELD, self._pause())
            if happened and happened.si_signo != signal.SIGCHLD:
                self._code = 0
            else:
                self._bury()
        return self._code

    def stop(self) -> None:
        """Stop everything, those who use the queue before the queue itself."""
        # A second Ctrl-C must not interrupt the stopping: that is what would leave something behind.
        signal.pthread_sigmask(signal.SIG_BLOCK, processes.HELD)
        for stage in sorted({child.stage for child in self._children}, reverse=True):
            self._stop([child for child in self._children if child.stage == stage and child.pid])

    def alive(self, child: Child) -> bool:
        """Whether the child still runs."""
        self._bury()
        return child.pid != 0

    def _pause(self) -> float:
        moments = [child.restart_at for child in self._children if child.restart_at is not None]
        return max(0.0, min([moment - time.monotonic() for moment in moments], default=60.0))

    def _bury(self) -> None:
        for pid, code in _ended():
            for child in self._children:
                if child.pid == pid:
                    self._note(child, code)

    def _note(self, child: Child, code: int) -> None:
        processes.sweep_away(child.pid)  # a web master that was killed leaves workers
        if not child.ended(code, time.monotonic()):
            self._code = 1
            self._say(
                f"{child.name} ended {TOO_OFTEN} times within {WITHIN:.0f} seconds "
                f"({_how(code)}). The lines above say why; everything is being stopped."
            )
        elif code:
            self._say(f"{child.name} ended ({_how(code)}) and is started again.")

    def _restart(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if self._code is None and child.restart_at is not None and child.restart_at <= now:
                child.start()

    def _stop(self, children: list[Child]) -> None:
        for child in children:
            processes.send(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while any(child.pid for child in children) and time.monotonic() < deadline:
            signal.sigtimedwait((signal.SIGCHLD,), 0.1)
            _forget_ended(self._children)
        for child in children:
            if child.pid:
                processes.sweep_away(child.pid)
                os.waitpid(child.pid, 0)
                child.pid = 0


def _forget_ended(children: Iterable[Child]) -> None:
    for pid, _ in _ended():
        processes.sweep_away(pid)
        for child in children:
            if child.pid == pid:
                child.pid = 0


def _ended() -> list[tuple[int, int]]:
    """Process ids and exit codes of the children that have ended, adopted ones too."""
    found: list[tuple[int, int]] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        found.append((pid, os.waitstatus_to_exitcode(status)))


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
