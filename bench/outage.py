"""Takes the queue, then the database, away from a running platform for a minute, and tells what came of it.

``make bench-outage`` or ``python -m bench.outage --seconds 60``. Requests and deliveries go on meanwhile;
what arrived is counted in the inbox of the receiver.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from app.extensions import db
from app.services import deliveries
from tests.delivery.conftest import Walk
from tests.operations.servers import Ground, Postgres, RedisServer, Visitor, away, until

DELIVERIES = 100
ALL_ARRIVED = 300  # seconds


@dataclass
class Answers:
    """What one visitor got while going round."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    uploads: int = 0
    last_bad: float = 0.0

    def line(self) -> str:
        """In a few words."""
        slowest = sorted(self.seconds)
        told = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))
        return (
            f"{told}; median {slowest[len(slowest) // 2] * 1000:.0f} ms, "
            f"95 of 100 {slowest[len(slowest) * 95 // 100] * 1000:.0f} ms, "
            f"slowest {slowest[-1] * 1000:.0f} ms"
        )


class Round:
    """Goes on asking for the inbox and uploading, until told to stop."""

    def __init__(self, ground: Ground, walk: Walk, name: str) -> None:
        self.answers = Answers()
        self._ground, self._walk, self._name = ground, walk, name
        self._visitor = Visitor(ground)
        assert self._visitor.sign_in(walk.sender.email) == 302
        self._form = self._visitor.get("/documents/upload").text
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._go)
        self._thread.start()

    def end(self) -> Answers:
        """Stop, and tell."""
        self._enough.set()
        self._thread.join()
        self._visitor.close()
        return self.answers

    def _go(self) -> None:
        number = 0
        while not self._enough.wait(0.1):
            number += 1
            content = self._walk.xml(f"{self._name}-{number}")
            self._note(lambda: self._visitor.get("/inbox/").status_code)
            uploaded = self._note(lambda: self._upload(content))  # noqa: B023 - called at once
            self.answers.uploads += uploaded == 200

    def _upload(self, content: bytes) -> int:
        organization = self._walk.ours.public_id
        return self._visitor.upload(organization, "a.xml", content, page=self._form).status_code

    def _note(self, ask: Callable[[], int]) -> int:
        began = time.monotonic()
        status = ask()
        self.answers.seconds.append(time.monotonic() - began)
        self.answers.statuses[status] += 1
        if status >= 500:
            self.answers.last_bad = time.monotonic()
        return status


def outage(
    ground: Ground, walk: Walk, server: Postgres | RedisServer, name: str, seconds: int
) -> bool:
    """One outage; says whether everything arrived, once."""
    numbers = [f"{name}-sent-{number}" for number in range(DELIVERIES)]
    with ground.app.app_context():
        papers = [
            walk.taken(number) for number in numbers
        ]  # read already, so that they can be sent
        before = len(walk.inbox())
    visitors = Round(ground, walk, name)
    without_database = isinstance(server, Postgres)
    if without_database:
        _send(ground, walk, papers)
    with away(server):
        began = time.monotonic()
        if not without_database:
            _send(ground, walk, papers)
        time.sleep(max(0.0, began + seconds - time.monotonic()))
    back = time.monotonic()
    first, arrived = _arrivals(ground, walk, before)
    answers = visitors.end()
    mine = [number for number in arrived if number in numbers]
    lost, doubled = len(set(numbers) - set(mine)), len(mine) - len(set(mine))
    print(f"{name}: away for {seconds} s")
    print(f"  requests: {answers.line()}")
    refused = max(answers.last_bad - back, 0.0)
    print(f"  uploads accepted: {answers.uploads}; last refusal {refused:.1f} s after it was back")
    print(f"  {DELIVERIES} deliveries waited; the first went on {first:.1f} s after it was back")
    print(f"  lost {lost}, doubled {doubled}")
    return lost == 0 and doubled == 0 and 500 not in answers.statuses


def _send(ground: Ground, walk: Walk, papers: list[str]) -> None:
    with ground.app.app_context():
        with walk.world.acting(walk.sender):
            for paper in papers:
                deliveries.queue(paper)
        db.session.remove()
        db.engine.dispose()


def _arrivals(ground: Ground, walk: Walk, before: int) -> tuple[float, list[str]]:
    """When the next one arrived, and what stands in the inbox when all have."""
    with ground.app.app_context():
        there = len(walk.inbox())
        first = until(lambda: len(walk.inbox()) > there or there >= before + DELIVERIES)
        until(lambda: len(walk.inbox()) >= before + DELIVERIES, ALL_ARRIVED)
        return first, [each.number for each in walk.inbox()]


def main() -> int:
    """Both outages, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long each is away")
    chosen = parser.parse_args()
    ground = Ground()
    try:
        with ground.app.app_context():
            walk = ground.customers()
        ground.run(WORKERS="2", LOG_LEVEL="warning")
        well = [
            outage(ground, walk, ground.redis, "queue", chosen.seconds),
            outage(ground, walk, ground.postgres, "database", chosen.seconds),
        ]
    finally:
        ground.remove()
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
