"""Counting documents behind their back, in small steps, so that no page and no upload pays for it.

A step counts one stretch of ids and replaces what that stretch gave before, in one transaction: killed
anywhere, it is simply done again. The newest stretch is counted each time, new ones until all are done, and
then the others in turn: what changed late is found within a round.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from app import tenancy
from app.extensions import db
from app.models import Delivery, Document, PlatformTally, Setting, Source, Tally, TallySlice
from app.models.types import now
from app.queue import stopping
from app.services import tally_queries
from app.services.tally_queries import Counted
from app.transactions import transaction

log = logging.getLogger(__name__)

IDS = 50_000  # in one stretch: less than a second
LONGEST = 20.0  # seconds of one run; the next goes on
ROUND = 2.0  # seconds of a run for stretches that were counted before
WHERE = "tallied"  # the setting that says how far we are
REASON = "counting documents for the first page"
MODELS: dict[Source, Any] = {Source.DOCUMENTS: Document, Source.DELIVERIES: Delivery}

Stretch = tuple[Source, int]


@dataclass(frozen=True, slots=True)
class Share:
    """What one stretch gives: by organization, month and measure; by day, measure and key."""

    organizations: Counter[tuple[int, date, str]]
    platform: Counter[tuple[date, str, str]]


def count_on(seconds: float = LONGEST, for_a_round: float = ROUND) -> int:
    """Count what is new and some of what is old; the answer is how many stretches were counted."""
    began, started = now(), time.monotonic()
    new, old = _waiting()
    done = _count_all(new, started + seconds)
    left = len(new) - done
    if not left:
        done += _count_all(old, time.monotonic() + for_a_round)
    _remember(began, left)
    return done


def count(source: Source, number: int) -> None:
    """Count one stretch of ids, and put it in the place of what it gave before."""
    began = now()
    share = _share(source, number)
    try:
        with transaction(), tenancy.every_environment(REASON):
            part = _taken(source, number)
            if part.counted_at is None or part.counted_at < began:
                _replace(part.id, share)
                part.counted_at = began
    except IntegrityError:
        log.info("%s %s is being counted by someone else", source, number)


def _count_all(stretches: Sequence[Stretch], until: float) -> int:
    for done, stretch in enumerate(stretches):
        if time.monotonic() > until or stopping():
            return done
        count(*stretch)
    return len(stretches)


def _waiting() -> tuple[list[Stretch], list[Stretch]]:
    """Stretches that are new or still grow, newest first; and the others, longest ago first."""
    new: list[Stretch] = []
    with tenancy.every_environment(REASON):
        known = db.session.execute(
            select(TallySlice.source, TallySlice.number).order_by(TallySlice.counted_at)
        ).all()
        for source, model in MODELS.items():
            newest = (db.session.scalar(select(func.max(model.id))) or 0) // IDS
            seen = {row.number for row in known if row.source == source}
            new += [
                (source, number)
                for number in range(newest, -1, -1)
                if number == newest or number not in seen
            ]
    old = [(Source(row.source), row.number) for row in known]
    return new, [stretch for stretch in old if stretch not in new]


def _share(source: Source, number: int) -> Share:
    """What stands in this stretch now; the groups are of an hour, because a day begins elsewhere at another."""
    share = Share(Counter(), Counter())
    with tenancy.every_environment(REASON):
        for group in _groups(source, number):
            day = tally_queries.local_day(group.hour)
            if group.of_organization:
                month = day.replace(day=1)
                share.organizations[group.organization_id, month, group.measure] += group.count
            if group.of_platform:
                share.platform[day, group.measure, group.key] += group.count
        db.session.commit()  # ends the read: on SQLite an old one would keep the log of writes growing
    return share


def _groups(source: Source, number: int) -> Iterator[Counted]:
    first, last = number * IDS, (number + 1) * IDS
    return tally_queries.groups(source, first, last)


def _taken(source: Source, number: int) -> Any:
    """The row of this stretch, locked or new."""
    found = db.session.scalars(
        select(TallySlice)
        .where(TallySlice.source == source, TallySlice.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        found = TallySlice(
            source=source, number=number, counted_at=datetime.min.replace(tzinfo=now().tzinfo)
        )
        db.session.add(found)
        db.session.flush()
    return found


def _replace(slice_id: int, share: Share) -> None:
    """Write only where something changed: most stretches are what they were."""
    if _kept(slice_id) == share:
        return
    for model in (Tally, PlatformTally):
        db.session.execute(
            delete(model)
            .where(model.slice_id == slice_id)
            .execution_options(synchronize_session=False)
        )
    rows = [
        {"organization_id": whose, "month": month, "measure": measure, "count": number}
        for (whose, month, measure), number in share.organizations.items()
    ]
    days = [
        {"day": day, "measure": measure, "key": key, "count": number}
        for (day, measure, key), number in share.platform.items()
    ]
    for model, new in ((Tally, rows), (PlatformTally, days)):
        if new:
            db.session.execute(insert(model), [{**row, "slice_id": slice_id} for row in new])


def _kept(slice_id: int) -> Share:
    share = Share(Counter(), Counter())
    for row in db.session.scalars(select(Tally).where(Tally.slice_id == slice_id)):
        share.organizations[row.organization_id, row.month, row.measure] += row.count
    for day in db.session.scalars(select(PlatformTally).where(PlatformTally.slice_id == slice_id)):
        share.platform[day.day, day.measure, day.key] += day.count
    return share


def _remember(began: datetime, left: int) -> None:
    """As of when the figures are; while there is much to count for the first time, how much is left."""
    with transaction(), tenancy.every_environment(REASON):
        row = db.session.scalars(
            select(Setting).where(Setting.name == WHERE).with_for_update()
        ).one_or_none()
        if row is None:
            row = Setting(name=WHERE, value={})
            db.session.add(row)
        at = row.value.get("at") if left else began.isoformat()
        row.value = {"at": at, "left": left}
