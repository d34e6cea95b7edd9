"""What stands in the database and the queue this moment: asked seldom, and never by counting everything."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, literal_column, select
from sqlalchemy.exc import SQLAlchemyError

from app import queue, tenancy
from app.extensions import db
from app.models import Delivery, DeliveryState, Document, OutgoingMail
from app.models.types import now
from app.observability import alive
from app.services import silence
from app.transactions import transaction

FRESH = 5.0  # seconds for which an answer is good enough
MOST = 100_000  # rows that are looked at; more is “at least so many”
OPEN = (
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.RETRYING,
    DeliveryState.UNKNOWN,
)
SCHEDULER = "postiljon:scheduler"  # the lease, see running/scheduler.py


@dataclass(frozen=True, slots=True)
class Database:
    """What waits there, and for how long."""

    deliveries: Mapping[str, int]
    oldest_due_seconds: float
    documents_to_read: int
    mails: int
    oldest_mail_seconds: float
    held: bool


@dataclass(frozen=True, slots=True)
class Nudges:
    """What the queue's server knows."""

    waiting: int
    present: Mapping[tuple[str, str], int] = field(default_factory=dict)  # by role and host
    scheduler: str = ""  # the host that holds the lease


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything together; what cannot be reached is absent."""

    database: Database | None
    nudges: Nudges | None
    disk_free: int
    disk_size: int


_lock = threading.Lock()


def look() -> Facts:
    """The facts, at most a few seconds old; many who ask at once cause one look."""
    kept: dict[str, tuple[float, Facts]] = current_app.extensions.setdefault("facts", {})
    with _lock:
        until, facts = kept.get("now", (0.0, None))
        if facts is None or until < time.monotonic():
            facts = _look()
            kept["now"] = (time.monotonic() + FRESH, facts)
    return facts


def _look() -> Facts:
    room = disk(current_app.config["SETTINGS"].data_dir)
    return Facts(_database(), nudges(), room.free, room.total)


def disk(folder: Path) -> Any:
    """The room on the disk of a folder, which may not be made yet."""
    return shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists()))


def _database() -> Database | None:
    try:
        with transaction(), tenancy.every_environment("figures for the operator"):
            return _waiting()
    except SQLAlchemyError:
        return None


def _waiting() -> Database:
    # Word for word the condition of the index delivery_open_once; bound values would not match it.
    some = (
        select(Delivery.state, Delivery.next_at)
        .where(Delivery.state.in_([literal_column(f"'{state.value}'") for state in OPEN]))
        .limit(MOST)
        .subquery()
    )
    rows = db.session.execute(
        select(some.c.state, func.count(), func.min(some.c.next_at)).group_by(some.c.state)
    ).all()
    due = [oldest for state, _count, oldest in rows if state in ("queued", "retrying") and oldest]
    mails, oldest_mail = _mails()
    return Database(
        deliveries={state.value: 0 for state in OPEN} | {row[0]: row[1] for row in rows},
        oldest_due_seconds=_age(min(due, default=None)),
        documents_to_read=_to_read(),
        mails=mails,
        oldest_mail_seconds=_age(oldest_mail),
        held=silence.held(),
    )


def _mails() -> tuple[int, datetime | None]:
    waiting = (
        select(OutgoingMail.next_at)
        .where(OutgoingMail.state.in_([literal_column("'queued'"), literal_column("'sending'")]))
        .limit(MOST)
        .subquery()
    )
    count, oldest = db.session.execute(
        select(func.count(), func.min(waiting.c.next_at)).select_from(waiting)
    ).one()
    return count, oldest


def _to_read() -> int:
    waiting = (
        select(Document.id)
        .where(Document.readiness == literal_column("'checking'"))
        .limit(MOST)
        .subquery()
    )
    return int(db.session.execute(select(func.count()).select_from(waiting)).scalar_one())


def _age(moment: datetime | None) -> float:
    return max((now() - moment).total_seconds(), 0.0) if moment else 0.0


def nudges() -> Nudges | None:
    """The queue, or nothing when it is away or there is none."""
    connection: Redis | None = current_app.extensions.get("queue")
    if connection is None:
        return None
    try:
        holder = connection.get(SCHEDULER)
        return Nudges(
            waiting=queue.length(connection),
            present=alive.present(connection),
            scheduler=_host_in(holder),
        )
    except (RedisError, OSError):
        return None


def _host_in(lease: bytes | str | None) -> str:
    text = lease.decode() if isinstance(lease, bytes) else lease or ""
    return text.partition(":")[0]
