"""``make bench``: documents per second on the real platform, and what one costs.

From the first claim to the last *delivered*, as the rows say; beside it end to end from the upload by
people at a browser, and by mail with PDF. Waiting: how soon another customer's document has its first
attempt while thousands wait.
"""

from __future__ import annotations

import argparse
import math
import re
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from app import tenancy
from app.application import create_app
from app.extensions import db
from app.models import Attempt, Delivery, DeliveryState
from app.models.types import now
from app.services import installation
from app.transactions import transaction
from bench import supply
from bench.kill import post_office
from bench.kill.post_office import PostOffice
from bench.kill.window import Window
from bench.platform import Platform, servers
from bench.supply import Sender
from config import Settings
from tests.factories import PASSWORD, World

SENDERS = 4
AT_ONCE = 10  # files in one upload
OPEN = [DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.RETRYING]
PROBE_EVERY = 0.25  # seconds
DONE_WITHIN = 1800  # seconds
PATIENCE = 120
_SHOW = re.compile(r"/documents/show/([0-9a-f-]{36})")


@dataclass(frozen=True, slots=True)
class Scene:
    """A platform that doesn't run yet, its customers, and the mail server."""

    world: World
    platform: Platform
    senders: list[Sender]
    waiting: list[Sender]  # two more: one with thousands of documents, one with a few


