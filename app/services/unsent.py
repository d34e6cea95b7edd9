"""Drafts: what is not sent yet, and may be changed by members of its organization."""

from __future__ import annotations

from sqlalchemy import select

from app.errors import Conflict
from app.extensions import db
from app.models import Document, DocumentContent, Readiness
from app.services import documents, rights


def draft(public_id: str) -> Document:
    """One draft that the person at work may change."""
    return _changeable(documents.get(public_id))


def locked(public_id: str) -> tuple[Document, DocumentContent]:
    """The same as it is now with what it says, held until the transaction ends."""
    document = _changeable(documents.locked(public_id))
    content = select(DocumentContent).where(DocumentContent.document_id == document.id)
    return document, db.session.scalars(content.execution_options(populate_existing=True)).one()


def _changeable(document: Document) -> Document:
    rights.need_member(document.organization_id)
    if document.readiness != Readiness.DRAFT:
        raise Conflict("This invoice has been sent; it can be corrected, not edited.")
    return document
