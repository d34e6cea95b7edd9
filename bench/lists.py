"""``make bench-lists``: how long each list takes, for each kind of member, at several sizes.

A whole request each time: the session, the person, the scope, the statements, the page. One line for each
kind of member, with the slowest of their pages; with --every, each page has a line.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from app import tenancy
from app.application import create_app
from app.extensions import db
from app.models import Document, Membership, Organization, User
from bench import fill, fill_people
from bench.servers import postgres
from config import Settings

GOAL = 50  # milliseconds, 95 of 100 requests
WARM, COUNTED = 3, 20
STAGES = ("attention", "waiting", "sent", "delivered", "cancelled", "not-sent")
REPLIES = ("open", "approved", "rejected", "paid")
PLAIN = ("/", "/inbox/", "/outbox/", "/documents/list/", "/documents/drafts/", "/documents/shared/")


@dataclass(frozen=True, slots=True)
class Figure:
    """One page as one kind of member gets it."""

    who: str
    address: str
    p50: float
    p95: float
    cpu: float  # of the web process
    statements: int


def main() -> None:
    """Measure what the command line asks for; the last line says whether the goal is met."""
    asked = _arguments().parse_args()
    found: list[list[Figure]] = []
    for size in (_number(each) for each in asked.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="postiljon-lists-") as folder:
            found.append(_measure_one(asked, size, Path(folder)))
    if len(found) > 1:
        _compare(found[0], found[-1])
    worst = max(each.p95 for figures in found for each in figures)
    print(f"slowest p95 {worst:.0f} ms; goal {GOAL} ms: {'met' if worst <= GOAL else 'NOT met'}")
    sys.exit(worst > GOAL)


def _arguments() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sizes", default="1k,1M", help="how many documents: 1k,1M,10M")
    words.add_argument("--database", default="postgresql", choices=["postgresql", "sqlite"])
    words.add_argument("--url", default="", help="a database that is filled already")
    words.add_argument("--who", default=",".join(fill_people.NAMES), help="kinds of member")
    words.add_argument("--every", action="store_true", help="a line for every page")
    words.add_argument("--pages", default="", help="these pages only: /inbox/,/outbox/")
    return words


def _number(text_: str) -> int:
    units = {"k": 1_000, "M": 1_000_000}
    return int(text_[:-1]) * units[text_[-1]] if text_[-1] in units else int(text_)


def _measure_one(asked: argparse.Namespace, size: int, folder: Path) -> list[Figure]:
    if asked.url:
        return measure(application(asked.url, folder), asked)
    if asked.database == "sqlite":
        app = application(f"sqlite:///{folder / 'postiljon.db'}", folder)
        return _filled(app, size, asked)
    with postgres(folder) as url:
        return _filled(application(url, folder), size, asked)


def application(url: str, folder: Path) -> Flask:
    """The platform on this database."""
    return create_app(
        Settings.load(
            {"DATABASE_URL": url, "DATA_DIR": str(folder), "PUBLIC_URL": "http://localhost"}
        )
    )


def _filled(app: Flask, size: int, asked: argparse.Namespace) -> list[Figure]:
    began = time.monotonic()
    with app.app_context():
        fill.fill(size)
        db.session.remove()
    print(f"{size:,} documents were made in {time.monotonic() - began:.0f} s", flush=True)
    return measure(app, asked)


def measure(app: Flask, asked: argparse.Namespace) -> list[Figure]:
    """Every page for these kinds of member."""
    with app.app_context():
        everyone = [user for user in members() if user.username in asked.who.split(",")]
        only = set(filter(None, asked.pages.split(",")))
        pages = {
            user.id: [each for each in addresses(user) if not only or each in only]
            for user in everyone
        }
        db.session.remove()
    print(
        f"{app.config['SQLALCHEMY_DATABASE_URI'].partition(':')[0]}: p50 / p95 / CPU in ms, statements"
    )
    all_figures: list[Figure] = []
    for user in everyone:
        figures = [_figure(app, user, address) for address in pages[user.id]]
        _tell(user.username, figures, asked.every)
        all_figures += figures
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return all_figures


def _compare(few: list[Figure], many: list[Figure]) -> None:
    """How much longer the same page takes with many documents than with few."""
    before = {(each.who, each.address): each.p95 for each in few}
    ratios = [
        (each.p95 / before[each.who, each.address], each.who, each.address)
        for each in many
        if (each.who, each.address) in before
    ]
    most, who, address = max(ratios)
    typical = statistics.median(ratio for ratio, *_page in ratios)
    print(
        f"p95 with many against few documents: ×{typical:.2f}; at most ×{most:.2f} ({who} {address})"
    )


def members() -> list[Any]:
    """The people that fill made."""
    with tenancy.every_environment("measuring: who looks"):
        looking = select(User).where(User.username.in_(fill_people.NAMES)).order_by(User.id)
        return list(db.session.scalars(looking))


def addresses(user: Any) -> Iterator[str]:
    """The lists, narrowed in every way, and deep inside; and a page of one document."""
    yield from PLAIN
    yield from (f"/outbox/?state={stage}" for stage in STAGES)
    yield from narrowed()
    with tenancy.every_environment("measuring: what there is to see"):
        mine = select(Membership.organization_id).where(Membership.user_id == user.id)
        ids = sorted(db.session.scalars(mine))
        middle = _in_the_middle(ids)
        if middle is not None:
            yield f"/documents/show/{middle.public_id}"
            yield from (f"{box}?before={middle.public_id}" for box in PLAIN[1:4])
            yield f"/outbox/?after={middle.public_id}"
            yield from _deeper(middle.public_id)
        if ids:
            one = db.session.scalars(
                select(Organization.public_id).where(Organization.id == ids[-1])
            ).one()
            yield from (f"{box}?organization={one}" for box in PLAIN[1:4])


def narrowed() -> Iterator[str]:
    """What is there and what isn't, along each index and across several of them."""
    today = datetime.now(UTC)
    year, month = f"{today:%Y}", f"{today - timedelta(days=300):%Y-%m}"
    yield from (f"/inbox/?state={reply}" for reply in REPLIES)
    of_inbox = ("unread=1", "unread=1&party=leverancier 7", "state=rejected&issued=" + year)
    yield from (f"/inbox/?{each}" for each in of_inbox)
    anywhere = ("kind=credit_note", "kind=invoice", "number=F300", "number=nothing", "party=zz")
    anywhere += ("party=leverancier 7", "party=klant", "party=k&kind=credit_note", "arrived=2099")
    anywhere += (f"arrived={month}", f"arrived={year}&party=zz", f"arrived={year}&kind=credit_note")
    anywhere += (f"issued={month}", f"issued={year}&kind=credit_note", f"issued={year}&number=F7")
    for box in PLAIN[1:]:
        yield from (f"{box}?{each}" for each in anywhere)
    yield f"/outbox/?state=delivered&issued={year}&party=klant 7"
    yield f"/outbox/?state=attention&arrived={month}"


