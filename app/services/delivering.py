"""Three beats for every delivery: claim it, send it, record how it went. Only the rows say what is due.

Of two workers exactly one claims; nothing is open while another system is being called; and what was
recorded last decides. Whoever stops in between leaves a lease that ends: see ``sweeping``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.exc import InterfaceError, OperationalError

from app import tenancy, transactions
from app.errors import AppError
from app.extensions import db
from app.invoice.wording import N_
from app.models import Delivery, DeliveryState, Route
from app.models.types import now
from app.outcome import Outcome, Result
from app.queue import enqueue, stopping
from app.services import claiming, handing_over, mailing, outcomes, starting
from app.services.outcomes import Parcel
from app.storage import Unreachable
from app.transactions import transaction

log = logging.getLogger(__name__)
# Inside the platform a hundred cross in the time of five; a mail takes as long as its server.
AT_ONCE = {Route.PLATFORM: 100, Route.EMAIL: 1}
# No fault of the delivery and none of ours: nothing can be recorded now, and when the lease has ended a
# sweep looks at it, which is sooner than after a bug.
_DATABASE_AWAY = (OperationalError, InterfaceError)
_LEFT = "the database is away; %s deliveries are left to a sweep (%s)"
WRONG_HERE = N_("Something went wrong on our side; we look at it and try again.")


class LeaseLost(Exception):
    """Someone else decides about this delivery now; nothing may be handed over any more."""


def deliver_due(
    limit: int = 1000, seconds: float = 20, routes: Iterable[Route] = tuple(Route)
) -> int:
    """Make one attempt at each delivery that is due, for a while; the answer is how many."""
    until, made = time.monotonic() + seconds, 0
    for route in routes:
        while made < limit and time.monotonic() < until and not stopping():
            parcels = claiming.claim_some(route, min(AT_ONCE[route], limit - made))
            if not parcels:
                break
            made += len(parcels)
            if len(parcels) == AT_ONCE[route]:
                enqueue(starting.task_of(route))  # there may be more, and another worker to help
            _attempt(route, parcels)
    return made


def _attempt(route: Route, parcels: Sequence[Parcel]) -> None:
    if route == Route.PLATFORM:
        _across(parcels)
        return
    for parcel in parcels:
        with tenancy.in_organization(parcel.organization_id):
            _safely(_out, parcel)


def _safely(beat: Callable[[Parcel], None], parcel: Parcel) -> None:
    """One that we cannot even record must not keep the others waiting."""
    try:
        beat(parcel)
    except Exception:
        log.exception("delivery %s was left as it is; a sweep looks at it", parcel.delivery_id)


def mark_handing_over(parcel: Parcel) -> None:
    """Commit that from now on it may have arrived; refuse when the lease was lost meanwhile."""
    moment = now()
    with transaction():
        changed = _change(
            parcel.delivery_id,
            [Delivery.lease_token == parcel.token, Delivery.state == DeliveryState.SENDING],
            handing_over_at=moment,
            lease_until=moment + claiming.lease(),
        )
        if not changed:
            raise LeaseLost


def record(parcel: Parcel, outcome: Outcome) -> bool:
    """Write down how it went, if this attempt still counts; a late answer settles an unknown."""
    with transaction():
        delivery = outcomes.ours(parcel, DeliveryState.SENDING, DeliveryState.UNKNOWN)
        if delivery is None or (
            delivery.state == DeliveryState.UNKNOWN and outcome.result is Result.UNKNOWN
        ):
            log.info("delivery %s was decided by someone else", parcel.delivery_id)
            return False
        outcomes.apply(delivery, outcome)
    log.info("delivery %s %s %s", parcel.delivery_id, outcome.result, outcome.code)
    return True


def _across(parcels: Sequence[Parcel]) -> None:
    """Inside the platform sending and recording are one transaction: it can never be unknown."""
    _refuse_open_transaction()
    try:
        handing_over.hand_over(parcels)
    except Unreachable as error:
        _put_off(parcels, error)
    except _DATABASE_AWAY as error:
        log.warning(_LEFT, len(parcels), type(error).__name__)
    except Exception as error:
        # One of them is in the way of the others: each by itself, to see which.
        log.info("%s deliveries could not cross together: %s", len(parcels), type(error).__name__)
        for parcel in parcels:
            with tenancy.in_organization(parcel.organization_id):
                _safely(_across_alone, parcel)


def _across_alone(parcel: Parcel) -> None:
    try:
        handing_over.hand_over([parcel])
    except AppError as error:
        record(parcel, Outcome(Result.UNREACHABLE, "refused_here", str(error)))
    except _DATABASE_AWAY as error:
        log.warning(_LEFT, 1, type(error).__name__)
    except Exception:
        log.exception("delivery %s could not be handed over", parcel.delivery_id)
        record(parcel, Outcome(Result.UNREACHABLE, outcomes.OUR_BUG, WRONG_HERE))


def _put_off(parcels: Sequence[Parcel], refusal: AppError) -> None:
    """The storage is away, for all of them alike: asking once for each would take all of their leases."""

    def put_off(parcel: Parcel) -> None:
        record(parcel, Outcome(Result.UNREACHABLE, "refused_here", str(refusal)))

    for parcel in parcels:
        with tenancy.in_organization(parcel.organization_id):
            _safely(put_off, parcel)


def _out(parcel: Parcel) -> None:
    handing = [False]

    def before_hand_over() -> None:
        mark_handing_over(parcel)
        handing[0] = True

    try:
        message = mailing.message(parcel)
        _refuse_open_transaction()
        outcome = mailing.channel().send(message, before_hand_over)
    except LeaseLost:
        log.warning("delivery %s took too long; someone else has it now", parcel.delivery_id)
        return
    except AppError as error:
        outcome = Outcome(_after(handing[0]), "refused_here", str(error))
    except _DATABASE_AWAY as error:
        log.warning(_LEFT, 1, type(error).__name__)
        return
    except Exception:
        log.exception("delivery %s could not be sent", parcel.delivery_id)
        outcome = Outcome(_after(handing[0]), outcomes.OUR_BUG, WRONG_HERE)
    record(parcel, outcome)


def _after(handing: bool) -> Result:
    # What broke after the last moment at which it could be taken back, may have arrived.
    return Result.UNKNOWN if handing else Result.UNREACHABLE


def _refuse_open_transaction() -> None:
    # A mere read counts as well: it would keep a connection of the database waiting.
    if transactions.open_now() or db.session().in_transaction():
        raise RuntimeError("a transaction is open, and someone else's system would be waited for")


def _change(delivery_id: int, conditions: list[Any], **columns: Any) -> bool:
    result = db.session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, *conditions)
        .values(**columns)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount == 1
