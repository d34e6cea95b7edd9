"""Two web hosts and three hosts with workers; the one whose scheduler acts is cut off and comes back."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.hosts.machine import Machine
from bench.hosts.network import Network
from bench.hosts.options import Options
from bench.hosts.servers import SERVERS, Servers, until
from bench.kill import papers, receivers, verdict
from bench.kill.clients import Books, Client
from bench.kill.papers import Paper
from bench.kill.verdict import Findings, Verdict
from bench.kill.watch import Watch
from bench.kill.window import Window

DESK = "desk"  # where people sit
TOWN = "bench.kill.town"  # makes the customers
WEBS = ("web-1", "web-2")
PARTS = {
    "work-1": "workers,scheduler",
    "work-2": "workers,scheduler",
    "work-3": "workers",
}
LAST = 0.1  # the share that is left for the host that came back, alone
MIDDLE = 0.2  # the share that has ended when the cable is pulled
LOOKING = 20.0  # seconds for a moment at which the host is in the middle of a delivery
SHOWN = 10  # one in so many arrivals is downloaded and compared


@dataclass
class Outcome:
    """What the report tells."""

    options: Options
    cut_off: str
    work: str  # the job that it was doing when the cable was pulled
    first: Verdict
    settled: Verdict  # after a person decided about every unknown one
    interrupted: int  # attempts that a sweep ended
    took_over: str  # the host whose scheduler acted meanwhile
    ended_meanwhile: int
    alone: int  # deliveries of the host that came back, with the others stopped
    seconds: float
    cost: dict[str, float]  # milliseconds of processor time for each document, by kind of host


def run(options: Options, say: Callable[[str], None]) -> Outcome:
    """Do it, and leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="postiljon-hosts-"))
    folder.chmod(0o711)  # the database server isn't root
    with ExitStack() as after:
        if not os.environ.get("KEEP"):
            after.callback(shutil.rmtree, folder, ignore_errors=True)
        network = Network((DESK, *SERVERS, *WEBS, *PARTS))
        network.build()
        after.callback(network.close)
        network.enter(DESK)
        servers = Servers(network, folder)
        after.callback(servers.stop)
        servers.start()
        return Trial(options, network, servers, folder, say).run()


