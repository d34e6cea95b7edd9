"""A document to read: rendered for people, as a PDF, or its own bytes; a draft as it would be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app import rendering
from app.errors import Conflict, NotFound
from app.invoice import original
from app.invoice.model import Invoice
from app.invoice.original import Original
from app.models import Direction, Document, Readiness
from app.rendering.merging import Part, Why
from app.services import designs, documents, drafts, mailing, papers, pdf_settings
from app.services.papers import Reader

NOT_HERE = "This isn't here, or it isn't yours."
NO_XML_YET = "A draft has no XML yet; it is made when you send it."


@dataclass(frozen=True, slots=True)
class Paper:
    """Bytes with a name, which has no ending yet."""

    content: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Files:
    """What hangs on a document; attachments with the reason why one isn't in its PDF."""

    document: Document
    joined: bool
    original: bytes | None
    attachments: Sequence[tuple[Part, Why | None]]

    def taken(self, which: str) -> Part:
        """One of them: the PDF that came, or an attachment by its place, counted from 1."""
        if which == "original" and self.original is not None:
            return Part("original.pdf", self.original)
        place = int(which) if which.isascii() and which.isdigit() and len(which) < 6 else 0
        if not 1 <= place <= len(self.attachments):
            raise NotFound(NOT_HERE)
        return self.attachments[place - 1][0]


def invoice_of(public_id: str) -> Invoice:
    """What a document says."""
    document: Document = documents.get(public_id)
    if document.readiness == Readiness.DRAFT:
        return drafts.read(public_id).invoice
    return _read(public_id).invoice


def html(public_id: str, language: str) -> str:
    """For people, in their language."""
    return rendering.html(invoice_of(public_id), language)


def pdf(public_id: str, language: str) -> Paper:
    """As its organization's settings say; a draft as it would be sent."""
    document: Document = documents.get(public_id)
    if document.readiness == Readiness.DRAFT:
        invoice = drafts.read(public_id).invoice
        design = designs.of(document.organization_id)
        return Paper(rendering.pdf(invoice, language, None, design), mailing.file_name(invoice))
    reader = Reader(document.direction, language, _settings(document), _design(document))
    found = _read(public_id)
    return Paper(papers.make(found, reader).content, mailing.file_name(found.invoice))


def xml(public_id: str) -> Paper:
    """The XML as it came, also when it came inside a PDF; a draft has none yet."""
    found = _sent(public_id)
    return Paper(found.xml, mailing.file_name(found.invoice))


def files(public_id: str) -> Files:
    """Everything that can be taken along."""
    document: Document = documents.get(public_id)
    found, reader = _sent(public_id), Reader(document.direction, "en", _settings(document))
    attached = papers.beside(found, reader.settings)
    return Files(document, papers.joins(found, reader), found.pdf, attached)


def _sent(public_id: str) -> Original:
    if documents.get(public_id).readiness == Readiness.DRAFT:
        raise Conflict(NO_XML_YET)
    return _read(public_id)


def _read(public_id: str) -> Original:
    return original.read(documents.xml_of(public_id))


def _design(document: Document) -> rendering.Design:
    """Of what we send; what came in is its sender's, whose logo isn't ours to look up."""
    sent = document.direction == Direction.OUT
    return designs.of(document.organization_id) if sent else rendering.PLAIN


def _settings(document: Document) -> pdf_settings.PdfSettings:
    owner: int = document.organization_id
    return pdf_settings.for_organizations({owner})[owner]
