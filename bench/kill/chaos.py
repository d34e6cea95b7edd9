"""Carries the plan out: kills, cuts, stalls, fills and steps, and writes down what it did when."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.kill import places
from bench.kill.ground import WORKERS, Ground
from bench.kill.plan import Kill, Step, Trouble
from bench.kill.product import Product

HOUR = 3600.0
FIND = 240.0  # seconds to wait until a victim is there


@dataclass
class Event:
    """What was done."""

    what: Kill | Trouble
    began: float
    place: str = ""
    over: float = 0.0


@dataclass
class Chaos:
    """One hand that does all of it, one step after the other; troubles go on beside."""

    product: Product
    ground: Ground
    folder: Path
    dice: random.Random
    progress: Callable[[], float]
    say: Callable[[str], None] = lambda _line: None
    events: list[Event] = field(default_factory=list)
    _going_on: list[threading.Thread] = field(default_factory=list)

    def carry_out(self, plan: Sequence[Step], stuck: Callable[[], bool]) -> None:
        """Every step at its share of the work."""
        for step in plan:
            while self.progress() < step.at and not stuck():
                time.sleep(0.05)
            self.do(step)
        for thread in self._going_on:
            thread.join()

    def do(self, step: Step) -> None:
        """One step."""
        if isinstance(step.what, Kill):
            self._kill(step, step.what)
        elif step.what is Trouble.RESTART:
            self._note(step.what, self._restart_database)
        else:
            self._begin(step, step.what)

    def _note(self, what: Kill | Trouble, act: Callable[[], str]) -> None:
        event = Event(what, time.monotonic())
        self.events.append(event)
        event.place = act()
        event.over = time.monotonic()
        self.say(f"{what} {event.place}")

    def _kill(self, step: Step, what: Kill) -> None:
        acts: dict[Kill, Callable[[], str]] = {
            Kill.WORKER: lambda: self._shoot(self._a_worker, step.place),
            Kill.WEB_WORKER: lambda: self._shoot(self._a_web_process, "taking in"),
            Kill.WEB: lambda: self._shoot(lambda: self.product.pid("The web")),
            Kill.SCHEDULER: lambda: self._shoot(lambda: self.product.pid("The scheduler")),
            Kill.QUEUE: self._kill_queue,
            Kill.BACKEND: self._kill_backend,
            Kill.DATABASE: self._kill_database,
            Kill.SUPERVISOR: lambda: self._shoot(lambda: self.product.supervisor, witness=False),
        }
        self._note(what, acts[what])

    def _shoot(self, find: Callable[[], int | None], place: str = "", witness: bool = True) -> str:
        deadline = time.monotonic() + FIND
        while True:
            pid = find()
            if pid is not None:
                found = places.wait_for(pid, self.folder, place) if witness else ""
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    return found
            if time.monotonic() > deadline:
                raise RuntimeError("nobody there to kill")
            time.sleep(0.05)

    def _a_worker(self) -> int | None:
        alive = [self.product.pid(f"Worker {n}") for n in range(1, WORKERS + 1)]
        return self.dice.choice([pid for pid in alive if pid] or [None])

    def _a_web_process(self) -> int | None:
        return self.dice.choice(self.product.web_processes() or [None])

    def _kill_queue(self) -> str:
        if self.ground.queue is None:
            return self._shoot(lambda: self.product.pid("The queue"), witness=False)
        self.ground.queue.kill()
        time.sleep(self.dice.uniform(0.2, 3.0))
        self.ground.queue.start()
        return ""

    def _kill_backend(self) -> str:
        assert self.ground.cluster is not None
        self.ground.cluster.kill_a_process(self.dice)
        return ""

    def _kill_database(self) -> str:
        assert self.ground.cluster is not None
        self.ground.cluster.kill()
        return ""

    def _restart_database(self) -> str:
        assert self.ground.cluster is not None
        self.ground.cluster.restart()
        return ""

    def _begin(self, step: Step, what: Trouble) -> None:
        event = Event(what, time.monotonic())
        self.events.append(event)

        def go_on() -> None:
            self._trouble(what, step.seconds)
            event.over = time.monotonic()
            self.say(f"over: {what}")

        self.say(f"{what} for {step.seconds} s")
        thread = threading.Thread(target=go_on, daemon=True)
        self._going_on.append(thread)
        thread.start()

    def _trouble(self, what: Trouble, seconds: float) -> None:
        ground, office = self.ground, self.ground.office
        if what is Trouble.MAIL_DIES:
            office.keeps_what_it_dies_on = self.dice.random() < 0.5
            office.dies_on_next = 3
        elif what is Trouble.MAIL_SLOW:
            office.slow = True
            time.sleep(seconds)
            office.slow = False
        elif what is Trouble.MAIL_NOT_NOW:
            office.not_now = True
            time.sleep(seconds)
            office.not_now = False
        elif what is Trouble.DISK_FULL:
            ground.disk.fill()
            time.sleep(seconds)
            ground.disk.free()
        elif what in (Trouble.CLOCK_AHEAD, Trouble.CLOCK_BEHIND):
            self._step_a_clock(HOUR if what is Trouble.CLOCK_AHEAD else -HOUR, seconds)
        else:
            self._wire(what, seconds)

    def _wire(self, what: Trouble, seconds: float) -> None:
        ground = self.ground
        wires = {
            Trouble.MAIL_CUT: ground.mail_wire,
            Trouble.MAIL_STALLS: ground.mail_wire,
            Trouble.MAIL_AWAY: ground.mail_wire,
            Trouble.DATABASE_CUT: ground.database_wire,
            Trouble.DATABASE_STALLS: ground.database_wire,
            Trouble.QUEUE_CUT: ground.queue_wire,
            Trouble.QUEUE_STALLS: ground.queue_wire,
        }
        wire = wires[what]
        assert wire is not None
        if what in (Trouble.MAIL_CUT, Trouble.DATABASE_CUT, Trouble.QUEUE_CUT):
            for _ in range(3):
                wire.cut()
                time.sleep(seconds / 3)
            return
        if what is Trouble.MAIL_AWAY:
            wire.leave()
        else:
            wire.stall()
        time.sleep(seconds)
        wire.restore()
        if self.dice.random() < 0.5:
            wire.cut()  # what was held is lost

    def _step_a_clock(self, by: float, seconds: float) -> None:
        named = [self.product.pid(name) for name in ("Worker 1", "Worker 2", "The scheduler")]
        alive = [pid for pid in [*named, *self.product.web_processes()] if pid]
        if not alive:
            return
        pid = self.dice.choice(alive)
        self.product.set_clock(by, pid)
        time.sleep(seconds)
        self.product.right_clock(pid)
