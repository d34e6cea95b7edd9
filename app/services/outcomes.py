"""What the result of one try means for a delivery: its next state, and when to try again."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import counting
from app.extensions import db
from app.invoice.wording import N_
from app.models import (
    Attempt,
    BusinessStatus,
    Delivery,
    DeliveryState,
    Document,
    Membership,
    MembershipState,
    Route,
)
from app.models.types import now
from app.outcome import Outcome, Result
from app.services import history, notifications
from app.transactions import after_commit

STATES: Mapping[Result, DeliveryState] = {
    Result.ACCEPTED: DeliveryState.SENT,
    Result.DELIVERED: DeliveryState.DELIVERED,
    Result.REFUSED: DeliveryState.FAILED,
    Result.UNREACHABLE: DeliveryState.RETRYING,
    Result.UNKNOWN: DeliveryState.UNKNOWN,
}

OUR_BUG, INTERRUPTED = "our_bug", "interrupted"
_M, _H = 60, 3600
# Seconds to wait after each try, by what went wrong; after the last one, two days later, we give up.
NETWORK_WAITS = (_M, 5 * _M, 30 * _M, 2 * _H, 8 * _H, 8 * _H, 8 * _H, 8 * _H, 8 * _H)
WAITS: Mapping[str, tuple[int, ...]] = {
    OUR_BUG: (5 * _M, 30 * _M, 2 * _H, 8 * _H, 8 * _H, 8 * _H, 8 * _H, 8 * _H, 8 * _H),
    # A worker that died is no fault of this delivery, until it happens again and again.
    INTERRUPTED: (0, 5, _M, 5 * _M, 30 * _M, 2 * _H, 8 * _H, 8 * _H, 8 * _H, 8 * _H),
}
JITTER = 0.2  # so that what failed together doesn't come back together
GAVE_UP = "gave_up"

TRIED_TOO_OFTEN = N_("We tried for two days and could not hand it over.")
TELLINGS: Mapping[DeliveryState, str] = {
    DeliveryState.DELIVERED: N_("Delivered"),
    DeliveryState.SENT: N_("Handed over; its arrival isn't proven"),
    DeliveryState.FAILED: N_("Could not be delivered"),
    DeliveryState.RETRYING: N_("Not handed over yet; next try at %(time)s"),
    DeliveryState.UNKNOWN: N_("We don't know whether it was handed over"),
}
ASKS_FOR_A_PERSON = N_("We don't know whether invoice %(number)s was handed over. Please decide.")
NOT_DELIVERED = N_("Invoice %(number)s could not be delivered.")

_dice = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed delivery, with everything that sending it needs; its token says that it is ours."""

    delivery_id: int
    document_id: int
    organization_id: int
    organization_public_id: str
    token: str
    route: Route
    recipient: str
    target_organization_id: int | None
    message_key: str
    version: int
    digest: str


def parcel_of(delivery: Delivery, digest: str, organization_public_id: str) -> Parcel:
    """The parcel of a delivery that holds a lease."""
    return Parcel(
        delivery_id=delivery.id,
        document_id=delivery.document_id,
        organization_id=delivery.organization_id,
        organization_public_id=organization_public_id,
        token=delivery.lease_token or "",
        route=Route(delivery.route),
        recipient=delivery.recipient,
        target_organization_id=delivery.target_organization_id,
        message_key=delivery.message_key,
        version=delivery.version,
        digest=digest,
    )


def ours(parcel: Parcel, *states: DeliveryState) -> Delivery | None:
    """The delivery, locked, if this token still holds it in one of these states."""
    found: Delivery | None = db.session.scalars(
        select(Delivery)
        .options(joinedload(Delivery.document))
        .where(
            Delivery.id == parcel.delivery_id,
            Delivery.lease_token == parcel.token,
            Delivery.state.in_([state.value for state in states]),
        )
        .with_for_update(of=Delivery)
        .execution_options(populate_existing=True)
    ).one_or_none()
    return found


def all_ours(parcels: Sequence[Parcel], *states: DeliveryState) -> dict[int, Delivery]:
    """The same for several at once, by id: those that their tokens still hold."""
    tokens = {parcel.delivery_id: parcel.token for parcel in parcels}
    found = db.session.scalars(
        select(Delivery)
        .options(joinedload(Delivery.document))
        .where(
            Delivery.id.in_(tokens),
            Delivery.lease_token.in_(set(tokens.values())),
            Delivery.state.in_([state.value for state in states]),
        )
        .order_by(Delivery.id)
        .with_for_update(of=Delivery)
        .execution_options(populate_existing=True)
    )
    return {each.id: each for each in found if each.lease_token == tokens[each.id]}


