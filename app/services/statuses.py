"""What the receiver did with a document. It crosses to the sender in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app import tenancy
from app.errors import Conflict, Unreadable
from app.extensions import db
from app.invoice.wording import N_
from app.models import (
    BusinessStatus,
    Delivery,
    Direction,
    Document,
    DocumentContent,
    Exchange,
    Organization,
)
from app.models.types import now
from app.services import audit, documents, history, notifications, outcomes, rights, shares
from app.transactions import transaction

S = BusinessStatus
STEPS: Mapping[BusinessStatus, frozenset[BusinessStatus]] = {
    S.STORED: frozenset(S) - {S.STORED},
    S.RECEIVED: frozenset(S) - {S.STORED, S.RECEIVED},
    S.OPENED: frozenset(S) - {S.STORED, S.RECEIVED, S.OPENED},
    S.DOWNLOADED: frozenset(
        {S.FOR_APPROVAL, S.APPROVED, S.REJECTED, S.APPROVED_FOR_PAYMENT, S.PAID}
    ),
    S.FOR_APPROVAL: frozenset({S.APPROVED, S.REJECTED, S.APPROVED_FOR_PAYMENT}),
    S.APPROVED: frozenset({S.REJECTED, S.APPROVED_FOR_PAYMENT, S.PAID}),
    S.REJECTED: frozenset({S.FOR_APPROVAL, S.APPROVED}),  # people change their minds
    S.APPROVED_FOR_PAYMENT: frozenset({S.REJECTED, S.PAID}),
    S.PAID: frozenset(),
}

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class _Words:
    """One status as history says it, and as the sender reads it."""

    entry: str
    told: str


WORDS: Mapping[BusinessStatus, _Words] = {
    S.RECEIVED: _Words(N_("Received"), N_("%(receiver)s received %(number)s.")),
    S.OPENED: _Words(N_("Opened"), N_("%(receiver)s opened %(number)s.")),
    S.DOWNLOADED: _Words(N_("Downloaded"), N_("%(receiver)s downloaded %(number)s.")),
    S.FOR_APPROVAL: _Words(
        N_("Put up for approval"), N_("%(receiver)s put %(number)s up for approval.")
    ),
    S.APPROVED: _Words(N_("Approved"), N_("%(receiver)s approved %(number)s.")),
    S.REJECTED: _Words(N_("Rejected"), N_("%(receiver)s rejected %(number)s.")),
    S.APPROVED_FOR_PAYMENT: _Words(
        N_("Approved for payment"), N_("%(receiver)s approved %(number)s for payment.")
    ),
    S.PAID: _Words(N_("Paid"), N_("%(receiver)s paid %(number)s.")),
}


def allowed(document: Document) -> tuple[BusinessStatus, ...]:
    """Which statuses the receiver may choose now, in their order."""
    if document.direction != Direction.IN:
        return ()
    return tuple(sorted(STEPS[BusinessStatus(document.status)]))


def change(document_public_id: str, status: BusinessStatus, *, reason: str = "") -> None:
    """Say what was done with a received document; the sender sees it at once, a rejection with why."""
    why = reason.strip()
    if status == BusinessStatus.REJECTED and not why:
        raise Unreadable("Say why, so that the sender can mend it.", field="reason")
    if len(why) > LONGEST_REASON:
        raise Unreadable(
            "This is %(found)s characters; at most %(most)s fit.",
            field="reason",
            found=len(why),
            most=LONGEST_REASON,
        )
    with transaction():
        document = _locked(document_public_id)
        shares.need(document, shares.EDIT)
        if document.direction != Direction.IN:
            raise Conflict("Only the receiver of a document changes its status.")
        if document.status == status:
            return  # pressed twice
        if status not in STEPS[BusinessStatus(document.status)]:
            raise Conflict("This document cannot become that any more. Look at its status again.")
        _set(document, status, why)
        audit.record("document.status", f"document {document.public_id}", status=int(status))


def opened(document_public_id: str) -> None:
    """A member opens a received document; only the first time counts."""
    with transaction():
        document = documents.get(document_public_id)
        mine = document.organization_id in tenancy.current().organization_ids
        if not mine or document.direction != Direction.IN or document.opened_at is not None:
            return
        document = _locked(document_public_id)
        document.opened_at = document.opened_at or now()
        if document.status < BusinessStatus.OPENED:
            _set(document, BusinessStatus.OPENED)


def unopened(document_public_id: str) -> None:
    """Put a received document back among what nobody opened; what the sender was told stays true."""
    with transaction():
        document = _locked(document_public_id)
        rights.need_member(document.organization_id)
        if document.direction != Direction.IN:
            raise Conflict("Only what arrived for you is read or unread.")
        document.opened_at = None


def _set(document: Document, status: BusinessStatus, why: str = "") -> None:
    db.session.flush()
    with tenancy.hand_over("a status to the sender"):
        # Someone with whom it was shared may write it too: that was checked.
        document.status = status
        document.changed_at = now()
        _explain(document, why)
        history.note(document, WORDS[status].entry)
        sent = _counterpart(document)
        if sent is not None:
            _explain(sent, why)
            _tell_sender(sent, document, status)


def _explain(document: Document, why: str) -> None:
    """Keep the reason with what the document says: support staff don't read it."""
    content = db.session.scalars(
        select(DocumentContent).where(DocumentContent.document_id == document.id)
    ).one_or_none()
    if content is not None:
        content.status_reason = why


def _counterpart(document: Document) -> Document | None:
    """The sender's document at the other end of the exchange."""
    found: Document | None = db.session.scalars(
        select(Document)
        .join(Delivery, Delivery.document_id == Document.id)
        .join(Exchange, Exchange.message_key == Delivery.message_key)
        .where(
            Exchange.id == document.exchange_id,
            Document.organization_id == Exchange.from_organization_id,
        )
        .with_for_update(of=Document)
    ).first()
    return found


def _tell_sender(sent: Document, arrived: Document, status: BusinessStatus) -> None:
    sent.status = status
    sent.changed_at = now()
    history.note(sent, WORDS[status].entry)
    notifications.tell(
        outcomes.members_of(sent.organization_id),
        WORDS[status].told,
        outcomes.link_to(sent),
        alert="feed",
        mail="news",
        receiver=_name_of(arrived.organization_id),
        number=sent.number,
    )


def _name_of(organization_id: int) -> str:
    # Asked for here, behind the gate: someone with whom it was shared doesn't see the organization.
    found = select(Organization.name).where(Organization.id == organization_id)
    return str(db.session.scalars(found).one())


def _locked(public_id: str) -> Document:
    documents.get(public_id)  # a sentence when it isn't there
    found: Document = db.session.scalars(
        select(Document)
        .where(Document.public_id == public_id)
        .with_for_update(of=Document)
        .execution_options(populate_existing=True)
    ).one()
    return found
