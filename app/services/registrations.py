"""Publishing receivers in the network, in the background: claim, ask, record; safe to repeat."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import joinedload

from app import tenancy
from app.extensions import db, settings
from app.invoice.identifiers import ParticipantId, grouped
from app.invoice.wording import N_
from app.models import Identifier, Organization, OrganizationState
from app.models import RegistrationState as State
from app.models.types import now
from app.peppol import document_types
from app.peppol.access_points import Registration, RegistrationState, Standing
from app.queue import Task, enqueue, stopping
from app.services import administrators, audit, network, notifications, silence
from app.transactions import open_now, transaction

log = logging.getLogger(__name__)

POLL = timedelta(seconds=2)  # between questions about a pending registration
WAITS = (5, 15, 60, 300, 900, 3600)  # seconds; the last one comes back
MOST_TRIES = 50  # then a person decides; a removal is never given up
IN_WORK = (State.REGISTERING, State.REMOVING)
PUBLISHED = (State.REGISTERING, State.ACTIVE, State.REMOVING)  # the network may know them


@dataclass(frozen=True, slots=True)
class Errand:
    """What one worker asks of the network, and until when it may take."""

    identifier_id: int
    wanted: str  # registering or removing
    participant: ParticipantId
    country: str
    asked_before: int
    lease: datetime


def start(identifier: Identifier) -> None:
    """Wish it published; the caller's transaction keeps the wish, a worker makes it true."""
    _wish(identifier, State.REGISTERING)


def stop(identifier: Identifier) -> None:
    """Wish it withdrawn, where the network may know it."""
    if identifier.registration in PUBLISHED:
        _wish(identifier, State.REMOVING)
        return
    identifier.registration = State.OFF
    identifier.registration_note = ""


def _wish(identifier: Identifier, state: State) -> None:
    # The lease stays: while a worker is asking the network, no second one may ask the opposite.
    identifier.registration = state
    identifier.registration_note = ""
    identifier.registration_tries = 0
    identifier.registration_next_at = now()
    enqueue(Task.REGISTER)


def work_due(at_most: int = 200) -> int:
    """Do every errand whose time has come; the answer is how many were done."""
    return sum(work(identifier_id) for identifier_id in _due(at_most) if not stopping())


def work(identifier_id: int) -> bool:
    """Ask the network once for one identifier. No transaction is open while it is being asked."""
    errand = _claim(identifier_id)
    if errand is None:
        return False
    _record(errand, _ask(errand))
    return True


def _due(at_most: int) -> Sequence[int]:
    with tenancy.every_environment("find registrations that are due"):
        wanted = select(Identifier.id).where(*_waiting())
        found: Sequence[int] = db.session.scalars(
            wanted.order_by(Identifier.registration_next_at).limit(at_most)
        ).all()
    return found


def _waiting() -> tuple[Any, ...]:
    moment = now()
    free = or_(Identifier.registration_lease.is_(None), Identifier.registration_lease <= moment)
    return (
        Identifier.registration.in_(IN_WORK),
        Identifier.registration_next_at <= moment,
        free,
    )


def _claim(identifier_id: int) -> Errand | None:
    if silence.held():
        return None
    lease = now() + timedelta(seconds=settings().lease_seconds)
    with transaction(), tenancy.every_environment("claim a registration"):
        claim = update(Identifier).where(Identifier.id == identifier_id, *_waiting())
        done = db.session.execute(
            claim.values(
                registration_lease=lease, registration_tries=Identifier.registration_tries + 1
            ),
            execution_options={"synchronize_session": False},
        )
        if cast("CursorResult[Any]", done).rowcount != 1:
            return None
        row = _load(Identifier.id == identifier_id)
        return Errand(
            row.id,
            row.registration,
            ParticipantId(row.scheme, row.value),
            row.organization.country,
            row.registration_tries - 1,
            lease,
        )