def apply(delivery: Delivery, outcome: Outcome) -> None:
    """Write down how the present attempt ended, and where the delivery stands now."""
    apply_all([delivery], {delivery.id: outcome})


def apply_all(deliveries: Sequence[Delivery], outcomes: Mapping[int, Outcome]) -> None:
    """The same for several; their present attempts are read together."""
    attempts = _attempts(deliveries)
    for delivery in deliveries:
        _apply(delivery, attempts[delivery.id, delivery.attempts], outcomes[delivery.id])


def _apply(delivery: Delivery, attempt: Attempt, outcome: Outcome) -> None:
    outcome = _enough(delivery, outcome)
    state = STATES[outcome.result]
    delivery.move_to(state)
    delivery.code, delivery.note = outcome.code[:40], outcome.note[:500]
    delivery.next_at = now() + wait_after(delivery, outcome) if state == "retrying" else None
    if state is not DeliveryState.UNKNOWN:
        # Of an unknown one the token stays: the worker that was late may still know.
        delivery.lease_token = None
    delivery.lease_until = None
    if state in (DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.SENT):
        delivery.ended_at = now()
    _end_attempt(delivery, attempt, outcome)
    _tell(delivery, state)


def wait_after(delivery: Delivery, outcome: Outcome) -> timedelta:
    """How long until the next try: longer each time, never exactly the same."""
    waits = WAITS.get(outcome.code, NETWORK_WAITS)
    seconds = waits[min(max(delivery.attempts, 1), len(waits)) - 1]
    return timedelta(seconds=seconds * _dice.uniform(1 - JITTER, 1 + JITTER))


def members_of(organization_id: int) -> list[int]:
    """The people who work in an organization."""
    return members_by_organization([organization_id]).get(organization_id, [])


def members_by_organization(organization_ids: Iterable[int]) -> dict[int, list[int]]:
    """The people who work in these organizations."""
    rows = db.session.execute(
        select(Membership.organization_id, Membership.user_id).where(
            Membership.organization_id.in_(set(organization_ids)),
            Membership.state == MembershipState.ACTIVE,
        )
    )
    people: dict[int, list[int]] = {}
    for row in rows:
        people.setdefault(row.organization_id, []).append(row.user_id)
    return people


def link_to(document: Document) -> str:
    """The page of a document."""
    return f"/documents/show/{document.public_id}"


def _enough(delivery: Delivery, outcome: Outcome) -> Outcome:
    waits = WAITS.get(outcome.code, NETWORK_WAITS)
    if outcome.result is not Result.UNREACHABLE or delivery.attempts <= len(waits):
        return outcome
    return Outcome(Result.REFUSED, GAVE_UP, TRIED_TOO_OFTEN, outcome.evidence)


def _attempts(deliveries: Sequence[Delivery]) -> dict[tuple[int, int], Attempt]:
    """The present attempt of each, by delivery and number."""
    numbers = {delivery.attempts for delivery in deliveries}
    found = db.session.scalars(
        select(Attempt).where(
            Attempt.delivery_id.in_([delivery.id for delivery in deliveries]),
            Attempt.number.in_(numbers),
        )
    )
    return {(each.delivery_id, each.number): each for each in found}


def _end_attempt(delivery: Delivery, attempt: Attempt, outcome: Outcome) -> None:
    attempt.ended_at = now()
    attempt.handing_over_at = delivery.handing_over_at
    attempt.result, attempt.code = outcome.result, outcome.code[:40]
    attempt.note, attempt.evidence = outcome.note[:500], dict(outcome.evidence)
    seconds = (attempt.ended_at - attempt.started_at).total_seconds()
    counted = (delivery.route, attempt.result, attempt.code, seconds)
    after_commit(lambda: counting.attempt_ended(*counted))


def _tell(delivery: Delivery, state: DeliveryState) -> None:
    document = delivery.document
    moment = delivery.next_at.isoformat(timespec="seconds") if delivery.next_at else ""
    history.note(document, TELLINGS[state], **({"time": moment} if moment else {}))
    if state is DeliveryState.DELIVERED and document.status < BusinessStatus.RECEIVED:
        document.status = BusinessStatus.RECEIVED
    sentences = {DeliveryState.FAILED: NOT_DELIVERED, DeliveryState.UNKNOWN: ASKS_FOR_A_PERSON}
    if state in sentences:
        notifications.tell(
            members_of(document.organization_id),
            sentences[state],
            link_to(document),
            alert="document",
            mail="delivery_failed" if state is DeliveryState.FAILED else "news",
            number=document.number,
            reason=delivery.note,
        )