def main() -> None:
    """Measure what the command line asks for."""
    asked = _arguments().parse_args()
    for backend in asked.backends.split(","):
        print(f"== {backend}: {asked.documents} documents, two workers")
        with _scene(backend) as scene:
            print(_across(scene, asked.documents))
            print(_from_upload(scene, asked.documents))
            print(_by_mail(scene, asked.documents // 10))
            print(_while_others_wait(scene, asked.waiting))


def _across(scene: Scene, count: int) -> str:
    for place, each in enumerate(scene.senders):
        supply.queue(scene.world, each, _numbers("A", place, count))
    began = now()
    with scene.platform.running() as costs:
        _until_done()
        cost = costs()
    return _sentence("inside the platform", count, _span(began), cost)


def _from_upload(scene: Scene, count: int) -> str:
    with scene.platform.running() as costs:
        began = now()
        people = [
            threading.Thread(target=_upload, args=(scene, each, _numbers("B", place, count)))
            for place, each in enumerate(scene.senders)
        ]
        for each in people:
            each.start()
        for each in people:
            each.join()
        _until_done()
        cost = costs()
    return _sentence("from the upload", count, _span(began, from_the_start=True), cost)


def _by_mail(scene: Scene, count: int) -> str:
    for place, who in enumerate(scene.senders):
        # Those whom the mail server takes at the first try: a second one is a minute later.
        numbers = [each for each in _numbers("C", place, 2 * count) if _taken_at_once(each)]
        supply.queue(scene.world, who, numbers[: count // SENDERS], mail=True)
    began = now()
    with scene.platform.running() as costs:
        _until_done()
        cost = costs()
    return _sentence("by mail, with PDF", count, _span(began), cost)


def _taken_at_once(number: str) -> bool:
    address = supply.address(number)
    return not post_office.grey(address) and not post_office.never(address)


def _while_others_wait(scene: Scene, count: int) -> str:
    busy, quiet = scene.waiting
    supply.queue(scene.world, busy, (f"D{number}" for number in range(count)))
    with scene.platform.running():
        probes = 0
        while probes < 10 or _open(busy) > count // 10:
            _upload(scene, quiet, [f"E{probes}"])
            probes += 1
            time.sleep(PROBE_EVERY)
        _until_done()
    waits = sorted(_first_attempts(quiet))
    return (
        f"first attempt while {count} wait: p50 {_at(waits, 50):.2f} s, p99 {_at(waits, 99):.2f} s "
        f"({len(waits)} documents of another customer)"
    )


def _upload(scene: Scene, who: Sender, numbers: Sequence[str]) -> None:
    """One person, file after file, as fast as the answers come."""
    window = Window(scene.platform.url, who.person.username, PASSWORD)
    for start in range(0, len(numbers), AT_ONCE):
        files = [
            ("files", (f"{number}.xml", who.invoice(number), "text/xml"))
            for number in numbers[start : start + AT_ONCE]
        ]
        page = window.send(
            "/documents/upload", [("organization", who.organization.public_id)], files
        )
        ids = dict.fromkeys(_SHOW.findall(" ".join(page.xpath("//ul[@class='results']//a/@href"))))
        assert len(ids) == len(files), page.text_content()
        _send(window, list(ids))


def _send(window: Window, ids: Sequence[str]) -> None:
    """Press Send for all of them, again while some are still being read."""
    for _ in range(PATIENCE):
        page = window.send("/documents/send-many", [("document", each) for each in ids])
        if not page.xpath("//*[contains(@class, 'alert-danger')]"):
            return
        time.sleep(0.5)
    raise SystemExit(page.text_content())


def _numbers(letter: str, place: int, count: int) -> list[str]:
    return [f"{letter}{number}" for number in range(count) if number % SENDERS == place]


def _until_done() -> None:
    deadline = time.monotonic() + DONE_WITHIN
    while _open() and time.monotonic() < deadline:
        time.sleep(0.2)


def _open(who: Sender | None = None) -> int:
    query = select(func.count()).select_from(Delivery).where(Delivery.state.in_(OPEN))
    if who is not None:
        query = query.where(Delivery.organization_id == who.organization.id)
    with transaction(), tenancy.every_environment("measure"):
        return db.session.scalar(query) or 0


def _span(began: object, *, from_the_start: bool = False) -> timedelta:
    """From the first claim, or from the beginning, to the last that ended."""
    with transaction(), tenancy.every_environment("measure"):
        first, last = db.session.execute(
            select(func.min(Attempt.started_at), func.max(Attempt.ended_at)).where(
                Attempt.started_at >= began
            )
        ).one()
    span: timedelta = last - (began if from_the_start else first)
    return span


def _first_attempts(who: Sender) -> list[float]:
    with transaction(), tenancy.every_environment("measure"):
        rows = db.session.execute(
            select(Attempt.started_at, Delivery.created_at)
            .join(Delivery, Delivery.id == Attempt.delivery_id)
            .where(Delivery.organization_id == who.organization.id, Attempt.number == 1)
        ).all()
    return [(row.started_at - row.created_at).total_seconds() for row in rows]


def _at(values: Sequence[float], percent: int) -> float:
    return values[max(math.ceil(len(values) * percent / 100), 1) - 1]


def _sentence(what: str, count: int, span: timedelta, cost: dict[str, float]) -> str:
    each = ", ".join(f"{name} {1000 * seconds / count:.1f}" for name, seconds in cost.items())
    rate = count / max(span.total_seconds(), 0.001)
    return f"{what}: {rate:.0f} documents/s ({span.total_seconds():.1f} s); CPU ms each: {each}"


@contextmanager
def _scene(backend: str) -> Iterator[Scene]:
    with tempfile.TemporaryDirectory(prefix="postiljon-bench-") as text:
        folder, office = Path(text), PostOffice()
        office.open()
        with servers(backend, folder) as environ:
            environ |= {
                "DATA_DIR": str(folder / "var"),
                "MAIL_URL": f"smtp://127.0.0.1:{office.port}",
            }
            # Without its queue: what is handed in here waits until the platform runs.
            bare = {name: value for name, value in environ.items() if name != "REDIS_URL"}
            with create_app(Settings.load(bare)).app_context():
                installation.prepare()
                world = World()
                buyers = supply.receivers(world)
                people = [supply.sender(world, n, buyers) for n in range(SENDERS + 2)]
                yield Scene(world, Platform(environ), people[:SENDERS], people[SENDERS:])
                db.session.remove()
                db.engine.dispose()
        office.close()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backends", default="embedded,postgres")
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--waiting", type=int, default=10_000)
    return parser


if __name__ == "__main__":
    main()
