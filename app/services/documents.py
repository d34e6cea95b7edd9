"""Documents come in: bytes kept, a row, and a nudge; read and checked a moment later, or at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app import storage, tenancy
from app.errors import Conflict, NotFound
from app.extensions import db, settings
from app.invoice import original, parsing
from app.invoice.wording import N_
from app.models import (
    Blob,
    Delivery,
    Direction,
    Document,
    DocumentContent,
    DocumentVersion,
    Organization,
    OrganizationState,
    Readiness,
)
from app.models.types import now
from app.queue import Task, enqueue
from app.services import history, keeping, processing, rights
from app.transactions import transaction

MEGABYTE = 1024 * 1024
OPEN = ("queued", "sending", "retrying", "unknown")

process = processing.process
process_due = processing.process_due


@dataclass(frozen=True, slots=True)
class Taken:
    """The receipt: which document it is, and whether we had these bytes already."""

    document_id: int
    document_public_id: str
    repeated: bool = False


def take_in(
    content: bytes,
    *,
    organization_id: int,
    direction: Direction = Direction.OUT,
    file_name: str = "",
    source: str = "upload",
    check_now: bool = False,
) -> Taken:
    """Keep a document for this organization. The same bytes are one document: the first.

    It is read and checked by a worker, or before the answer when someone waits for the verdict.

    What isn't an invoice at all is refused with its sentence, and nothing of it is stored. When this
    returns, the document is safe on disk.
    """
    rights.need_member(organization_id)
    organization = active(organization_id)
    # What couldn't be read again later isn't taken in now.
    most = min(settings().max_upload_mb * MEGABYTE, parsing.MAX_BYTES)
    original.recognise(content, max_bytes=most)
    digest = storage.digest_of(content)
    first = _first_with(digest, organization_id, direction)
    if first is not None:
        return _again(first)
    keep_bytes(organization.public_id, content)
    document = Document(
        organization_id=organization_id,
        direction=direction,
        readiness=Readiness.CHECKING,
        source=source,
        digest=digest,
        created_by_id=tenancy.current().person_id,
        reading_until=processing.free_again() if check_now else None,
    )
    if _store(document, content, file_name):
        if check_now:
            processing.process_taken(document.id, organization_id)
        return Taken(document.id, document.public_id)
    return _again(_first_with(digest, organization_id, direction))


def correct(document_public_id: str, content: bytes) -> Taken:
    """Replace what a document says by a new version with the same number."""
    document = get(document_public_id)
    rights.need_member(document.organization_id)
    organization = active(document.organization_id)
    invoice = original.read(content).invoice
    if document.number and invoice.number != document.number:
        raise Conflict(
            "A correction keeps its number %(number)s; this file says %(other)s.",
            field="file",
            number=document.number,
            other=invoice.number or "–",
        )
    keep_bytes(organization.public_id, content)
    with transaction():
        document = locked(document_public_id)
        if document.direction != Direction.OUT or document.readiness == Readiness.DRAFT:
            raise Conflict("Only a document that you send can be corrected.")
        refuse_open_delivery(document)
        document.version += 1
        document.readiness, document.reading_until = Readiness.CHECKING, None
        document.changed_at = now()
        add_version(document, storage.digest_of(content), len(content))
        history.note(document, N_("Corrected: version %(version)s"), version=str(document.version))
        enqueue(Task.PROCESS_DOCUMENTS)
    return Taken(document.id, document.public_id)


def get(public_id: str) -> Document:
    """One document that the person at work may see."""
    found: Document | None = db.session.scalars(
        select(Document)
        .options(joinedload(Document.content), joinedload(Document.organization))
        .where(Document.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This isn't here, or it isn't yours.")
    return found


def locked(public_id: str) -> Document:
    """The row as it is now, held until the transaction ends."""
    found: Document | None = db.session.scalars(
        select(Document)
        .where(Document.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("This isn't here, or it isn't yours.")
    return found


def active(organization_id: int) -> Organization:
    """An organization that may work with documents: an active one."""
    organization = _organization(organization_id)
    if organization.state != OrganizationState.ACTIVE:
        raise Conflict(
            "%(name)s isn't active yet. Activate the organization, then send.",
            field="organization",
            name=organization.name,
        )
    return organization


def xml_of(public_id: str, version: int | None = None) -> bytes:
    """The bytes of a version, the newest by default, exactly as they came in."""
    document = get(public_id)
    if tenancy.current().staff is not None:
        raise NotFound("This isn't here, or it isn't yours.")
    digest = digest_of(document, version or document.version)
    # Of a document that is shared with us the organization itself may be out of sight.
    with tenancy.every_environment("the folder of a document that may be seen"):
        organization = _organization(document.organization_id)
    return keeping.store().fetch(organization.public_id, digest)


def versions(document: Document) -> Sequence[DocumentVersion]:
    """Every version of a document, oldest first."""
    found: Sequence[DocumentVersion] = db.session.scalars(
        select(DocumentVersion)
        .where(DocumentVersion.document_id == document.id)
        .order_by(DocumentVersion.version)
    ).all()
    return found


def digest_of(document: Document, version: int) -> str:
    """The name of the bytes of one version."""
    found = db.session.scalars(
        select(DocumentVersion.digest).where(
            DocumentVersion.document_id == document.id, DocumentVersion.version == version
        )
    ).one_or_none()
    if found is None:
        raise NotFound("This version isn't here.")
    return str(found)


def keep_bytes(organization_public_id: str, content: bytes) -> str:
    """Put bytes safely on disk, before any row names them."""
    return keeping.store().keep(organization_public_id, content)


def add_version(document: Document, digest: str, size: int) -> None:
    """Write down that these kept bytes are the present version of a document."""
    db.session.flush()  # a new document needs its id
    add_blob(document.organization_id, digest, size)
    db.session.add(
        DocumentVersion(
            organization_id=document.organization_id,
            document_id=document.id,
            version=document.version,
            digest=digest,
            size=size,
        )
    )


def add_blob(organization_id: int, digest: str, size: int) -> None:
    """Write down that an organization keeps these bytes, once."""
    known = select(Blob.id).where(Blob.organization_id == organization_id, Blob.digest == digest)
    if db.session.scalars(known).first() is None:
        try:
            with db.session.begin_nested():
                db.session.add(Blob(organization_id=organization_id, digest=digest, size=size))
        except IntegrityError:
            return  # someone was first; it is the same row


def refuse_open_delivery(document: Document) -> None:
    """What is on its way, or may have arrived, isn't changed under way."""
    under_way = select(Delivery.id).where(
        Delivery.document_id == document.id, Delivery.state.in_(OPEN)
    )
    if db.session.scalars(under_way).first() is not None:
        raise Conflict("This document is on its way. Wait until it arrived, or cancel it first.")


