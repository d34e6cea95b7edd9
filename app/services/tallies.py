"""Figures of many documents for the first page, as of the moment at which they were counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app import tenancy
from app.extensions import db
from app.models import Measure, PlatformTally, Setting, Tally
from app.models.types import now
from app.services import rights
from app.services.tally_queries import LONGER, TIMES, ZONE
from app.services.tallying import WHERE

MONTHS = 12
DAYS = 30
MOST_REASONS = 10
RECENT = timedelta(days=7)
# For a question that is asked anyway: how far counting is.
FACTS = select(Setting.value).where(Setting.name == WHERE).scalar_subquery()


@dataclass(frozen=True, slots=True)
class AsOf:
    """When everything had been counted last, and whether counting it for the first time goes on."""

    at: datetime | None
    going_on: bool


@dataclass(frozen=True, slots=True)
class Month:
    """What left and what came in, in the month that begins on this day."""

    first: date
    sent: int
    received: int


@dataclass(frozen=True, slots=True)
class Year:
    """The last twelve months, the present one included."""

    months: tuple[Month, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing was counted at all."""
        return not any(month.sent or month.received for month in self.months)

    @property
    def sent(self) -> bool:
        """Whether anything left."""
        return any(month.sent for month in self.months)


@dataclass(frozen=True, slots=True)
class Day:
    """What left and what failed of everybody on one day."""

    day: date
    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class Platform:
    """The last thirty days of everybody together: numbers only."""

    days: tuple[Day, ...]
    reasons: tuple[tuple[str, int], ...]  # most frequent first
    times: tuple[tuple[str, int], ...]  # quickest first


def year() -> Year:
    """Sent and received by month, of the organizations of the reader."""
    first = _months()[0]
    found = db.session.execute(
        select(Tally.month, Tally.measure, func.sum(Tally.count).label("number"))
        .where(Tally.organization_id.in_(tenancy.current().organization_ids), Tally.month >= first)
        .group_by(Tally.month, Tally.measure)
    )
    counted = {(row.month, row.measure): int(row.number) for row in found}
    months = tuple(
        Month(
            month,
            counted.get((month, Measure.SENT), 0),
            counted.get((month, Measure.RECEIVED), 0),
        )
        for month in _months()
    )
    return Year(months)


def platform() -> Platform:
    """What staff look at: how much, what fails and how long it takes, without saying whose it was."""
    rights.need_staff()
    today = now().astimezone(ZONE).date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    number = func.sum(PlatformTally.count).label("number")
    with tenancy.every_environment("figures of the platform for staff"):
        found = db.session.execute(
            select(PlatformTally.day, PlatformTally.measure, PlatformTally.key, number)
            .where(PlatformTally.day >= days[0])
            .group_by(PlatformTally.day, PlatformTally.measure, PlatformTally.key)
        ).all()
    by_day: Counter[tuple[date, str]] = Counter()
    by_key: dict[str, Counter[str]] = {Measure.FAILED: Counter(), Measure.TIME: Counter()}
    for row in found:
        by_day[row.day, row.measure] += int(row.number)
        by_key.setdefault(row.measure, Counter())[row.key] += int(row.number)
    return Platform(
        tuple(Day(day, by_day[day, Measure.SENT], by_day[day, Measure.FAILED]) for day in days),
        tuple(by_key[Measure.FAILED].most_common(MOST_REASONS)),
        tuple((key, by_key[Measure.TIME][key]) for key in (*(key for key, _ in TIMES), LONGER)),
    )


def received_this_month(whose: ColumnElement[bool]) -> Any:
    """How many documents came in since the first of the month, as a part of a statement.

    For what they cost, behind the gate: who pays for organizations may not see what those received.
    """
    found = select(func.coalesce(func.sum(Tally.count), 0)).where(
        whose, Tally.month == _months()[-1], Tally.measure == Measure.RECEIVED
    )
    return found.scalar_subquery()


def as_of(kept: Any) -> AsOf:
    """How far counting is, from what was kept; the same for everybody."""
    at = (kept or {}).get("at")
    return AsOf(datetime.fromisoformat(at) if at else None, bool((kept or {}).get("left", 1)))


def _months() -> list[date]:
    month = now().astimezone(ZONE).date().replace(day=1)
    found = [month]
    for _ in range(MONTHS - 1):
        month = (month - timedelta(days=1)).replace(day=1)
        found.append(month)
    return found[::-1]
