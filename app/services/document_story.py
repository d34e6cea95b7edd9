"""Everything that one page tells of a document: its deliveries, tries, findings and history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.invoice.model import Kind
from app.models import Attempt, Delivery, Direction, Document, Finding, HistoryEntry, Readiness
from app.services import documents

MOST_HISTORY = 200


@dataclass(frozen=True, slots=True)
class Story:
    """A document with what happened to it, the newest first."""

    document: Document
    deliveries: Sequence[Delivery]
    attempts: Sequence[Attempt]
    findings: Sequence[Finding]
    history: Sequence[HistoryEntry]

    @property
    def delivery(self) -> Delivery | None:
        """The newest delivery."""
        return self.deliveries[0] if self.deliveries else None

    @property
    def mine(self) -> bool:
        """Whether the reader is a member of its organization, so may act."""
        return self.document.organization_id in tenancy.current().organization_ids

    @property
    def unread(self) -> bool:
        """Whether it arrived for the reader, and nobody opened it yet."""
        return (
            self.mine
            and self.document.direction == Direction.IN
            and self.document.opened_at is None
        )

    @property
    def sendable(self) -> bool:
        """Whether the reader may send it now for the first time."""
        return (
            self.mine
            and self.document.direction == Direction.OUT
            and self.document.readiness in (Readiness.READY, Readiness.DRAFT)
            and not self.deliveries
        )

    @property
    def copyable(self) -> bool:
        """Whether the reader may begin a new draft out of it."""
        sent = self.document.direction == Direction.OUT
        return self.mine and sent and self.document.readiness != Readiness.CHECKING

    @property
    def creditable(self) -> bool:
        """Whether the reader may make a credit note for it."""
        ready = self.document.readiness == Readiness.READY
        return self.copyable and ready and self.document.kind == Kind.INVOICE

    def tries(self, delivery: Delivery) -> list[Attempt]:
        """The tries of one delivery."""
        return [each for each in self.attempts if each.delivery_id == delivery.id]


def of(public_id: str) -> Story:
    """The story of one document that the reader may see."""
    document = documents.get(public_id)
    if document.readiness == Readiness.DRAFT:  # it was never sent, and is checked as it is shown
        return Story(document, (), (), (), _all(HistoryEntry, document, HistoryEntry.document_id))
    deliveries = _all(Delivery, document, Delivery.document_id)
    return Story(
        document,
        deliveries,
        _all(Attempt, document, Attempt.document_id) if deliveries else (),
        findings_of(document),
        _all(HistoryEntry, document, HistoryEntry.document_id),
    )


def glance(public_id: str) -> Story:
    """The document and the delivery that counts: what stands beside a list."""
    document = documents.get(public_id)
    latest = select(Delivery).where(Delivery.document_id == document.id, Delivery.latest)
    return Story(document, db.session.scalars(latest).all(), (), (), ())


def findings_of(document: Document) -> Sequence[Finding]:
    """What was found in the present version."""
    found: Sequence[Finding] = db.session.scalars(
        select(Finding)
        .where(Finding.document_id == document.id, Finding.version == document.version)
        .order_by(Finding.id)
    ).all()
    return found


def _all(model: Any, document: Document, column: Any) -> Sequence[Any]:
    found: Sequence[Any] = db.session.scalars(
        select(model).where(column == document.id).order_by(model.id.desc()).limit(MOST_HISTORY)
    ).all()
    return found
