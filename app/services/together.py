"""One deed on several documents of a list: each by the service that does it for one, within the wall."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app import tenancy
from app.errors import AppError, Conflict, NotFound, Unreadable
from app.extensions import db
from app.models import Delivery, Document
from app.services import deliveries, drafts, statuses

MOST = 100  # at once


@dataclass(frozen=True, slots=True)
class Refused:
    """A document with which it could not be done, and why."""

    number: str
    why: AppError


@dataclass(frozen=True, slots=True)
class Outcome:
    """With how many it was done, and why not with the others."""

    done: int
    refused: Sequence[Refused]


def mark_read(public_ids: Sequence[str]) -> Outcome:
    """Open each of them, as looking at its page does."""
    return _each(public_ids, statuses.opened)


def mark_unread(public_ids: Sequence[str]) -> Outcome:
    """Put each of them back among what nobody opened."""
    return _each(public_ids, statuses.unopened)


def retry(public_ids: Sequence[str]) -> Outcome:
    """Try again, or send again what ended badly."""
    return _each(public_ids, lambda public_id: deliveries.retry(_delivery_of(public_id)))


def cancel(public_ids: Sequence[str]) -> Outcome:
    """Stop what isn't being handed over."""
    return _each(public_ids, lambda public_id: deliveries.cancel(_delivery_of(public_id)))


def discard(public_ids: Sequence[str]) -> Outcome:
    """Throw drafts away."""
    return _each(public_ids, drafts.remove)


def chosen(public_ids: Sequence[str]) -> list[str]:
    """The ids that were chosen, each once; too many and none at all are refused. Staff have no rows."""
    if tenancy.current().staff is not None:
        raise NotFound("This isn't here, or it isn't yours.")
    once = list(dict.fromkeys(public_ids))
    if not 1 <= len(once) <= MOST:
        raise Unreadable("Choose from 1 to %(most)s rows.", most=MOST)
    return once


def _each(public_ids: Sequence[str], deed: Callable[[str], object]) -> Outcome:
    once = chosen(public_ids)
    numbers = _numbers(once)
    if not numbers:
        raise NotFound("This isn't here, or it isn't yours.")
    refused: list[Refused] = []
    for public_id in once:
        try:
            if public_id not in numbers:
                raise NotFound("This isn't here, or it isn't yours.")
            deed(public_id)
        except AppError as error:
            refused.append(Refused(numbers.get(public_id, ""), error))
    return Outcome(len(once) - len(refused), refused)


def _numbers(public_ids: Sequence[str]) -> Mapping[str, str]:
    """By public id what people call the documents that the person at work may see."""
    found = db.session.execute(
        select(Document.public_id, Document.number).where(Document.public_id.in_(public_ids))
    )
    return {row.public_id: row.number for row in found}


def _delivery_of(public_id: str) -> str:
    """The delivery that counts."""
    found = db.session.scalars(
        select(Delivery.public_id)
        .join(Document, Document.id == Delivery.document_id)
        .where(Document.public_id == public_id, Delivery.latest)
    ).one_or_none()
    if found is None:
        raise Conflict("It was not sent yet.")
    return str(found)
