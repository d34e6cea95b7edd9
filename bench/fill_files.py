"""Real bytes for the newest documents, so that their invoices open as well as their pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select, update

from app import tenancy
from app.extensions import db
from app.invoice.identifiers import ParticipantId
from app.models import Blob, Document, DocumentVersion, Identifier, Organization
from app.services import documents, specimens
from app.services.demonstration_firms import BAKERY, CAFE
from app.transactions import transaction


def keep(newest: int) -> None:
    """Write an invoice for so many of the newest documents that have a number."""
    with tenancy.every_environment("measuring: which documents get bytes"):
        rows = db.session.execute(
            select(
                Document.id,
                Document.number,
                Organization.id,
                Organization.public_id,
                Identifier.value,
            )
            .join(Organization, Organization.id == Document.organization_id)
            .join(Identifier, Identifier.organization_id == Organization.id)
            .where(Document.number != "")
            .order_by(Document.id.desc())
            .limit(newest)
        ).all()
        for document_id, number, organization_id, folder, value in rows:
            digest, size = _write(folder, number, value)
            _name(document_id, organization_id, digest, size)


def _write(folder: str, number: str, value: str) -> tuple[str, int]:
    seller = replace(BAKERY, number=ParticipantId("0106", value))
    order = specimens.Order("Boerenbrood", 12, Decimal("3.50"))
    content = specimens.xml(number, seller, specimens.party(CAFE), order, datetime.now(UTC).date())
    return documents.keep_bytes(folder, content), len(content)


def _name(document_id: int, organization_id: int, digest: str, size: int) -> None:
    with transaction():
        db.session.execute(update(Document).where(Document.id == document_id).values(digest=digest))
        db.session.execute(
            update(DocumentVersion)
            .where(DocumentVersion.document_id == document_id)
            .values(digest=digest, size=size)
        )
        db.session.add(Blob(organization_id=organization_id, digest=digest, size=size))
