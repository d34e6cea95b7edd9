"""A thousand documents, and everything killed that can be killed: nothing is lost, nothing comes twice.

Counted where it matters: in the inboxes of the receivers and at the mail server. Six hundred see workers
die in every single beat; four hundred go through the whole platform on both back ends, in the small version
of ``make bench-kill`` (docs/reliability.md).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import queue, tenancy
from app.application import create_app
from app.extensions import db, remember_application
from app.models import Alert, Delivery, DeliveryState, Direction, Document, Route
from app.queue import Task
from app.running import queue_server
from app.services import deliveries, documents, installation
from app.transactions import transaction
from bench.kill import report, trial
from bench.kill.options import Backend, Options
from config import ROOT, Settings
from tests.delivery import samples
from tests.delivery.conftest import Walk, build_walk, stranger
from tests.delivery.mail_servers import Desk, serving
from tests.factories import World

EACH = 300
KILLS_PER_PLACE = 3  # three beats, two routes: each beat is hit six times
PLACES = [(beat, route) for beat in ("claim", "hand", "record") for route in Route]
MOST_SKIPPED = 4
PATIENCE = 300  # seconds; the machine is shared
IN_STOCK = 7
CUSTOMER = "inkoop@klant.example"
OPEN = ("queued", "sending", "retrying")


# One after the other: each needs the whole machine.
pytestmark = [pytest.mark.kill, pytest.mark.xdist_group("kill")]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serving(Desk()) as desk:
        yield desk


@pytest.fixture
def environ(tmp_path: Path, desk: Desk) -> dict[str, str]:
    return {
        "DATA_DIR": str(tmp_path),
        "MAIL_URL": desk.url,
        "LEASE_SECONDS": "3",
        "PUBLIC_URL": "http://localhost",
    }


@pytest.fixture
def platform(environ: dict[str, str], session_app: Flask) -> Iterator[Flask]:
    """A platform of its own, with a real queue."""
    settings = Settings.load(environ)
    queue_server.prepare(settings)
    server = subprocess.Popen(queue_server.command(queue_server.binary(), settings))
    try:
        queue_server.wait(settings, lambda: server.poll() is None)
        environ["REDIS_URL"] = settings.own_queue_url
        app = create_app(Settings.load(environ))
        with app.app_context():
            installation.prepare()
            yield app
            db.session.remove()
            db.engine.dispose()
    finally:
        remember_application(session_app)
        server.terminate()
        server.wait()


class Nursery:
    """The process that raises workers for us, and where each comes to rest."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.delivery.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | environ | {"PYTHONPATH": str(ROOT)},
        )
        assert self._say() == "ready"

    def worker(self, beat: str = "", route: str = "", skip: int = 0) -> tuple[int, Path]:
        marker = self._folder / f"rest-{time.monotonic_ns()}"
        line = {"beat": beat, "route": route, "skip": skip, "marker": str(marker)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        return int(self._say()), marker

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _say(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@pytest.fixture
def nursery(platform: Flask, environ: dict[str, str], tmp_path: Path) -> Iterator[Nursery]:
    raised = Nursery(environ, tmp_path)
    yield raised
    raised.close()


@pytest.mark.parametrize("backend", list(Backend))
def test_whatever_is_killed_every_receipt_is_kept_once(backend: Backend) -> None:
    outcome = trial.run(Options(backend, documents=200, kills=8, troubles=4, mounts=False))

    told = "\n".join(report.lines(outcome))
    assert outcome.verdict.clean, told
    assert outcome.settled.clean, told
    assert len(outcome.verdict.unknown) <= report.most_unknown(outcome), told
    assert not outcome.settled.unknown, told
    assert not outcome.books.wrong, told


def test_workers_killed_in_every_beat_lose_nothing_and_repeat_nothing(
    platform: Flask, nursery: Nursery, desk: Desk
) -> None:
    walk = build_walk(World(), alert_document=Alert.OFF)  # no mails but those with documents
    supply = hand_in(walk)
    kills = Counter[str]()
    for beat, route in random.sample(PLACES * KILLS_PER_PLACE, len(PLACES) * KILLS_PER_PLACE):
        send_some(walk, supply)
        kills[beat] += kill_one(platform, nursery, beat, route)
    send_some(walk, supply, EACH)
    finish(platform, nursery)

    assert min(kills[beat] for beat in ("claim", "hand", "record")) >= 5
    assert arrived_inside(walk) == Counter({f"P{n}": 1 for n in range(EACH)})
    unknown = left_unknown()
    assert {route for route, _ in unknown} <= {Route.EMAIL}
    assert len(unknown) <= sum(kills.values())
    assert set(Counter(mailed(desk)).values()) == {1}, "a mail came twice"
    assert not_at(desk) <= {public_id for _, public_id in unknown}, "a mail was lost"
    decide(walk, desk, unknown)
    finish(platform, nursery)
    assert len(mailed(desk)) == len(set(mailed(desk))) == EACH
    assert left_unknown() == []


Supply = dict[Route, list[str]]


def hand_in(walk: Walk) -> Supply:
    """Half of them for an inbox of this platform, half for a mail address; none is sent yet."""
    buyer = samples.with_mail(stranger(), CUSTOMER)
    made = {
        Route.PLATFORM: [walk.xml(f"P{n}") for n in range(EACH)],
        Route.EMAIL: [walk.xml(f"M{n}", buyer=buyer) for n in range(EACH)],
    }
    with walk.world.acting(walk.sender):
        supply = {
            route: [
                documents.take_in(each, organization_id=walk.ours.id).document_public_id
                for each in files
            ]
            for route, files in made.items()
        }
    while documents.process_due():
        pass
    return supply


def send_some(walk: Walk, supply: Supply, at_least: int = IN_STOCK) -> None:
    """So many of each kind wait now: whoever comes to rest at one kind finds it."""
    for route, left in supply.items():
        missing = at_least - count_queued(route)
        with walk.world.acting(walk.sender):
            for _ in range(min(missing, len(left))):
                deliveries.queue(left.pop())


def kill_one(platform: Flask, nursery: Nursery, beat: str, route: str) -> int:
    """Let a worker come to this place and kill it there; nothing to kill when all work is done."""
    # One claim inside the platform takes all that wait: nobody comes there a second time.
    once = (beat, route) == ("claim", Route.PLATFORM)
    pid, marker = nursery.worker(beat, route, 0 if once else random.randrange(MOST_SKIPPED))
    deadline = time.monotonic() + 15
    try:
        while not marker.exists():
            assert time.monotonic() < deadline, f"no worker came to {beat} {route}"
            nudge(platform)
            time.sleep(0.05)
    finally:
        os.kill(pid, signal.SIGKILL)
    return 1


def finish(platform: Flask, nursery: Nursery) -> None:
    """Two workers that nobody kills do the rest."""
    pids = [nursery.worker()[0] for _ in range(2)]
    deadline = time.monotonic() + PATIENCE
    while count_open():
        assert time.monotonic() < deadline, "not everything was done in time"
        nudge(platform)
        time.sleep(0.3)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def nudge(platform: Flask) -> None:
    """What the scheduler does."""
    connection = platform.extensions["queue"]
    if queue.length(connection) < 3:
        queue.push(connection, Task.SWEEP_DELIVERIES, {})
        queue.push(connection, Task.DELIVER, {})
        queue.push(connection, Task.DELIVER_BY_MAIL, {})


def count_open() -> int:
    return count(Delivery.state.in_(OPEN))


def count_queued(route: Route) -> int:
    return count(Delivery.state == DeliveryState.QUEUED, Delivery.route == route)


def count(*conditions: Any) -> int:
    with transaction(), tenancy.every_environment("count"):
        found = select(func.count()).select_from(Delivery).where(*conditions)
        return db.session.scalar(found) or 0


def arrived_inside(walk: Walk) -> Counter[str]:
    with transaction(), tenancy.every_environment("count"):
        numbers = db.session.scalars(
            select(Document.number).where(
                Document.direction == Direction.IN, Document.organization_id == walk.theirs.id
            )
        ).all()
    return Counter(numbers)


def left_unknown() -> list[tuple[Any, str]]:
    with transaction(), tenancy.every_environment("count"):
        rows = db.session.execute(
            select(Delivery.route, Delivery.public_id).where(
                Delivery.state == DeliveryState.UNKNOWN
            )
        ).all()
    return [(row.route, row.public_id) for row in rows]


def mailed(desk: Desk) -> list[str]:
    """The ids of the mails with documents, in the order in which the server took them."""
    return [str(mail["Message-ID"]) for mail in desk.taken if mail["To"] == CUSTOMER]


def not_at(desk: Desk) -> set[str]:
    """Deliveries by mail that the server never took."""
    with transaction(), tenancy.every_environment("count"):
        rows = db.session.execute(
            select(Delivery.public_id, Delivery.message_key).where(Delivery.route == Route.EMAIL)
        ).all()
    taken = set(mailed(desk))
    return {row.public_id for row in rows if id_of(row.message_key) not in taken}


def decide(walk: Walk, desk: Desk, unknown: list[tuple[Any, str]]) -> None:
    """A person asks the recipient, and says what the recipient said."""
    missing = not_at(desk)
    with walk.world.acting(walk.sender):
        for _, public_id in unknown:
            deliveries.resolve(public_id, arrived=public_id not in missing)


def id_of(message_key: str) -> str:
    return f"<{message_key}@postiljon.example>"
