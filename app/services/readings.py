"""What a document says and what is wrong with it: kept beside the document, for lists, routes and people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import delete, select

from app.extensions import db
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Invoice
from app.invoice.original import Original, Syntax
from app.invoice.wording import N_, translate
from app.models import Document, DocumentContent, Finding, Identifier
from app.services import parties, party_names
from app.validation import Finding as Found
from app.validation import Severity
from app.validation.fixes import Proposal, propose

LANGUAGES = ("en", "nl", "fr", "de")
CENT = Decimal("0.01")

NOT_THE_SUPPLIER = N_(
    "The supplier of this document is %(supplier)s, and you chose %(organization)s. "
    "Choose the right organization, or correct the supplier's numbers."
)
NUMBER_USED = N_(
    "Number %(number)s was used in %(year)s already, for another document (%(first)s). "
    "Give this one its own number, or correct the first."
)

_OURS = frozenset({NOT_THE_SUPPLIER, NUMBER_USED})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says, and what is wrong with it."""

    invoice: Invoice
    findings: tuple[Found, ...]
    number_key: str | None = None
    proposal: Proposal | None = None  # what can be put right for certain

    @property
    def fatal(self) -> bool:
        """Whether it cannot be sent like this."""
        return any(each.severity is Severity.FATAL for each in self.findings)

    def with_finding(self, finding: Found) -> Reading:
        """The same with one thing more that is wrong."""
        return replace(self, findings=(*self.findings, finding), number_key=None)


def proposal_for(found: Original, findings: Iterable[Found]) -> Proposal | None:
    """Corrections of a file that is UBL itself; one of another syntax stays as its software made it."""
    if found.syntax is not Syntax.UBL or found.pdf is not None:
        return None
    return propose(found.xml, findings)


def number_key(seller: str, number: str, year: int) -> str:
    """The same for every document with this number, by this seller, in this year."""
    return hashlib.sha256(f"{seller}|{number.strip()}|{year}".encode()).hexdigest()


def key_of(organization_public_id: str, invoice: Invoice) -> str | None:
    """The number key of a document that an organization of the platform sends."""
    if not invoice.number or invoice.issue_date is None:
        return None
    return number_key(organization_public_id, invoice.number, invoice.issue_date.year)


def write_findings(
    document: Document, findings: Iterable[Found], proposal: Proposal | None = None
) -> None:
    """Keep what was found in the present version, in every language, instead of what was found before."""
    db.session.execute(
        delete(Finding)
        .where(Finding.document_id == document.id, Finding.version == document.version)
        .execution_options(synchronize_session=False)
    )
    for each in findings:
        db.session.add(
            Finding(
                organization_id=document.organization_id,
                document_id=document.id,
                version=document.version,
                code=each.code[:60],
                severity=each.severity,
                term=each.term[:60],
                path=each.path[:500],
                line=each.line,
                fixable=proposal is not None and proposal.mends(each.code, each.path),
                messages={language: _message(each, language) for language in LANGUAGES},
            )
        )


def _message(found: Found, language: str) -> str:
    if found.sentence in _OURS:
        # Said here, not by the rules: it stands in the screens' catalogue.
        return translate("messages", language, found.sentence) % found.values
    return found.message(language)


def write_content(document: Document, invoice: Invoice) -> DocumentContent:
    """Keep what lists and routes need of what a document says."""
    document.kind = invoice.kind
    document.number = (invoice.number or "")[:200]
    content: DocumentContent | None = db.session.scalars(
        select(DocumentContent).where(DocumentContent.document_id == document.id)
    ).one_or_none()
    if content is None:
        content = DocumentContent(organization_id=document.organization_id, document_id=document.id)
        db.session.add(content)
    describe(content, document.direction, invoice)
    return content


def describe(content: DocumentContent, direction: str, invoice: Invoice) -> None:
    """Fill in what lists and routes need."""
    buyer = invoice.buyer
    content.seller_name = (invoice.seller.name or "")[:300]
    content.buyer_name = (buyer.name or "")[:300]
    content.party_key = party_names.key(direction, content.seller_name, content.buyer_name)
    content.buyer_email = ((buyer.contact.email if buyer.contact else None) or "")[:320]
    content.buyer_scheme = buyer.endpoint.scheme[:4] if buyer.endpoint else ""
    content.buyer_value = buyer.endpoint.value[:130] if buyer.endpoint else ""
    content.issue_date, content.due_date = invoice.issue_date, invoice.due_date
    content.currency = (invoice.currency or "")[:3]
    content.payable = _shown(invoice.totals.payable)


def own_identifiers(organization_id: int) -> tuple[ParticipantId, ...]:
    """The numbers that an organization has proven to be its own."""
    rows = db.session.scalars(
        select(Identifier).where(
            Identifier.organization_id == organization_id, Identifier.owned.is_(True)
        )
    )
    return tuple(ParticipantId(each.scheme, each.value) for each in rows)


def supplier_finding(
    invoice: Invoice, own: Iterable[ParticipantId], organization_name: str
) -> Found | None:
    """What is wrong when the supplier isn't the organization that sends."""
    if parties.is_same(invoice.seller, own):
        return None
    numbers = ", ".join(str(each) for each in parties.addresses(invoice.seller)[:2])
    supplier = " ".join(filter(None, [invoice.seller.name, f"({numbers})" if numbers else ""]))
    return Found(
        "PST-SUPPLIER",
        Severity.FATAL,
        NOT_THE_SUPPLIER,
        term="BG-4",
        values={"supplier": supplier[:200] or "–", "organization": organization_name},
    )


def used_number(invoice: Invoice, first: str) -> Found:
    """What is wrong when another document has this number already."""
    return Found(
        "PST-NUMBER-USED",
        Severity.FATAL,
        NUMBER_USED,
        term="BT-1",
        values={
            "number": invoice.number or "",
            "year": str(invoice.issue_date.year) if invoice.issue_date else "–",
            "first": first,
        },
    )


def number_used_by(document: Document, key: str | None) -> str | None:
    """How people know the other document of this organization with the same number key."""
    if key is None:
        return None
    found = db.session.execute(
        select(DocumentContent.file_name, Document.number)
        .join(Document, Document.id == DocumentContent.document_id)
        .where(
            Document.organization_id == document.organization_id,
            Document.direction == document.direction,
            Document.number_key == key,
            Document.id != document.id,
        )
    ).first()
    return None if found is None else str(found.file_name or found.number)


def _shown(amount: Decimal | None) -> Decimal | None:
    """As it can be kept for lists; one with more decimals, or too large, has its finding."""
    if amount is None or not amount.is_finite() or abs(amount) >= Decimal(10) ** 15:
        return None
    return amount.quantize(CENT)
