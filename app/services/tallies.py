"""Figures of many documents for the first page, as of the moment at which they were counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

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
    as_of: AsOf

    @property
    def empty(self) -> bool:
        """Whether nothing was counted at all."""
        return not any(month.sent or month.received for month in self.months)


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
    as_of: AsOf


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
    return Year(months, as_of())


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
        as_of(),
    )


def received_this_month(organization_ids: Collection[int]) -> Mapping[int, int]:
    """How many documents each of these received since the first of the month; for what they cost.

    The caller has looked whether the reader may know: administrators pay for organizations of which they
    are no member, and may not see what those received.
    """
    with tenancy.every_environment("what receiving costs an environment"):
        found = db.session.execute(
            select(Tally.organization_id, func.sum(Tally.count).label("number"))
            .where(
                Tally.organization_id.in_(organization_ids),
                Tally.month == _months()[-1],
                Tally.measure == Measure.RECEIVED,
            )
            .group_by(Tally.organization_id)
        ).all()
    return {row.organization_id: int(row.number) for row in found}


def as_of() -> AsOf:
    """How far counting is; the same for everybody."""
    with tenancy.every_environment("as of when figures are"):
        kept = db.session.scalar(select(Setting.value).where(Setting.name == WHERE)) or {}
    at = kept.get("at")
    return AsOf(datetime.fromisoformat(at) if at else None, bool(kept.get("left", 1)))


def _months() -> list[date]:
    month = now().astimezone(ZONE).date().replace(day=1)
    found = [month]
    for _ in range(MONTHS - 1):
        month = (month - timedelta(days=1)).replace(day=1)
        found.append(month)
    return found[::-1]
