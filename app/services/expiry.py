"""Rows that have done their work and would grow for ever: ended links, mails that are out, old alerts.

Documents and their history are none of these: they go by retention only.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from app import tenancy
from app.extensions import db
from app.models import Notification, OneTimeLink, OutgoingMail, PrivateLink
from app.models.types import now
from app.queue import stopping
from app.transactions import transaction

log = logging.getLogger(__name__)

AT_ONCE = 500
MOST_BATCHES = 40  # the next sweep goes on


@dataclass(frozen=True, slots=True)
class Expiry:
    """Rows of one table, which came in the order of this moment, and how long after it they go."""

    model: Any
    moment: Any
    after: timedelta
    over: tuple[Any, ...] = ()  # besides being old enough


EXPIRIES = (
    # For half a year the page still says that the link has ended, then that it isn't right.
    Expiry(PrivateLink, PrivateLink.expires_at, timedelta(days=180)),
    Expiry(OneTimeLink, OneTimeLink.created_at, timedelta(days=90)),
    Expiry(
        OutgoingMail,
        OutgoingMail.created_at,
        timedelta(days=90),
        (OutgoingMail.state.in_(("sent", "failed")),),
    ),
    Expiry(Notification, Notification.created_at, timedelta(days=365)),
)


def sweep() -> int:
    """Remove what is over; the answer is how many rows went."""
    return sum(_sweep(expiry) for expiry in EXPIRIES)


def _sweep(expiry: Expiry) -> int:
    removed, after = 0, 0
    for _ in range(MOST_BATCHES):
        ids, more = _next(expiry, after)
        if ids:
            removed += _remove(expiry, ids)
        if not more or stopping():
            break
        after = more
    if removed:
        log.info("%s rows of %s were over", removed, expiry.model.__tablename__)
    return removed


def _next(expiry: Expiry, after: int) -> tuple[Sequence[int], int]:
    """What is over among the next rows, and where to go on: nowhere once one is young.

    The oldest come first, so that no more is read than what is old.
    """
    before = now() - expiry.after
    over = select(expiry.model.id).where(*expiry.over) if expiry.over else None
    with transaction(), tenancy.every_environment("rows that are over"):
        rows = db.session.execute(
            select(expiry.model.id, expiry.moment)
            .where(expiry.model.id > after)
            .order_by(expiry.model.id)
            .limit(AT_ONCE)
        ).all()
        ids = [row[0] for row in rows if row[1] < before]
        if ids and over is not None:
            ids = list(db.session.scalars(over.where(expiry.model.id.in_(ids))))
    full = len(rows) == AT_ONCE and rows[-1][1] < before
    return ids, rows[-1][0] if full else 0


def _remove(expiry: Expiry, ids: Sequence[int]) -> int:
    with transaction(), tenancy.every_environment("rows that are over"):
        db.session.execute(
            delete(expiry.model)
            .where(expiry.model.id.in_(ids))
            .execution_options(synchronize_session=False)
        )
    return len(ids)
