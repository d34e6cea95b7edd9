"""What a recipient inside the platform gets: a document of its own, with its version, content and news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.invoice.wording import N_
from app.models import (
    Blob,
    BusinessStatus,
    Direction,
    Document,
    DocumentContent,
    DocumentVersion,
    Exchange,
    Organization,
    Readiness,
)
from app.services import history, notifications, outcomes, party_names
from app.services.notifications import News

ARRIVED = N_("%(sender)s sent you %(number)s.")
CONTENT = (
    "seller_name",
    "buyer_name",
    "buyer_email",
    "buyer_scheme",
    "buyer_value",
    "issue_date",
    "due_date",
    "currency",
    "payable",
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document as it was sent, the recipient's own, and the size of its bytes."""

    sent: Document
    document: Document
    size: int


def copy(sent: Document, exchange: Exchange, digest: str) -> Document:
    """The recipient's own document, not yet in the database."""
    return Document(
        organization_id=exchange.to_organization_id,
        direction=Direction.IN,
        kind=sent.kind,
        number=sent.number,
        number_key=sent.number_key,
        digest=digest,
        readiness=Readiness.READY,
        status=BusinessStatus.RECEIVED,
        source="platform",
        exchange_id=exchange.id,
    )


def put(arrivals: Sequence[Arrival]) -> None:
    """Write these documents with all that belongs to them, and tell the people who get them."""
    if not arrivals:
        return
    _free_number_keys(arrivals)
    db.session.add_all([arrival.document for arrival in arrivals])
    db.session.flush()  # what belongs to a document needs its id
    _add_blobs(arrivals)
    contents = _contents(arrivals)
    for arrival in arrivals:
        _add_children(arrival, contents[arrival.sent.id])
    _announce(arrivals)


def _free_number_keys(arrivals: Sequence[Arrival]) -> None:
    # Another document with this number was there first, by another way or as an earlier version: this
    # one arrives all the same, and its number stays with the first.
    taken = {
        (row.organization_id, row.number_key)
        for row in db.session.execute(
            select(Document.organization_id, Document.number_key).where(
                Document.organization_id.in_({each.document.organization_id for each in arrivals}),
                Document.direction == Direction.IN,
                Document.number_key.in_(
                    {each.sent.number_key for each in arrivals if each.sent.number_key}
                ),
            )
        )
    }
    for each in arrivals:
        place = (each.document.organization_id, each.document.number_key)
        if place in taken:
            each.document.number_key = None
        taken.add(place)


def _add_blobs(arrivals: Sequence[Arrival]) -> None:
    wanted = {(each.document.organization_id, each.document.digest): each.size for each in arrivals}
    known = db.session.execute(
        select(Blob.organization_id, Blob.digest).where(
            Blob.organization_id.in_({organization_id for organization_id, _ in wanted}),
            Blob.digest.in_({digest for _, digest in wanted}),
        )
    )
    for row in known:
        wanted.pop((row.organization_id, row.digest), None)
    db.session.add_all(
        Blob(organization_id=organization_id, digest=digest, size=size)
        for (organization_id, digest), size in wanted.items()
    )


def _contents(arrivals: Sequence[Arrival]) -> dict[int, DocumentContent]:
    found = db.session.scalars(
        select(DocumentContent).where(
            DocumentContent.document_id.in_([each.sent.id for each in arrivals])
        )
    )
    return {each.document_id: each for each in found}


def _add_children(arrival: Arrival, says: DocumentContent) -> None:
    document = arrival.document
    own = {"organization_id": document.organization_id, "document_id": document.id}
    db.session.add(DocumentVersion(**own, version=1, digest=document.digest, size=arrival.size))
    db.session.add(
        DocumentContent(
            **own,
            file_name=f"{document.number}.xml"[:300],
            party_key=party_names.key(document.direction, says.seller_name, says.buyer_name),
            **{name: getattr(says, name) for name in CONTENT},
        )
    )
    history.note(document, N_("Arrived inside the platform"))


def _announce(arrivals: Sequence[Arrival]) -> None:
    receivers = {each.document.organization_id for each in arrivals}
    senders = {each.sent.organization_id for each in arrivals}
    names = dict(
        db.session.execute(
            select(Organization.id, Organization.name).where(
                Organization.id.in_(receivers | senders)
            )
        ).all()
    )
    people = outcomes.members_by_organization(receivers)
    notifications.tell_all(
        [
            News(
                tuple(people.get(each.document.organization_id, ())),
                ARRIVED,
                outcomes.link_to(each.document),
                "document",
                "document_arrived",
                {
                    "sender": names[each.sent.organization_id],
                    "number": each.document.number,
                    "organization": names[each.document.organization_id],
                },
            )
            for each in arrivals
        ]
    )
