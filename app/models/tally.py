"""Tallies: how many documents there were, counted behind them so that no page has to.

Documents and deliveries are counted by stretches of their ids. What a stretch gave is replaced as a whole
when it is counted again, so that nothing is ever counted twice and late changes are caught.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_appbuilder import Model
from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models import rules
from app.models.types import BIG, Id, Moment
from app.tenancy import Owner, owned


class Source(StrEnum):
    """Whose ids a stretch counts."""

    DOCUMENTS = "documents"
    DELIVERIES = "deliveries"


class Measure(StrEnum):
    """What is counted."""

    RECEIVED = "received"  # documents that came in
    SENT = "sent"  # documents that left: handed over or proven to have arrived
    FAILED = "failed"  # deliveries that were given up, by reason
    TIME = "time"  # deliveries that went well, by how long they took


class TallySlice(Model):
    """A stretch of ids, and when it was counted last."""

    __tablename__ = "tally_slice"
    __table_args__ = (UniqueConstraint("source", "number"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    source: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(Integer)
    counted_at: Mapped[Moment]


owned(Owner.PLATFORM, visible=rules.never, writable=rules.nobody)(TallySlice)


class Tally(Model):
    """What one stretch holds of one organization in one month."""

    __tablename__ = "tally"
    __table_args__ = (
        Index("tally_of", "organization_id", "month"),
        Index("tally_in_slice", "slice_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("organization.id"))
    slice_id: Mapped[int] = mapped_column(BIG, ForeignKey("tally_slice.id"))
    month: Mapped[date] = mapped_column(Date)  # its first day
    measure: Mapped[str] = mapped_column(String(20))
    count: Mapped[int] = mapped_column(Integer)


owned(
    Owner.ORGANIZATION,
    visible=rules.of_my_organizations(Tally),
    writable=rules.nobody,
)(Tally)


class PlatformTally(Model):
    """What one stretch holds of everybody together on one day: for those who run the platform."""

    __tablename__ = "platform_tally"
    __table_args__ = (
        Index("platform_tally_of", "day"),
        Index("platform_tally_in_slice", "slice_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    slice_id: Mapped[int] = mapped_column(BIG, ForeignKey("tally_slice.id"))
    day: Mapped[date] = mapped_column(Date)
    measure: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40), default="")  # the reason, or how long it took
    count: Mapped[int] = mapped_column(Integer)


owned(Owner.PLATFORM, visible=rules.never, writable=rules.nobody)(PlatformTally)
