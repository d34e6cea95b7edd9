"""A document to read: rendered for people, as a PDF, or its own bytes; a draft as it would be sent."""

from __future__ import annotations

from dataclasses import dataclass

from app import rendering
from app.errors import Conflict
from app.invoice import ubl_read
from app.invoice.model import Invoice
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
    return ubl_read.read(documents.xml_of(public_id))


def html(public_id: str, language: str) -> str:
    """For people, in their language."""
    return rendering.html(invoice_of(public_id), language)


def pdf(public_id: str, language: str) -> Paper:
    """Made when it is asked for; it can always be made again."""
    invoice = invoice_of(public_id)
    return Paper(rendering.pdf(invoice, language), mailing.file_name(invoice))


def xml(public_id: str) -> Paper:
    """The original bytes; a draft has none yet."""
    if documents.get(public_id).readiness == Readiness.DRAFT:
        raise Conflict("A draft has no XML yet; it is made when you send it.")
    content = documents.xml_of(public_id)
    return Paper(content, mailing.file_name(ubl_read.read(content)))
