"""A new draft out of a document that there is: a copy, or a credit note for it."""

from __future__ import annotations

from copy import deepcopy
from uuid import uuid4

from app.errors import Conflict
from app.invoice import original
from app.invoice.model import Attachment, Invoice, Kind
from app.models import Direction, Document, Readiness
from app.models.types import now
from app.services import attachments, documents, drafts, invoices_to_forms, rights
from app.services.attachments import File
from app.services.invoice_forms import Form


def copy(document_public_id: str) -> str:
    """The draft that says the same again, with the files that went with it; its public id."""
    document = _own(document_public_id)
    invoice, form = _read(document)
    draft = _begin(document, invoices_to_forms.afresh(form, now().date()))
    if files := [each for each in map(_file, invoice.attachments) if attachments.fits(each)]:
        attachments.add(draft, files)
    return draft


def credit(document_public_id: str) -> str:
    """The draft of a credit note for the whole of an invoice; its public id."""
    document = _own(document_public_id)
    if document.readiness != Readiness.READY or document.kind != Kind.INVOICE:
        raise Conflict("A credit note is made for an invoice that has a number.")
    invoice, form = _read(document)
    return _begin(document, invoices_to_forms.credited(form, invoice, now().date()))


def _own(document_public_id: str) -> Document:
    document = documents.get(document_public_id)
    rights.need_member(document.organization_id)
    if document.direction != Direction.OUT or document.readiness == Readiness.CHECKING:
        raise Conflict("Only an invoice that you send can be copied.")
    return document


def _read(document: Document) -> tuple[Invoice, Form]:
    """What it says, and the form for it: as it was typed, where it was."""
    typed = document.content.form if document.content else None
    if document.readiness == Readiness.DRAFT:
        form: Form = typed or {}
        organization = document.organization.public_id
        return attachments.filled(drafts.read(document.public_id).invoice, form, organization), form
    invoice = original.read(documents.xml_of(document.public_id)).invoice
    return invoice, deepcopy(typed) if typed else invoices_to_forms.form_of(invoice)


def _begin(document: Document, form: Form) -> str:
    organization = document.organization.public_id
    return drafts.begin(organization, form | {"organization": organization}, str(uuid4()))


def _file(attachment: Attachment) -> File:
    return File(attachment.filename or attachment.id or "", attachment.content or b"")
