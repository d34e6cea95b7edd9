"""Read and check what came in. The state CHECKING is the claim: whoever writes the verdict first, wins."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Select, or_, select, update
from sqlalchemy.exc import IntegrityError

from app import tenancy
from app.extensions import db
from app.invoice import original
from app.invoice.identifiers import ParticipantId
from app.invoice.wording import N_
from app.models import (
    Direction,
    Document,
    DocumentVersion,
    Organization,
    Readiness,
)
from app.models.document import IS_CHECKING
from app.models.types import now
from app.queue import Task, enqueue, stopping
from app.services import history, keeping, parties, readings
from app.services.turns import Turns
from app.storage import Unreachable
from app.transactions import transaction
from app.validation import check_original

log = logging.getLogger(__name__)
AT_ONCE = 10
# One that was being read when its process died waits so long; longer than this only costs a second reading.
READING = timedelta(seconds=30)

_turns = Turns()


@dataclass(frozen=True, slots=True)
class _Work:
    """What has to be read, and for whom."""

    document_id: int
    version: int
    direction: str
    digest: str
    organization_public_id: str
    organization_name: str
    own: tuple[ParticipantId, ...]


def process(document_id: int) -> None:
    """Read and check one document; a second time, or while another reads it, there is nothing to do."""
    one = _unread().with_only_columns(Document.id, Document.organization_id)
    with transaction(), tenancy.every_environment("a document to be read"):
        taken = _take(one.where(Document.id == document_id))
    for organization_id in taken.values():
        process_taken(document_id, organization_id)


def process_taken(document_id: int, organization_id: int) -> None:
    """Read and check a document that nobody else reads now."""
    with tenancy.in_organization(organization_id):
        work = _work(document_id)
        if work is not None:
            _conclude(work, _read(work))


def process_due(seconds: float = 20) -> int:
    """Read everything that waits to be read, for a while; the answer is how many there were."""
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until and not stopping() and (taken := _claim_some()):
        if len(taken) == AT_ONCE:
            enqueue(Task.PROCESS_DOCUMENTS)  # there may be more, and another worker to help
        try:
            for document_id, organization_id in taken.items():
                _process_safely(document_id, organization_id)
        except Unreachable as error:
            # Asking for each of the others would take longer than they are ours; a sweep asks again.
            log.warning("%s documents wait to be read: %s", len(taken), error)
            _give_back(taken)
            return done
        done += len(taken)
    return done


def _claim_some() -> dict[int, int]:
    """Documents that nobody reads now, with their organizations."""
    unread, owners = _unread(), dict[int, int]()

    def take(organization_id: int, share: int) -> Sequence[int]:
        its = unread.with_only_columns(Document.id, Document.organization_id).limit(share)
        taken = _take(its.where(Document.organization_id == organization_id).order_by(Document.id))
        owners.update(taken)
        return list(taken)

    with transaction(), tenancy.every_environment("documents to be read"):
        _turns.serve(unread, AT_ONCE, take)
    return owners


def _unread() -> Select[tuple[int]]:
    """The organizations of documents that nobody has read, or reads now."""
    return select(Document.organization_id).where(
        IS_CHECKING, or_(Document.reading_until.is_(None), Document.reading_until < now())
    )


def _take(these: Select[tuple[int, int]]) -> dict[int, int]:
    """Keep others from reading these for a while; it only saves work, the verdict has its own claim."""
    locked = db.session.execute(these.with_for_update(skip_locked=True)).all()
    taken = {row.id: row.organization_id for row in locked}
    reading = update(Document).where(Document.id.in_(taken)).values(reading_until=free_again())
    db.session.execute(reading.execution_options(synchronize_session=False))
    return taken


def _give_back(taken: Iterable[int]) -> None:
    with transaction(), tenancy.every_environment("documents that cannot be read now"):
        theirs = update(Document).where(Document.id.in_(taken), IS_CHECKING)
        db.session.execute(
            theirs.values(reading_until=None).execution_options(synchronize_session=False)
        )


def free_again() -> datetime:
    """When a document that is taken to be read now may be taken by another."""
    return now() + READING


def _process_safely(document_id: int, organization_id: int) -> None:
    try:
        process_taken(document_id, organization_id)
    except Unreachable:
        raise
    except Exception:
        # One document that we cannot read must not keep the others waiting.
        log.exception("document %s could not be read; it is tried again", document_id)


def _work(document_id: int) -> _Work | None:
    with transaction():
        found = db.session.execute(
            select(Document, DocumentVersion.digest, Organization)
            .join(DocumentVersion, DocumentVersion.document_id == Document.id)
            .join(Organization, Organization.id == Document.organization_id)
            .where(
                Document.id == document_id,
                Document.readiness == Readiness.CHECKING,
                DocumentVersion.version == Document.version,
            )
        ).one_or_none()
        if found is None:
            return None
        document, digest, organization = found
        return _Work(
            document.id,
            document.version,
            document.direction,
            digest,
            organization.public_id,
            organization.name,
            readings.own_identifiers(organization.id),
        )


def _read(work: _Work) -> readings.Reading:
    """Outside every transaction: this takes a while."""
    found = original.read(keeping.store().fetch(work.organization_public_id, work.digest))
    invoice = found.invoice
    reading = readings.Reading(invoice, check_original(found).findings)
    if work.direction != Direction.OUT:
        seller = parties.key_of(invoice.seller)
        year = invoice.issue_date.year if invoice.issue_date else 0
        return replace(reading, number_key=readings.number_key(seller, invoice.number or "", year))
    reading = replace(reading, proposal=readings.proposal_for(found, reading.findings))
    wrong = readings.supplier_finding(invoice, work.own, work.organization_name)
    if wrong is not None:
        return reading.with_finding(wrong)
    if reading.fatal:
        return reading  # its number stays free for the one that is right
    return replace(reading, number_key=readings.key_of(work.organization_public_id, invoice))


def _conclude(work: _Work, reading: readings.Reading) -> None:
    try:
        _write(work, reading)
    except IntegrityError:
        # Another document with this number was first, this very moment: now it can be seen.
        _write(work, reading)


def _write(work: _Work, reading: readings.Reading) -> None:
    with transaction():
        if not _claimed(work):
            return
        document = db.session.scalars(
            select(Document)
            .where(Document.id == work.document_id)
            .execution_options(populate_existing=True)
        ).one()
        verdict = _with_used_number(document, reading)
        document.readiness = Readiness.INVALID if verdict.fatal else Readiness.READY
        # A correction that is wrong leaves the number with the document that was sent.
        document.number_key = verdict.number_key or document.number_key
        document.changed_at, document.reading_until = now(), None
        readings.write_content(document, verdict.invoice)
        readings.write_findings(document, verdict.findings, verdict.proposal)
        history.note(
            document,
            N_("Checked: can be sent")
            if not verdict.fatal
            else N_("Checked: cannot be sent like this"),
        )


def _claimed(work: _Work) -> bool:
    """Take the verdict upon us: of two readers one gets here."""
    result = db.session.execute(
        update(Document)
        .where(
            Document.id == work.document_id,
            Document.version == work.version,
            Document.readiness == Readiness.CHECKING,
        )
        .values(changed_at=now())
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def _with_used_number(document: Document, reading: readings.Reading) -> readings.Reading:
    first = readings.number_used_by(document, reading.number_key)
    if first is None:
        return reading
    if document.direction == Direction.IN:
        return replace(reading, number_key=None)  # a possible duplicate: nothing of it is lost
    return reading.with_finding(readings.used_number(reading.invoice, first))