class Trial:
    """The parts of one trial."""

    def __init__(
        self,
        options: Options,
        network: Network,
        servers: Servers,
        folder: Path,
        say: Callable[[str], None],
    ) -> None:
        self._options, self._network, self._servers = options, network, servers
        self._say = say
        self._books = Books()
        self._watch = Watch(servers.connect)
        shared = {
            **servers.settings(),
            "SECRET_KEY": "the same secret on every one of these hosts",
            "PUBLIC_URL": f"http://{network.addresses[WEBS[0]]}:8080",
            "LEASE_SECONDS": str(options.lease),
            "WAIT_SECONDS": "90",
            "WEB_WORKERS": "1",
            "WORKERS": "1",
        }
        self._machines = {
            name: Machine(network, name, parts, folder, shared)
            for name, parts in {**dict.fromkeys(WEBS, "web"), **PARTS}.items()
        }

    def run(self) -> Outcome:
        """From empty servers to the outcome."""
        self._say("the servers are up")
        try:
            for machine in self._machines.values():
                machine.start()
            town = json.loads(self._machines[WEBS[0]].run("-m", TOWN).splitlines()[-1])
            for machine in self._machines.values():
                until(machine.ready, f"{machine.name} doesn't start")
            self._say("all hosts are up")
            self._watch.start()
            papers.BY_MAIL = self._options.mails / 100
            chance = random.Random(self._options.seed)
            return self._work(town, papers.write(town, self._options.documents, chance))
        finally:
            if self._watch.is_alive():
                self._watch.stop()
            for machine in self._machines.values():
                machine.ask_to_stop()
            for machine in self._machines.values():
                machine.stop()

    def _work(self, town: dict[str, Any], sheets: Sequence[Paper]) -> Outcome:
        began, kept_back = time.monotonic(), int(len(sheets) * LAST)
        used = self._used()
        first = self._upload(town, sheets[kept_back:])
        cut_off, work = self._cut(len(sheets))
        before = self._watch.ended
        time.sleep(self._options.seconds)
        took_over, meanwhile = self._servers.scheduler(), self._watch.ended - before
        self._network.plug(cut_off)
        self._say(f"{cut_off} is back; {took_over} acted, {meanwhile} ended meanwhile")
        self._finish(first)
        cost = {
            kind: 1000 * (seconds - used[kind]) / (len(sheets) - kept_back)
            for kind, seconds in self._used().items()
        }
        alone = self._watch.ended
        self._leave_alone(cut_off)
        self._finish(self._upload(town, sheets[:kept_back]))
        alone = self._watch.ended - alone
        seconds = time.monotonic() - began
        judged, settled = self._ask(town, sheets)
        return Outcome(
            self._options,
            cut_off,
            work,
            judged,
            settled,
            self._servers.interrupted(),
            took_over,
            meanwhile,
            alone,
            seconds,
            cost,
        )

    def _used(self) -> dict[str, float]:
        """Seconds of processor time so far, by kind of host."""
        kinds = {"web": WEBS, "workers": tuple(PARTS), **{name: (name,) for name in SERVERS}}
        return {
            kind: sum(map(self._network.processor_seconds, names)) for kind, names in kinds.items()
        }

    def _cut(self, documents: int) -> tuple[str, str]:
        """Pull the cable of the host whose scheduler acts, while it is in the middle of something."""
        until(lambda: self._watch.ended >= documents * MIDDLE, "nothing is delivered")
        name = self._servers.scheduler()
        work, deadline = "", time.monotonic() + LOOKING
        while "deliver" not in work and time.monotonic() < deadline:
            work = self._servers.work_of(name)
        self._network.pull(name)
        self._say(f"{name} is cut off while it does {work or 'nothing'}, {self._watch.states}")
        return name, work

    def _leave_alone(self, name: str) -> None:
        """Stop the others, so that whatever is delivered from now on is delivered by this host."""
        for machine in self._machines.values():
            if "workers" in machine.parts and machine.name != name:
                machine.stop()

    def _upload(self, town: dict[str, Any], sheets: Sequence[Paper]) -> list[Client]:
        clients = [
            Client(
                Window(self._web(number), firm["user"], town["password"]),
                firm["organization"],
                [paper for paper in sheets if paper.sender == number],
                self._books,
                random.Random(f"{self._options.seed} {number}"),
            )
            for number, firm in enumerate(town["senders"])
        ]
        for client in clients:
            client.start()
        return clients

    def _finish(self, clients: Sequence[Client]) -> None:
        """Until these have handed in everything, and nothing of it is on its way any more."""
        until(
            lambda: not any(each.is_alive() for each in clients), "not everything is handed in", 600
        )
        self._say(f"handed in: {self._where()}")

        def still() -> bool:
            self._watch.look()
            return not self._watch.open and self._watch.ended >= len(self._books.sent)

        until(still, f"not everything ends: {self._where()}", 600)

    def _ask(self, town: dict[str, Any], sheets: Sequence[Paper]) -> tuple[Verdict, Verdict]:
        letters = self._servers.letters()
        found = Findings(*self._lists(town), letters, self._downloads(town, sheets))
        first = verdict.judge(sheets, self._books.receipts, found)
        if not first.unknown:
            return first, first
        addresses = {paper.number: paper.address for paper in sheets}
        for window in self._windows(town, "senders"):
            for line in list(receivers.lines(window, "/outbox/?state=attention")):
                if line.number in first.unknown:
                    receivers.decide(window, line, letters.taken[addresses[line.number]] > 0)
        self._finish([])
        found = Findings(*self._lists(town), self._servers.letters())
        return first, verdict.judge(sheets, self._books.receipts, found)

    def _lists(self, town: dict[str, Any]) -> tuple[dict[int, list[Any]], list[Any]]:
        """Every inbox and every outbox, to the last page."""
        inboxes = {
            number: list(receivers.lines(window, "/inbox/"))
            for number, window in enumerate(self._windows(town, "receivers"))
        }
        outboxes = [
            line
            for window in self._windows(town, "senders")
            for line in receivers.lines(window, "/outbox/")
        ]
        return inboxes, outboxes

    def _downloads(self, town: dict[str, Any], sheets: Sequence[Paper]) -> dict[str, str]:
        known = {paper.number for paper in sheets}
        return {
            line.number: receivers.digest(window, line.public_id)
            for window in self._windows(town, "receivers")
            for line in list(receivers.lines(window, "/inbox/"))[::SHOWN]
            if line.number in known
        }

    def _windows(self, town: dict[str, Any], who: str) -> list[Window]:
        return [
            Window(self._web(number), each["user"], town["password"])
            for number, each in enumerate(town[who])
        ]

    def _web(self, number: int) -> str:
        return self._machines[WEBS[number % len(WEBS)]].url

    def _where(self) -> str:
        books = self._books
        return (
            f"{len(books.receipts)} receipts, {len(books.sent)} sent, {self._watch.states}, "
            f"no answer {dict(books.no_answer)}, refused {dict(books.refused)}"
        )
