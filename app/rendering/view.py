"""What the page shows, made ready: the template places it and computes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from app.invoice.model import Attachment, Invoice, Kind, Note
from app.rendering import words
from app.rendering.facts import Fact, identifier_text, known, period_text
from app.rendering.formats import Formats
from app.rendering.line_view import LineView, line_views
from app.rendering.money_view import Sum, VatRow, sums, to_pay, vat_rows
from app.rendering.party_view import PartyView, other_parties, seller_view
from app.rendering.payment_view import QrCode, qr_code, ways_to_pay


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page."""

    language: str
    title: str
    number: str
    seller: PartyView
    parties: tuple[PartyView, ...]
    facts: tuple[Fact, ...]
    heads: dict[str, str]
    lines: tuple[LineView, ...]
    vat: tuple[VatRow, ...]
    sums: tuple[Sum, ...]
    to_pay: Fact
    due: str
    payment: tuple[tuple[Fact, ...], ...]
    qr: QrCode | None
    terms: str
    notes: tuple[str, ...]
    attachments: tuple[str, ...]
    about: tuple[Fact, ...]


def view(invoice: Invoice, language: str) -> PageView:
    """Everything that the page shows, in the language of the reader."""
    f = Formats.of(language)
    credit = invoice.kind is Kind.CREDIT_NOTE
    return PageView(
        language=f.language,
        title=_title(f, invoice, credit),
        number=invoice.number or "",
        seller=seller_view(f, invoice),
        parties=other_parties(f, invoice),
        facts=_facts(f, invoice),
        heads=_heads(f),
        lines=line_views(f, invoice),
        vat=vat_rows(f, invoice),
        sums=sums(f, invoice),
        to_pay=to_pay(f, invoice, credit),
        due=f.label(words.BY) % {"date": f.day(invoice.due_date)} if invoice.due_date else "",
        payment=ways_to_pay(f, invoice),
        qr=qr_code(f, invoice),
        terms=invoice.payment_terms or "",
        notes=tuple(map(_note, invoice.notes)),
        attachments=tuple(map(_attachment, invoice.attachments)),
        about=_about(f, invoice),
    )


def _title(f: Formats, invoice: Invoice, credit: bool) -> str:
    ordinary = words.CREDIT_NOTE if credit else words.INVOICE
    return f.label(words.TITLES.get(invoice.type_code or "", ordinary))


def _facts(f: Formats, invoice: Invoice) -> tuple[Fact, ...]:
    delivered = invoice.delivery.date if invoice.delivery else None
    vat_due = words.VAT_DUE_ON.get(invoice.tax_point_code or "", invoice.tax_point_code or "")
    original = ", ".join(
        f"{each.number} ({f.day(each.issue_date)})" if each.issue_date else each.number
        for each in invoice.preceding
    )
    return known(
        f,
        (words.DATE, f.day(invoice.issue_date)),
        (words.DUE_DATE, f.day(invoice.due_date)),
        (words.VAT_DATE, f.day(invoice.tax_point_date)),
        (words.VAT_DUE, f.label(vat_due)),
        (words.ORIGINAL, original),
        (words.BUYER_REFERENCE, invoice.buyer_reference or ""),
        (words.ORDER, invoice.order_reference or ""),
        (words.SALES_ORDER, invoice.sales_order_reference or ""),
        (words.CONTRACT, invoice.contract_reference or ""),
        (words.PROJECT, invoice.project_reference or ""),
        (words.TENDER, invoice.tender_reference or ""),
        (words.OBJECT, identifier_text(invoice.object_id)),
        (words.ACCOUNTING, invoice.accounting_reference or ""),
        (words.DESPATCH, invoice.despatch_reference or ""),
        (words.RECEIPT, invoice.receipt_reference or ""),
        (words.DELIVERY_DATE, f.day(delivered)),
        (words.PERIOD, period_text(f, invoice.period)),
    )


def _heads(f: Formats) -> dict[str, str]:
    heads = {
        "number": words.NUMBER,
        "description": words.DESCRIPTION,
        "quantity": words.QUANTITY,
        "price": words.PRICE,
        "vat": words.VAT,
        "amount": words.AMOUNT,
        "rate": words.VAT_RATE,
        "taxable": words.TAXABLE,
        "vat_amount": words.VAT_AMOUNT,
        "payment": words.PAYMENT,
        "scan": words.SCAN_TO_PAY,
        "notes": words.NOTES,
        "attachments": words.ATTACHMENTS,
        "about": words.ABOUT,
        "page": words.PAGE,
    }
    return {name: f.label(text) for name, text in heads.items()}


def _note(note: Note) -> str:
    return f"{note.subject}: {note.text}" if note.subject else note.text


def _attachment(each: Attachment) -> str:
    """By every name that it has, without saying one twice."""
    said = dict.fromkeys(filter(None, (each.filename, each.id, each.description, each.url)))
    return " – ".join(said)


def _about(f: Formats, invoice: Invoice) -> tuple[Fact, ...]:
    """What software and bookkeepers ask for, and others pass over."""
    return known(
        f,
        (words.TYPE, invoice.type_code or ""),
        (words.CURRENCY, invoice.currency or ""),
        (words.VAT_CURRENCY, invoice.accounting_currency or ""),
        (words.SPECIFICATION, invoice.customization or ""),
        (words.PROCESS, invoice.profile or ""),
    )