def _store(document: Document, content: bytes, file_name: str) -> bool:
    """Write the rows, unless someone with the same bytes was first this very moment."""
    with transaction():
        try:
            with db.session.begin_nested():
                db.session.add(document)
        except IntegrityError:
            return False
        add_version(document, storage.digest_of(content), len(content))
        _add_content(document, file_name)
        history.note(document, N_("Taken in"), source=document.source)
        if document.reading_until is None:
            enqueue(Task.PROCESS_DOCUMENTS)
    return True


def _organization(organization_id: int) -> Organization:
    found: Organization | None = db.session.scalars(
        select(Organization).where(Organization.id == organization_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This isn't here, or it isn't yours.")
    return found


def _first_with(digest: str, organization_id: int, direction: Direction) -> Document | None:
    found: Document | None = db.session.scalars(
        select(Document)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(
            Document.organization_id == organization_id,
            Document.direction == direction,
            # Said of the version too: so the index of the bytes is used.
            DocumentVersion.organization_id == organization_id,
            DocumentVersion.digest == digest,
        )
        .order_by(Document.id)
    ).first()
    return found


def _again(first: Document | None) -> Taken:
    """The document that has these bytes; one that was wrong gets another look."""
    if first is None:
        raise Conflict("This document is being taken in already. Look again in a moment.")
    if first.readiness == Readiness.INVALID:
        # What was wrong may lie in the organization's numbers, which can be put right.
        with transaction():
            document = locked(first.public_id)
            if document.readiness == Readiness.INVALID:
                document.readiness, document.reading_until = Readiness.CHECKING, None
                enqueue(Task.PROCESS_DOCUMENTS)
    return Taken(first.id, first.public_id, repeated=True)


def _add_content(document: Document, file_name: str) -> None:
    db.session.add(
        DocumentContent(
            organization_id=document.organization_id,
            document_id=document.id,
            file_name=file_name[:300],
        )
    )
