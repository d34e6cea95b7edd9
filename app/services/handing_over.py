"""From one organization of the platform to another, in one transaction: all of it happened, or none.

The message key of an exchange is unique, so it happens once. The recipient gets a document and bytes of
its own; from then on each side keeps its own status, and statuses cross as events. Several deliveries
cross together, because what takes time is the transaction, not the row (docs/adr/0008-batches.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.invoice.wording import N_
from app.models import Delivery, DeliveryState, Direction, Document, Exchange, Organization
from app.outcome import Outcome, Result
from app.services import arriving, keeping, outcomes, receiving
from app.services.arriving import Arrival
from app.services.outcomes import Parcel
from app.transactions import transaction

IN_THE_INBOX = N_("It is in the recipient's inbox.")
WAS_THERE = N_("The recipient had this document already; it was not given twice.")
NOT_RECEIVING = N_(
    "The recipient doesn't receive on this platform any more. Send it to a mail address instead."
)


@dataclass(slots=True)
class _Crossing:
    """What was there before, read once for all that cross together, and what crosses now."""

    receivers: Mapping[str, int]  # the organization that receives under a number
    exchanges: dict[str, Exchange]  # by message key
    documents: dict[tuple[int, str], Document]  # of an organization, by digest
    sizes: Mapping[int, int]  # of the copies that are kept, by delivery
    new: list[tuple[Delivery, Parcel, Exchange]] = field(default_factory=list)
    outcomes: dict[int, Outcome] = field(default_factory=dict)  # by delivery


def hand_over(parcels: Sequence[Parcel]) -> None:
    """Give the recipients their copies and record the deliveries, together."""
    sizes = _keep_copies(parcels)
    with transaction(), tenancy.hand_over("documents to their recipients"):
        held = outcomes.all_ours(parcels, DeliveryState.SENDING)
        crossing = _what_is_there(parcels, sizes)
        for parcel in parcels:
            if parcel.delivery_id in held:
                _decide(held[parcel.delivery_id], parcel, crossing)
        db.session.flush()  # the new exchanges need their ids
        _give(crossing)
        outcomes.apply_all([held[key] for key in crossing.outcomes], crossing.outcomes)


def _keep_copies(parcels: Sequence[Parcel]) -> dict[int, int]:
    """Keep the bytes for every recipient that receives; their sizes, by delivery."""
    with transaction(), tenancy.hand_over("the folders of the receivers"):
        receivers = receiving.receivers_of({parcel.recipient for parcel in parcels})
        folders = _folders(receivers.values())
    store, sizes = keeping.store(), dict[int, int]()
    for parcel in parcels:
        if parcel.target_organization_id == receivers.get(parcel.recipient, -1):
            # The file is safe before any row names it; without the row it is nobody's document.
            content = store.fetch(parcel.organization_public_id, parcel.digest)
            store.keep(folders[receivers[parcel.recipient]], content)
            sizes[parcel.delivery_id] = len(content)
    return sizes


def _folders(organization_ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Organization.id, Organization.public_id).where(
            Organization.id.in_(set(organization_ids))
        )
    )
    return {row.id: row.public_id for row in rows}


def _what_is_there(parcels: Sequence[Parcel], sizes: Mapping[int, int]) -> _Crossing:
    keys = [parcel.message_key for parcel in parcels]
    exchanges = db.session.scalars(select(Exchange).where(Exchange.message_key.in_(keys)))
    arrived = db.session.scalars(
        select(Document).where(
            Document.organization_id.in_({parcel.target_organization_id for parcel in parcels}),
            Document.direction == Direction.IN,
            Document.digest.in_({parcel.digest for parcel in parcels}),
        )
    )
    return _Crossing(
        receivers=receiving.receivers_of({parcel.recipient for parcel in parcels}),
        exchanges={each.message_key: each for each in exchanges},
        documents={(each.organization_id, each.digest or ""): each for each in arrived},
        sizes=sizes,
    )


def _decide(delivery: Delivery, parcel: Parcel, crossing: _Crossing) -> None:
    known = crossing.exchanges.get(parcel.message_key)
    if known is not None:
        delivery.document.exchange_id = known.id
        crossing.outcomes[delivery.id] = _there(known)
    elif not _can_cross(parcel, crossing):
        crossing.outcomes[delivery.id] = Outcome(Result.REFUSED, "not_receiving", NOT_RECEIVING)
    else:
        exchange = Exchange(
            message_key=parcel.message_key,
            from_organization_id=delivery.organization_id,
            to_organization_id=parcel.target_organization_id,
        )
        db.session.add(exchange)
        crossing.new.append((delivery, parcel, exchange))


def _can_cross(parcel: Parcel, crossing: _Crossing) -> bool:
    receiver = crossing.receivers.get(parcel.recipient)
    kept = parcel.delivery_id in crossing.sizes
    return kept and receiver is not None and receiver == parcel.target_organization_id


def _give(crossing: _Crossing) -> None:
    """Each new exchange brings a document, unless the same bytes are there already."""
    arrivals: list[Arrival] = []
    for delivery, parcel, exchange in crossing.new:
        sent, place = delivery.document, (exchange.to_organization_id, parcel.digest)
        sent.exchange_id = exchange.id
        twin = crossing.documents.get(place)
        if twin is not None:
            # Under another of its numbers, or by hand: the same bytes are the same document.
            twin.exchange_id = twin.exchange_id or exchange.id
            crossing.outcomes[delivery.id] = _there(exchange)
            continue
        arrival = Arrival(
            sent, arriving.copy(sent, exchange, parcel.digest), crossing.sizes[delivery.id]
        )
        crossing.documents[place] = arrival.document
        arrivals.append(arrival)
        crossing.outcomes[delivery.id] = Outcome(
            Result.DELIVERED, "in_inbox", IN_THE_INBOX, {"exchange": str(exchange.id)}
        )
    arriving.put(arrivals)


def _there(exchange: Exchange) -> Outcome:
    return Outcome(Result.DELIVERED, "was_there", WAS_THERE, {"exchange": str(exchange.id)})
