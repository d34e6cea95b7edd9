"""Read a UBL 2.1 invoice or credit note as it is, right or wrong; judging is for validation."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from lxml import etree

from app.invoice import ubl
from app.invoice.model import Attachment, Identifier, Invoice, Kind, Note, Reference, Totals
from app.invoice.parsing import Refused, parse
from app.invoice.ubl_read_parts import (
    allowance_charge,
    delivery,
    line,
    other_party,
    payment_means,
    seller_or_buyer,
    vat_breakdown,
)
from app.invoice.ubl_values import attachment, day, period
from app.invoice.values import Element, amount, content, every, first, identifier, number, text

_KINDS = {ubl.INVOICE_ROOT: Kind.INVOICE, ubl.CREDIT_NOTE_ROOT: Kind.CREDIT_NOTE}
# UBL has one place for a note and the code of its subject: "#AAI#Text".
_SUBJECT = re.compile(r"#([A-Za-z0-9]{1,3})#(.+)", re.DOTALL)
_TYPED = (ubl.OBJECT_DOCUMENT, ubl.PROJECT_DOCUMENT)


def read(xml: bytes) -> Invoice:
    """The invoice in these bytes. Only what isn't a UBL invoice at all is refused."""
    return read_tree(parse(xml))


def kind_of(root: Element) -> Kind:
    """Invoice or credit note; any other document is refused, saying what it is."""
    kind = _KINDS.get(str(root.tag))
    if kind is None:
        raise Refused(
            "PST-NOT-INVOICE",
            "This is XML, but not a UBL 2.1 invoice or credit note: its first element is “%(name)s”.",
            name=etree.QName(root).localname[:60],
        )
    return kind


def read_tree(root: Element) -> Invoice:
    """The invoice in a tree that was parsed safely."""
    head = _head(root)
    lines = "cac:InvoiceLine" if head.kind is Kind.INVOICE else "cac:CreditNoteLine"
    return replace(
        head,
        seller=seller_or_buyer(first(root, "cac:AccountingSupplierParty")),
        buyer=seller_or_buyer(first(root, "cac:AccountingCustomerParty")),
        payee=other_party(first(root, "cac:PayeeParty")),
        tax_representative=other_party(first(root, "cac:TaxRepresentativeParty")),
        delivery=delivery(first(root, "cac:Delivery")),
        payment_means=tuple(map(payment_means, every(root, "cac:PaymentMeans"))),
        creditor_id=_creditor_id(root),
        payment_terms=_payment_terms(root),
        allowances_charges=tuple(map(allowance_charge, every(root, "cac:AllowanceCharge"))),
        vat_breakdown=tuple(map(vat_breakdown, every(root, "cac:TaxTotal/cac:TaxSubtotal"))),
        totals=_totals(root),
        lines=tuple(map(line, every(root, lines))),
        attachments=_attachments(root),
    )


def _head(root: Element) -> Invoice:
    """What identifies the document, and what it refers to."""
    return Invoice(
        kind=kind_of(root),
        type_code=text(root, "cbc:InvoiceTypeCode") or text(root, "cbc:CreditNoteTypeCode"),
        number=text(root, "cbc:ID"),
        issue_date=day(root, "cbc:IssueDate"),
        due_date=_due_date(root),
        tax_point_date=day(root, "cbc:TaxPointDate"),
        tax_point_code=text(root, "cac:InvoicePeriod/cbc:DescriptionCode"),
        currency=text(root, "cbc:DocumentCurrencyCode"),
        accounting_currency=text(root, "cbc:TaxCurrencyCode"),
        customization=text(root, "cbc:CustomizationID"),
        profile=text(root, "cbc:ProfileID"),
        buyer_reference=text(root, "cbc:BuyerReference"),
        project_reference=_project(root),
        contract_reference=text(root, "cac:ContractDocumentReference/cbc:ID"),
        order_reference=_order(root),
        sales_order_reference=text(root, "cac:OrderReference/cbc:SalesOrderID"),
        receipt_reference=text(root, "cac:ReceiptDocumentReference/cbc:ID"),
        despatch_reference=text(root, "cac:DespatchDocumentReference/cbc:ID"),
        tender_reference=text(root, "cac:OriginatorDocumentReference/cbc:ID"),
        object_id=_typed_document(root, ubl.OBJECT_DOCUMENT),
        accounting_reference=text(root, "cbc:AccountingCost"),
        preceding=_preceding(root),
        notes=_notes(root),
        period=period(first(root, "cac:InvoicePeriod")),
    )


