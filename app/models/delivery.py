"""Deliveries: one series of attempts to bring one document to one recipient, and its states."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.errors import Conflict
from app.invoice.wording import N_
from app.models import rules
from app.models.document import Document, binding, document_owned
from app.models.types import BIG, Id, MaybeMoment, Moment, PublicId
from app.tenancy import Owner, owned

GONE_ON = N_(
    "The delivery has gone on meanwhile, so this cannot be done any more. Look where it stands now."
)


class DeliveryState(StrEnum):
    """Where a delivery stands; *sent* is never shown as *delivered*."""

    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    SENT = "sent"
    RETRYING = "retrying"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class Route(StrEnum):
    """How it travels. The platform is not a channel: it hands over in one transaction."""

    PLATFORM = "platform"
    EMAIL = "email"


S = DeliveryState
STEPS: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    S.QUEUED: frozenset({S.SENDING, S.CANCELLED}),
    S.SENDING: frozenset({S.DELIVERED, S.SENT, S.RETRYING, S.FAILED, S.UNKNOWN}),
    S.RETRYING: frozenset({S.SENDING, S.CANCELLED}),
    S.SENT: frozenset({S.DELIVERED, S.FAILED}),
    S.UNKNOWN: frozenset({S.SENT, S.DELIVERED, S.RETRYING, S.FAILED}),
    S.DELIVERED: frozenset(),
    S.FAILED: frozenset(),
    S.CANCELLED: frozenset(),
}


def before(state: DeliveryState) -> list[str]:
    """The states from which one may come into this one; a conditional update claims with it."""
    return [origin.value for origin, targets in STEPS.items() if state in targets]


class Delivery(Model):
    """One document, one recipient, one route; the rows are the truth and the queue is a nudge."""

    __tablename__ = "delivery"
    __table_args__ = (
        binding(),
        UniqueConstraint("organization_id", "id"),
        # Never two at once for the same document: a double click finds the first.
        Index(
            "delivery_open_once",
            "document_id",
            unique=True,
            sqlite_where=text("state IN ('queued', 'sending', 'retrying', 'unknown')"),
            postgresql_where=text("state IN ('queued', 'sending', 'retrying', 'unknown')"),
        ),
        # Each organization in its turn: see services/claiming.py.
        Index(
            "delivery_due",
            "route",
            "organization_id",
            "next_at",
            sqlite_where=text("state IN ('queued', 'retrying')"),
            postgresql_where=text("state IN ('queued', 'retrying')"),
        ),
        Index(
            "delivery_leased",
            "lease_until",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index("delivery_of", "document_id", "id"),
        # What support looks at: failures of the last days.
        rules.partial_index("delivery_failed", "ended_at", where="state = 'failed'"),
        # The outbox narrowed by state must not read through all that went well, nor through what
        # failed once and was sent again.
        Index(
            "delivery_by_state",
            "organization_id",
            "state",
            "document_id",
            sqlite_where=text("latest = 1"),
            postgresql_where=text("latest"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    organization_id: Mapped[int] = mapped_column(BIG)
    document_id: Mapped[int] = mapped_column(BIG)
    version: Mapped[int] = mapped_column(Integer, default=1)
    route: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(400))  # scheme:value, or a mail address
    target_organization_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("organization.id"))
    message_key: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(20), default=DeliveryState.QUEUED)
    next_at: Mapped[MaybeMoment]
    lease_token: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[MaybeMoment]
    handing_over_at: Mapped[MaybeMoment]  # of the attempt that is under way
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    code: Mapped[str] = mapped_column(String(40), default="")  # why, stable
    note: Mapped[str] = mapped_column(String(500), default="")  # why, for people
    created_at: Mapped[Moment]
    ended_at: Mapped[MaybeMoment]
    latest: Mapped[bool] = mapped_column(
        Boolean, default=True
    )  # of its document: the one that counts
    document: Mapped[Document] = relationship(viewonly=True)

    def move_to(self, state: DeliveryState) -> None:
        """Take an allowed step; the only way in which a loaded delivery changes its state."""
        if state not in STEPS[DeliveryState(self.state)]:
            raise Conflict(GONE_ON)
        self.state = state


document_owned(Delivery)

# Written out, not bound: SQLite recognises the condition of an index only word for word.
IS_WAITING = Delivery.state.in_([literal_column("'queued'"), literal_column("'retrying'")])


class Attempt(Model):
    """One try: when it began, whether handing over had begun, and how it ended."""

    __tablename__ = "attempt"
    __table_args__ = (
        binding("delivery"),
        UniqueConstraint("delivery_id", "number"),
        Index("attempt_of", "document_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(BIG)
    document_id: Mapped[int] = mapped_column(BIG)
    delivery_id: Mapped[int] = mapped_column(BIG)
    number: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[Moment]
    handing_over_at: Mapped[MaybeMoment]
    ended_at: Mapped[MaybeMoment]
    result: Mapped[str] = mapped_column(String(20), default="")
    code: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


document_owned(Attempt)


class Exchange(Model):
    """A hand-over inside the platform: the message key is unique, so it happens once."""

    __tablename__ = "exchange"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[Id]
    message_key: Mapped[str] = mapped_column(String(64), unique=True)
    from_organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("organization.id"))
    to_organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("organization.id"))
    created_at: Mapped[Moment]


owned(Owner.PLATFORM, visible=rules.never, writable=rules.nobody)(Exchange)
