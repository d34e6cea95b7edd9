"""A document to read: rendered for people, as a PDF, or its own bytes; a draft as it would be sent."""

from __future__ import annotations

from dataclasses import dataclass

from app import rendering
from app.errors import Conflict
from app.invoice import original
from app.invoice.model import Invoice
from app.invoice.original import Original
from app.models import Document, Readiness
from app.services import documents, drafts, mailing


@dataclass(frozen=True, slots=True)
class Paper:
    """Bytes with a name, which has no ending yet."""

    content: bytes
    name: str


def invoice_of(public_id: str) -> Invoice:
    """What a document says."""
    document: Document = documents.get(public_id)
    if document.readiness == Readiness.DRAFT:
        return drafts.read(public_id).invoice
    return original.read(documents.xml_of(public_id)).invoice


def html(public_id: str, language: str) -> str:
    """For people, in their language."""
    return rendering.html(invoice_of(public_id), language)


def pdf(public_id: str, language: str) -> Paper:
    """The one that it came in; else made when it is asked for, and it can always be made again."""
    document: Document = documents.get(public_id)
    if document.readiness == Readiness.DRAFT:
        invoice = drafts.read(public_id).invoice
        return Paper(rendering.pdf(invoice, language), mailing.file_name(invoice))
    found = original.read(documents.xml_of(public_id))
    return Paper(printed(found, language), mailing.file_name(found.invoice))


def printed(found: Original, language: str) -> bytes:
    """An invoice that came as a PDF looks as its sender made it; another is printed by us."""
    return found.pdf or rendering.pdf(found.invoice, language, found.xml)


def xml(public_id: str) -> Paper:
    """The XML as it came, also when it came inside a PDF; a draft has none yet."""
    if documents.get(public_id).readiness == Readiness.DRAFT:
        raise Conflict("A draft has no XML yet; it is made when you send it.")
    found = original.read(documents.xml_of(public_id))
    return Paper(found.xml, mailing.file_name(found.invoice))