def _ask(errand: Errand) -> RegistrationState:
    if open_now():
        raise RuntimeError("a transaction is open while the network is being asked")
    try:
        if errand.wanted == State.REMOVING:
            return network.access_point().unregister(errand.participant)
        types = document_types.receivable_in(errand.country)
        return network.access_point().register(
            Registration(errand.participant, types, errand.asked_before)
        )
    except Exception:  # an access point that raises is a bug of ours; the errand must go on
        log.exception("registration of identifier %s", errand.identifier_id)
        return RegistrationState(Standing.UNREACHABLE, N_("Something went wrong on our side."))


def _record(errand: Errand, answer: RegistrationState) -> None:
    with transaction(), tenancy.every_environment("record a registration"):
        row = _load(
            Identifier.id == errand.identifier_id, Identifier.registration_lease == errand.lease
        )
        if row is None:
            log.warning("identifier %s was taken over by another worker", errand.identifier_id)
            return
        row.registration_lease = None
        if row.registration != errand.wanted:
            enqueue(Task.REGISTER)  # someone decided otherwise meanwhile; that wish is due now
            return
        _SETTLE[answer.standing](row, answer)
        log.info("identifier %s is %s", row.id, row.registration)


def _load(*conditions: Any) -> Any:
    found = select(Identifier).options(joinedload(Identifier.organization)).where(*conditions)
    return db.session.scalars(
        found.execution_options(populate_existing=True).with_for_update(of=Identifier)
    ).one_or_none()


def _active(row: Identifier, _answer: RegistrationState) -> None:
    _end(row, State.ACTIVE)


def _pending(row: Identifier, _answer: RegistrationState) -> None:
    row.registration_next_at = now() + POLL


def _removed(row: Identifier, _answer: RegistrationState) -> None:
    _end(row, State.OFF)
    db.session.flush()
    finish_closing(row.organization)


def _elsewhere(row: Identifier, answer: RegistrationState) -> None:
    _give_up(row, State.ELSEWHERE, answer.note)


def _refused(row: Identifier, answer: RegistrationState) -> None:
    if row.registration == State.REMOVING:
        _later(row, answer)
        return
    _give_up(row, State.FAILED, answer.note or N_("The network refused it without a reason."))


def _later(row: Identifier, answer: RegistrationState) -> None:
    if row.registration == State.REGISTERING and row.registration_tries >= MOST_TRIES:
        _give_up(row, State.FAILED, N_("The network did not answer for a long time."))
        return
    row.registration_note = answer.note[:500]
    wait = WAITS[min(row.registration_tries, len(WAITS)) - 1]
    row.registration_next_at = now() + timedelta(seconds=wait)


_SETTLE: Mapping[Standing, Callable[[Identifier, RegistrationState], None]] = {
    Standing.ACTIVE: _active,
    Standing.PENDING: _pending,
    Standing.REMOVED: _removed,
    Standing.ELSEWHERE: _elsewhere,
    Standing.REFUSED: _refused,
    Standing.UNREACHABLE: _later,
}


def _give_up(row: Identifier, state: State, note: str) -> None:
    """The wish cannot come true: the switch goes back, and the administrators hear why."""
    row.receive = False
    _end(row, state, note)
    organization = row.organization
    notifications.tell(
        administrators.of(organization.id),
        N_("Receiving could not start for %(number)s of %(organization)s. See what to do."),
        f"/organizations/show/{organization.public_id}",
        number=grouped(ParticipantId(row.scheme, row.value)),
        organization=organization.name,
    )


def _end(row: Identifier, state: State, note: str = "") -> None:
    row.registration = state
    row.registration_note = note[:500]
    row.registration_next_at = None
    audit.record(
        f"registration.{state.value}",
        f"organization:{row.organization.public_id}",
        environment_id=row.organization.environment_id,
        scheme=row.scheme,
    )


def finish_closing(organization: Organization) -> None:
    """A closing organization is closed, and its numbers are free, once the network knows none of them."""
    if organization.state != OrganizationState.CLOSING:
        return
    numbers = db.session.scalars(
        select(Identifier).where(Identifier.organization_id == organization.id)
    ).all()
    if any(number.registration in PUBLISHED for number in numbers):
        return
    for number in numbers:
        number.owned = number.send = number.receive = False
    organization.state = OrganizationState.CLOSED
