"""Drafts: what is not sent yet, and may be changed by members of its organization."""

from __future__ import annotations

from app.errors import Conflict
from app.models import Document, Readiness
from app.services import documents, rights


def draft(public_id: str) -> Document:
    """One draft that the person at work may change."""
    document = documents.get(public_id)
    rights.need_member(document.organization_id)
    if document.readiness != Readiness.DRAFT:
        raise Conflict("This invoice has been sent; it can be corrected, not edited.")
    return document
