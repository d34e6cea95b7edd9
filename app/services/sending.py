"""The button *Send*, whatever it is that is sent: a draft becomes a document first."""

from __future__ import annotations

from app.errors import Conflict
from app.invoice import original
from app.invoice.model import Invoice
from app.models import Document, Readiness, Route
from app.services import deliveries, documents, drafts, keeping, rights, routes
from app.services.routes import Answer


def send(document_public_id: str, route: Route | None = None) -> None:
    """Put it on its way; a draft with mistakes stays a draft, and is refused with a sentence."""
    if documents.get(document_public_id).readiness != Readiness.DRAFT:
        deliveries.queue(document_public_id, route=route)
        return
    sent = drafts.send(document_public_id, route=route)
    if sent.delivery_public_id is None:
        raise Conflict("This draft has mistakes. Mend them first; they are listed on its page.")


def ways(document: Document, invoice: Invoice | None = None) -> Answer:
    """How it can travel; of a draft, which has no bytes yet, the invoice is given."""
    rights.need_member(document.organization_id)
    return routes.best_for(invoice or _invoice(document), document.organization_id)


def _invoice(document: Document) -> Invoice:
    digest = documents.digest_of(document, document.version)
    folder = document.organization.public_id
    return original.read(keeping.store().fetch(folder, digest)).invoice
