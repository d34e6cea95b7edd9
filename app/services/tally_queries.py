"""What is counted of documents and deliveries between two ids, in the SQL of either database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Float, String, case, extract, func, literal, select

from app.extensions import db
from app.models import Delivery, DeliveryState, Direction, Document, Measure, Source

# Months begin at midnight here, for everybody who looks at the same figures.
ZONE = ZoneInfo("Europe/Amsterdam")
# How long a delivery took, in seconds, up to and with; the last key is for what took longer.
TIMES: tuple[tuple[str, int], ...] = (
    ("10s", 10),
    ("1m", 60),
    ("10m", 600),
    ("1h", 3600),
    ("1d", 86400),
)
LONGER = "longer"
OUT = (DeliveryState.SENT, DeliveryState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Counted:
    """One group of a stretch, and for whose figures it is."""

    organization_id: int
    hour: str
    measure: Measure
    count: int
    key: str = ""
    of_organization: bool = True
    of_platform: bool = True


def groups(source: Source, first: int, last: int) -> Iterator[Counted]:
    """The groups of the ids from ``first`` until before ``last``."""
    if source is Source.DOCUMENTS:
        yield from _received(first, last)
    else:
        yield from _delivered(first, last)


def local_day(hour: str) -> date:
    """The day of an hour in UTC such as ``2026-11-21 23``."""
    return datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC).astimezone(ZONE).date()


def _received(first: int, last: int) -> Iterator[Counted]:
    hour = _hour(Document.created_at)
    found = db.session.execute(
        select(Document.organization_id, hour, func.count())
        .where(Document.id >= first, Document.id < last, Document.direction == Direction.IN)
        .group_by(Document.organization_id, hour)
    )
    for organization_id, when, number in found:
        yield Counted(organization_id, when, Measure.RECEIVED, number)


def _delivered(first: int, last: int) -> Iterator[Counted]:
    """By the hour in which the delivery began: a stretch is what it is, whenever it ends."""
    hour = _hour(Delivery.created_at)
    group = (
        Delivery.organization_id,
        hour,
        Delivery.state,
        Delivery.latest,
        Delivery.code,
        _time(),
    )
    found = db.session.execute(
        select(*group, func.count())
        .where(
            Delivery.id >= first,
            Delivery.id < last,
            Delivery.state.in_((*OUT, DeliveryState.FAILED)),
        )
        .group_by(*group)
    )
    for organization_id, when, state, latest, code, took, number in found:
        if state == DeliveryState.FAILED:
            yield Counted(
                organization_id, when, Measure.FAILED, number, code, of_organization=latest
            )
            continue
        if latest:  # a document that was sent again is still one document
            yield Counted(organization_id, when, Measure.SENT, number)
        yield Counted(organization_id, when, Measure.TIME, number, took, of_organization=False)


def _time() -> Any:
    """How long it took, as the key of a step; what isn't known is the longest."""
    if _on_postgresql():
        seconds: Any = extract("epoch", Delivery.ended_at - Delivery.created_at)
    else:
        ended, began = (
            func.julianday(moment, type_=Float)
            for moment in (Delivery.ended_at, Delivery.created_at)
        )
        seconds = (ended - began) * 86400
    return case(*((seconds <= most, literal(key)) for key, most in TIMES), else_=literal(LONGER))


def _hour(moment: Any) -> Any:
    if _on_postgresql():
        return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD HH24", type_=String)
    return func.substr(moment, 1, 13, type_=String)


def _on_postgresql() -> bool:
    return bool(db.engine.dialect.name == "postgresql")