def _deeper(place: str) -> Iterator[str]:
    """From a row on, in each order."""
    for order in (
        "party=k",
        "party=l",
        "issued=2001-01-01..",
        "arrived=2001-01-01..",
        "kind=credit_note",
    ):
        yield f"/inbox/?{order}&before={place}"
        yield f"/outbox/?{order}&after={place}"


def _in_the_middle(organizations: list[int]) -> Any:
    """A document that is neither new nor old, of the first organization that has one."""
    newest = db.session.scalar(select(func.max(Document.id))) or 0
    found = (
        select(Document)
        .where(Document.organization_id.in_(organizations[:1]), Document.id > newest // 2)
        .order_by(Document.organization_id, Document.id)
        .limit(1)
    )
    return db.session.scalars(found).first()


def _figure(app: Flask, user: Any, address: str) -> Figure:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = f"{user.id}:{user.epoch}", True
    for _again in range(WARM):
        _ask(client, address)
    with counting() as counted:
        _ask(client, address)
    before = time.process_time()
    times = sorted(_ask(client, address) for _again in range(COUNTED))
    cpu = (time.process_time() - before) * 1000 / COUNTED
    return Figure(
        user.username, _short(address), statistics.median(times), times[-2], cpu, counted()
    )


def _ask(client: Any, address: str) -> float:
    began = time.perf_counter()
    answer = Context().run(client.get, address)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return took


def _short(address: str) -> str:
    """Without the ids that differ at each run."""
    path, _, rest = address.partition("?")
    kept = "/documents/show/…" if path.startswith("/documents/show/") else path
    said = [re.sub(r"=[0-9a-f]{8}-[-0-9a-f]*", "=…", each) for each in rest.split("&")]
    return kept + (f"?{'&'.join(said)}" if rest else "")


@contextmanager
def counting() -> Iterator[Callable[[], int]]:
    """How many statements are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield lambda: len(sent)
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _tell(who: str, figures: list[Figure], every: bool) -> None:
    slowest_first = sorted(figures, key=lambda each: -each.p95)
    for each in slowest_first if every else slowest_first[:1]:
        times = f"{each.p50:6.1f} / {each.p95:6.1f} / {each.cpu:5.1f}"
        print(f"  {who:<9} {each.address:<34} {times}  {each.statements}")
    typical = statistics.median(each.p50 for each in figures)
    print(f"  {who:<9} all {len(figures)} pages: median {typical:.1f}", flush=True)


if __name__ == "__main__":
    main()