def _notes(root: Element) -> tuple[Note, ...]:
    return tuple(_note(said) for said in map(content, every(root, "cbc:Note")) if said)


def _note(said: str) -> Note:
    coded = _SUBJECT.fullmatch(said)
    return Note(coded.group(2).strip(), coded.group(1)) if coded else Note(said)


def _creditor_id(root: Element) -> str | None:
    for role in ("cac:PayeeParty", "cac:AccountingSupplierParty/cac:Party"):
        for found in every(root, f"{role}/cac:PartyIdentification/cbc:ID"):
            if found.get("schemeID") == ubl.CREDITOR_SCHEME:
                return content(found)
    return None


def _attachments(root: Element) -> tuple[Attachment, ...]:
    return tuple(
        attachment(each)
        for each in every(root, "cac:AdditionalDocumentReference")
        if text(each, "cbc:DocumentTypeCode") not in _TYPED
    )


def _due_date(root: Element) -> date | None:
    return day(root, "cbc:DueDate") or day(root, "cac:PaymentMeans/cbc:PaymentDueDate")


def _typed_document(root: Element, code: str) -> Identifier | None:
    for reference in every(root, "cac:AdditionalDocumentReference"):
        if text(reference, "cbc:DocumentTypeCode") == code:
            return identifier(first(reference, "cbc:ID"))
    return None


def _project(root: Element) -> str | None:
    named = text(root, "cac:ProjectReference/cbc:ID")
    typed = _typed_document(root, ubl.PROJECT_DOCUMENT)
    return named or (typed.value if typed else None)


def _order(root: Element) -> str | None:
    number_ = text(root, "cac:OrderReference/cbc:ID")
    only_sales = text(root, "cac:OrderReference/cbc:SalesOrderID") is not None
    return None if number_ == ubl.NO_ORDER and only_sales else number_


def _preceding(root: Element) -> tuple[Reference, ...]:
    found = every(root, "cac:BillingReference/cac:InvoiceDocumentReference")
    return tuple(
        Reference(text(each, "cbc:ID") or "", day(each, "cbc:IssueDate")) for each in found
    )


def _payment_terms(root: Element) -> str | None:
    notes = map(content, every(root, "cac:PaymentTerms/cbc:Note"))
    return "\n".join(filter(None, notes)) or None


def _totals(root: Element) -> Totals:
    sums = first(root, "cac:LegalMonetaryTotal")
    return Totals(
        lines=amount(sums, "cbc:LineExtensionAmount"),
        allowances=amount(sums, "cbc:AllowanceTotalAmount"),
        charges=amount(sums, "cbc:ChargeTotalAmount"),
        tax_exclusive=amount(sums, "cbc:TaxExclusiveAmount"),
        tax=_tax(root, text(root, "cbc:DocumentCurrencyCode")),
        tax_in_accounting_currency=_accounting_tax(root),
        tax_inclusive=amount(sums, "cbc:TaxInclusiveAmount"),
        prepaid=amount(sums, "cbc:PrepaidAmount"),
        rounding=amount(sums, "cbc:PayableRoundingAmount"),
        payable=amount(sums, "cbc:PayableAmount"),
    )


def _accounting_tax(root: Element) -> Decimal | None:
    currency = text(root, "cbc:TaxCurrencyCode")
    if currency is None or currency == text(root, "cbc:DocumentCurrencyCode"):
        return None
    return _tax(root, currency)


def _tax(root: Element, currency: str | None) -> Decimal | None:
    for found in every(root, "cac:TaxTotal/cbc:TaxAmount"):
        if currency is None or found.get("currencyID") == currency:
            return number(content(found))
    return None
