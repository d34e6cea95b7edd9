"""What a list of documents may be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.models import BusinessStatus, DeliveryState


class Box(StrEnum):
    """Which list: what arrived, what left, everything with the drafts, or what others share."""

    INBOX = "inbox"
    OUTBOX = "outbox"
    DOCUMENTS = "documents"
    DRAFTS = "drafts"
    SHARED = "shared"


class Stage(StrEnum):
    """What the outbox may be narrowed to: states that ask the same of the reader."""

    ATTENTION = "attention"
    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    NOT_SENT = "not-sent"


class Reply(StrEnum):
    """What the inbox may be narrowed to: what we said of a document, if anything."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    PAID = "paid"


class Kind(StrEnum):
    """Invoices or credit notes."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class DayOf(StrEnum):
    """Which day a period is about: that of arrival or making here, or the date on the document."""

    ARRIVED = "arrived"
    ISSUED = "issued"


S = DeliveryState
STATES: Mapping[Stage, tuple[DeliveryState, ...]] = {
    Stage.ATTENTION: (S.FAILED, S.UNKNOWN),
    Stage.WAITING: (S.QUEUED, S.SENDING, S.RETRYING),
    Stage.SENT: (S.SENT,),
    Stage.DELIVERED: (S.DELIVERED,),
    Stage.CANCELLED: (S.CANCELLED,),
}
B = BusinessStatus
STATUSES: Mapping[Reply, tuple[BusinessStatus, ...]] = {
    Reply.OPEN: (B.STORED, B.RECEIVED, B.OPENED, B.DOWNLOADED, B.FOR_APPROVAL),
    Reply.APPROVED: (B.APPROVED, B.APPROVED_FOR_PAYMENT),
    Reply.REJECTED: (B.REJECTED,),
    Reply.PAID: (B.PAID,),
}


@dataclass(frozen=True, slots=True)
class Period:
    """From a day up to and including another, as they are in one time zone."""

    of: DayOf
    first: date
    last: date
    zone: str = "UTC"

    @property
    def since(self) -> datetime:
        """When the first day begins."""
        return self._begin(self.first)

    @property
    def until(self) -> datetime:
        """When the last day is over."""
        return self._begin(self.last + timedelta(days=1))

    def _begin(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: a list, perhaps of one organization, narrowed, and from where on."""

    box: Box
    organization: str = ""  # public ids; what isn't the reader's shows nothing
    stage: Stage | None = None
    reply: Reply | None = None
    unread: bool = False
    kind: Kind | None = None
    number: str = ""
    party: str = ""  # how the name of the other party begins
    period: Period | None = None
    before: str = ""
    after: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything but the list and its organization was chosen."""
        chosen = (self.stage, self.reply, self.kind, self.number, self.party, self.period)
        return self.unread or any(chosen)
