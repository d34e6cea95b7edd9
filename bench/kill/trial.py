"""One trial from beginning to end: build, upload and deliver under fire, then ask the receivers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.kill import papers, plan, receivers, verdict
from bench.kill.chaos import Chaos, Event
from bench.kill.clients import Books, Client
from bench.kill.ground import Ground, dice_of
from bench.kill.options import Options
from bench.kill.papers import Paper
from bench.kill.product import Product
from bench.kill.receivers import Line
from bench.kill.verdict import Findings, Verdict
from bench.kill.watch import Watch
from bench.kill.window import Window
from config import ROOT

SHOWN = 20  # one in so many arrivals is downloaded and compared
LATER = 2 * 3600.0
CALM = 15.0  # seconds without progress before an hour is let pass


@dataclass
class Outcome:
    """Everything that the report tells."""

    options: Options
    verdict: Verdict
    settled: Verdict  # after a person decided about every unknown one
    books: Books
    events: list[Event]
    seconds: float  # from the first upload to the last delivery
    moved_at: list[float]
    starts: int
    disk: str
    put_off: int  # waited for an hour that a wrong clock had written
    died: int  # mails whose server died after the text
    errors: dict[str, int] = field(default_factory=dict)  # what the platform logged


class Stuck(Exception):
    """Nothing moves any more, and not everything is done."""


def run(options: Options, say: Callable[[str], None] = lambda _line: None) -> Outcome:
    """Do it; nothing is left behind, unless KEEP asks for it."""
    folder = Path(tempfile.mkdtemp(prefix="postiljon-kill-"))
    try:
        return Trial(options, folder, say).run()
    finally:
        if not os.environ.get("KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


class Trial:
    """The parts of one trial."""

    def __init__(self, options: Options, folder: Path, say: Callable[[str], None]) -> None:
        self._options, self._folder, self._say = options, folder, say
        self._product: Product | None = None
        self._books = Books()

    def run(self) -> Outcome:
        """From an empty folder to the outcome."""
        ground = Ground(self._folder, self._options, self._processes)
        try:
            town = self._town(ground)
            product = self._product = Product(self._folder, ground.settings())
            try:
                return self._under_fire(ground, product, town)
            finally:
                product.stop()
        finally:
            ground.close()

    def _under_fire(self, ground: Ground, product: Product, town: dict[str, Any]) -> Outcome:
        product.start()
        sheets = papers.write(town, self._options.documents, dice_of(self._options, "papers"))
        watch = Watch(ground.connect())
        watch.start()
        try:
            began = time.monotonic()
            chaos = self._fight(ground, product, town, sheets, watch)
            put_off = self._calm_down(product, watch)
            seconds = time.monotonic() - began
            first, settled = self._ask(ground, product, town, sheets, watch)
        finally:
            watch.stop()
        return Outcome(
            self._options,
            first,
            settled,
            self._books,
            chaos.events,
            seconds,
            watch.moved_at,
            product.starts,
            ground.disk.how,
            put_off,
            sum(ground.office.record.died_on.values()),
            _errors(product.terminal),
        )

    def _fight(
        self,
        ground: Ground,
        product: Product,
        town: dict[str, Any],
        sheets: Sequence[Paper],
        watch: Watch,
    ) -> Chaos:
        clients = self._clients(product, town, sheets)
        done = Progress(self._books, watch, len(sheets), self._options.patience)
        dice = dice_of(self._options, "chaos")
        chaos = Chaos(product, ground, self._folder, dice, done.share, self._say)
        for client in clients:
            client.start()
        chaos.carry_out(plan.make(self._options), done.stuck)
        while any(client.is_alive() for client in clients):
            if done.stuck():
                raise Stuck(self._where(watch))
            time.sleep(0.2)
        self._say(f"all uploaded, {watch.states}")
        return chaos

    def _calm_down(self, product: Product, watch: Watch) -> int:
        """Wait until nothing is on its way; what a wrong clock put off gets its hour."""
        put_off = 0
        done = Progress(self._books, watch, self._options.documents, self._options.patience)
        calm = Progress(self._books, watch, self._options.documents, CALM)
        while True:
            watch.look()
            if watch.states and not watch.open and watch.ended >= len(self._books.sent):
                return put_off
            if calm.stuck() and not put_off:
                put_off = watch.open
                self._say(f"{put_off} wait for an hour that was wrong: {watch.states}")
                product.set_clock(LATER)
            if done.stuck():
                raise Stuck(self._where(watch))
            time.sleep(0.3)

    def _ask(
        self,
        ground: Ground,
        product: Product,
        town: dict[str, Any],
        sheets: Sequence[Paper],
        watch: Watch,
    ) -> tuple[Verdict, Verdict]:
        office = ground.office.record
        first = verdict.judge(
            sheets, self._books.receipts, self._findings(product, town, sheets, office)
        )
        self._say(f"{first.inside} inside, {first.by_mail} by mail, {len(first.unknown)} unknown")
        if not first.unknown:
            return first, first
        addresses = {paper.number: paper.address for paper in sheets}
        for window in self._windows(product, town, "senders"):
            for line in list(receivers.lines(window, "/outbox/?state=attention")):
                if line.number in first.unknown:
                    receivers.decide(window, line, office.taken[addresses[line.number]] > 0)
        self._calm_down(product, watch)
        found = self._findings(product, town, sheets, office)
        return first, verdict.judge(sheets, self._books.receipts, found)

    def _findings(
        self, product: Product, town: dict[str, Any], sheets: Sequence[Paper], office: Any
    ) -> Findings:
        known = {paper.number for paper in sheets}
        inboxes: dict[int, list[Line]] = {}
        downloaded: dict[str, str] = {}
        for number, window in enumerate(self._windows(product, town, "receivers")):
            inboxes[number] = list(receivers.lines(window, "/inbox/"))
            for line in inboxes[number][::SHOWN]:
                if line.number in known:
                    downloaded[line.number] = receivers.digest(window, line.public_id)
        outbox = [
            line
            for window in self._windows(product, town, "senders")
            for line in receivers.lines(window, "/outbox/")
        ]
        return Findings(inboxes, outbox, office, downloaded)

    def _windows(self, product: Product, town: dict[str, Any], who: str) -> list[Window]:
        return [Window(product.url, each["user"], town["password"]) for each in town[who]]

    def _clients(
        self, product: Product, town: dict[str, Any], sheets: Sequence[Paper]
    ) -> list[Client]:
        return [
            Client(
                Window(product.url, firm["user"], town["password"]),
                firm["organization"],
                [paper for paper in sheets if paper.sender == number],
                self._books,
                dice_of(self._options, f"client {number}"),
            )
            for number, firm in enumerate(town["senders"])
        ]

    def _town(self, ground: Ground) -> dict[str, Any]:
        environment = os.environ | ground.settings(direct=True) | {"PYTHONPATH": str(ROOT)}
        made = subprocess.run(
            [sys.executable, "-m", "bench.kill.town"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise SystemExit(made.stderr)
        town: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
        return town

    def _processes(self) -> list[int]:
        return self._product.processes() if self._product else []

    def _where(self, watch: Watch) -> str:
        books = self._books
        return (
            f"{len(books.receipts)} receipts, {len(books.sent)} sent, deliveries {watch.states}, "
            f"no answer {dict(books.no_answer)}, refused {dict(books.refused)}"
        )


class Progress:
    """How far the work is, and whether it still moves."""

    def __init__(self, books: Books, watch: Watch, whole: int, patience: float) -> None:
        self._books, self._watch, self._whole, self._patience = books, watch, whole, patience
        self._last, self._at = -1, time.monotonic()

    def share(self) -> float:
        """From nothing, 0, to everything sent and ended, 1."""
        return self._count() / (3 * self._whole)

    def stuck(self) -> bool:
        """Nothing has moved for too long."""
        count = self._count()
        if count != self._last:
            self._last, self._at = count, time.monotonic()
        return time.monotonic() - self._at > self._patience

    def _count(self) -> int:
        return len(self._books.receipts) + len(self._books.sent) + self._watch.ended


def _errors(terminal: Path) -> dict[str, int]:
    """The last lines of tracebacks in the platform's log, counted by kind."""
    found: dict[str, int] = {}
    inside = False
    for line in terminal.read_text(errors="replace").splitlines():
        if line.startswith("Traceback"):
            inside = True
        elif inside and line and not line.startswith((" ", "\t")):
            inside = False
            kind = line.split(":")[0][:80]
            found[kind] = found.get(kind, 0) + 1
    return found
