"""A document as a mail: the readable invoice, its XML, and a private link; all made before anything leaves."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.channels import Attachment, Channel, EmailChannel, Message
from app.extensions import db, settings
from app.invoice import original
from app.invoice.model import Invoice, Kind
from app.invoice.original import Original
from app.mail import mailer
from app.models import Direction, Organization
from app.services import designs, keeping, letters, papers, pdf_settings, private_links
from app.services.outcomes import Parcel
from app.services.papers import Made, Reader
from app.transactions import transaction

LANGUAGE_OF = {"NL": "nl", "BE": "nl", "FR": "fr", "LU": "fr", "DE": "de", "AT": "de"}
SHARE_OF_LEASE = 0.5  # the conversation with a server ends well before the lease does
_UNSAFE = re.compile(r"[^\w.-]+")


def channel() -> Channel:
    """The way out for mail, as it is set."""
    chosen = settings()
    seconds = chosen.lease_seconds * SHARE_OF_LEASE
    return EmailChannel(mailer(chosen.mail_url, chosen.mail_dir, seconds=seconds), chosen.mail_from)


def message(parcel: Parcel) -> Message:
    """The complete mail for a claimed delivery."""
    found = original.read(keeping.store().fetch(parcel.organization_public_id, parcel.digest))
    invoice = found.invoice
    sender, reply_to = _sender(parcel)
    paper = _paper(found, parcel)
    letter = letters.write(
        "invoice",
        language_of(invoice),
        {
            "sender": sender,
            "number": invoice.number or "",
            "kind": invoice.kind,
            "reply_to": reply_to,
            "link": private_links.keep(parcel),
            "has_pdf": "yes" if paper else "",
            "beside": ", ".join(part.name for part, _why in paper.beside) if paper else "",
        },
    )
    return Message(
        key=parcel.message_key,
        recipient=parcel.recipient,
        sender=f"{sender} via Postiljon",
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        reply_to=reply_to,
        attachments=_files(found, paper),
    )


def language_of(invoice: Invoice) -> str:
    """The language of the buyer's country, as far as we speak it."""
    country = invoice.buyer.address.country if invoice.buyer.address else None
    return LANGUAGE_OF.get((country or "").upper(), "en")


def file_name(invoice: Invoice) -> str:
    """A name for the files of an invoice, without an ending."""
    word = "credit-note" if invoice.kind is Kind.CREDIT_NOTE else "invoice"
    number = _UNSAFE.sub("-", invoice.number or "").strip("-.")[:80]
    return f"{word}-{number}" if number else word


def _sender(parcel: Parcel) -> tuple[str, str]:
    with transaction():
        found = db.session.execute(
            select(Organization.name, Organization.email).where(
                Organization.id == parcel.organization_id
            )
        ).one()
    return str(found.name), str(found.email)


def _paper(found: Original, parcel: Parcel) -> Made | None:
    """The PDF as the sender's settings say, if there is one."""
    owner = parcel.organization_id
    chosen = pdf_settings.for_organizations({owner})[owner]
    reader = Reader(Direction.OUT, language_of(found.invoice), chosen, designs.of(owner))
    return papers.make(found, reader) if papers.is_there(found, reader) else None


def _files(found: Original, paper: Made | None) -> tuple[Attachment, ...]:
    """The PDF, what could not be joined to it, and the XML."""
    name = file_name(found.invoice)
    xml = Attachment(f"{name}.xml", "application/xml", found.xml)
    if paper is None:
        return (xml,)
    pdf = Attachment(f"{name}.pdf", "application/pdf", paper.content)
    beside = (
        Attachment(_UNSAFE.sub("-", part.name)[-80:], "application/octet-stream", part.content)
        for part, _why in paper.beside
    )
    return (pdf, xml, *beside)
