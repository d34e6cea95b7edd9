"""The button *Fix*: a correction that is safe and certain becomes a new version, once somebody has seen it.

Only a file that was never sent; what came in, or was handed over, stays what it was. The bytes of the
version before are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app import storage
from app.errors import Conflict
from app.extensions import db
from app.invoice import original
from app.invoice.wording import N_
from app.models import Delivery, Direction, Document, Finding, Readiness
from app.models.types import now
from app.services import document_story, documents, history, processing, readings, rights
from app.services.document_story import Story
from app.transactions import transaction
from app.validation import check_original
from app.validation.fixes import Proposal

NOTHING = N_("There is nothing here that can be fixed for certain. Correct it where it was made.")
SENT = N_("This document was sent already, so it stays as it is.")
CHANGED = N_(
    "This document changed since you looked. Look at what would change now, and fix it then."
)
_CORRECTABLE = (Readiness.INVALID, Readiness.READY)


@dataclass(frozen=True, slots=True)
class Fix:
    """What would change in a document, which findings that mends, and which are left."""

    document: Document
    proposal: Proposal
    mended: tuple[Finding, ...]
    left: tuple[Finding, ...]

    @property
    def seal(self) -> str:
        """What was shown: the digest of the document as it would be."""
        return storage.digest_of(self.proposal.xml)


def is_offered(story: Story) -> bool:
    """Whether the reader of this page can have something fixed."""
    document = story.document
    return (
        story.mine
        and _is_ours(document)
        and not story.deliveries
        and any(each.fixable for each in story.findings)
    )


def proposed(document_public_id: str) -> Fix:
    """What would change, to be shown before anything is."""
    document = documents.get(document_public_id)
    rights.need_member(document.organization_id)
    _refuse_sent(document)
    found = original.read(documents.xml_of(document_public_id))
    proposal = readings.proposal_for(found, check_original(found).findings)
    if proposal is None:
        raise Conflict(NOTHING)
    known = document_story.findings_of(document)
    mended = tuple(each for each in known if proposal.mends(each.code, each.path))
    return Fix(document, proposal, mended, tuple(each for each in known if each not in mended))


def apply(document_public_id: str, seal: str) -> None:
    """Make what was shown the next version, and check it at once."""
    fix = proposed(document_public_id)
    if fix.seal != seal:
        raise Conflict(CHANGED)
    organization = documents.active(fix.document.organization_id)
    xml, seen = fix.proposal.xml, fix.document.version
    documents.keep_bytes(organization.public_id, xml)
    with transaction():
        document = documents.locked(document_public_id)
        _refuse_sent(document)
        if document.version != seen:
            raise Conflict(CHANGED)
        document.version += 1
        document.readiness = Readiness.CHECKING
        document.reading_until = processing.free_again()
        document.changed_at = now()
        documents.add_version(document, seal, len(xml))
        codes = ", ".join(dict.fromkeys(each.code for each in fix.mended))
        history.note(
            document, N_("Fixed: %(codes)s; version %(version)s"),
            codes=codes, version=str(document.version),
        )  # fmt: skip
    processing.process_taken(document.id, document.organization_id)


def _is_ours(document: Document) -> bool:
    return (
        document.direction == Direction.OUT
        and document.readiness in _CORRECTABLE
        and document.queued_at is None
    )


def _refuse_sent(document: Document) -> None:
    if not _is_ours(document):
        raise Conflict(NOTHING if document.queued_at is None else SENT)
    any_delivery = select(Delivery.id).where(Delivery.document_id == document.id).limit(1)
    if db.session.scalars(any_delivery).first() is not None:
        raise Conflict(SENT)
