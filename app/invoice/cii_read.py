"""Read a Cross Industry Invoice (CII D16B) as it is, right or wrong; judging is for validation.

It becomes the same invoice that UBL is read into: every term of EN 16931 has its place in both.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.invoice import cii
from app.invoice.cii_read_parts import (
    allowance_charge,
    delivery,
    line,
    other_party,
    party,
    payment_means,
    vat_breakdown,
)
from app.invoice.cii_values import attachment, day, period, reference, typed_documents
from app.invoice.model import Attachment, Invoice, Kind, Note, Reference, Totals
from app.invoice.parsing import parse
from app.invoice.values import Element, amount, content, every, first, number, text

_REFERENCE_TYPES = (cii.TENDER_DOCUMENT, cii.OBJECT_DOCUMENT)


def read(xml: bytes) -> Invoice:
    """The invoice in these bytes."""
    return read_tree(parse(xml))


def read_tree(root: Element) -> Invoice:
    """The invoice in a tree that was parsed safely."""
    trade = first(root, "rsm:SupplyChainTradeTransaction")
    agreement = first(trade, "ApplicableHeaderTradeAgreement")
    delivered = first(trade, "ApplicableHeaderTradeDelivery")
    settlement = first(trade, "ApplicableHeaderTradeSettlement")
    invoice = _with_references(_head(root), agreement, delivered)
    return replace(
        _with_settlement(invoice, settlement),
        seller=party(first(agreement, "SellerTradeParty")),
        buyer=party(first(agreement, "BuyerTradeParty")),
        tax_representative=other_party(first(agreement, "SellerTaxRepresentativeTradeParty")),
        delivery=delivery(delivered),
        lines=tuple(map(line, every(trade, "IncludedSupplyChainTradeLineItem"))),
    )


def _head(root: Element) -> Invoice:
    context = first(root, "rsm:ExchangedDocumentContext")
    document = first(root, "rsm:ExchangedDocument")
    type_code = text(document, "TypeCode")
    return Invoice(
        kind=Kind.CREDIT_NOTE if type_code in cii.CREDIT_TYPES else Kind.INVOICE,
        type_code=type_code,
        number=text(document, "ID"),
        issue_date=day(document, "IssueDateTime/udt:DateTimeString"),
        customization=text(context, "GuidelineSpecifiedDocumentContextParameter/ID"),
        profile=text(context, "BusinessProcessSpecifiedDocumentContextParameter/ID"),
        notes=tuple(
            Note(said, text(each, "SubjectCode"))
            for each in every(document, "IncludedNote")
            if (said := text(each, "Content")) is not None
        ),
    )


def _with_references(
    head: Invoice, agreement: Element | None, delivered: Element | None
) -> Invoice:
    tenders = typed_documents(agreement, cii.TENDER_DOCUMENT)
    objects = typed_documents(agreement, cii.OBJECT_DOCUMENT)
    return replace(
        head,
        buyer_reference=text(agreement, "BuyerReference"),
        project_reference=text(agreement, "SpecifiedProcuringProject/ID"),
        contract_reference=text(agreement, "ContractReferencedDocument/IssuerAssignedID"),
        order_reference=text(agreement, "BuyerOrderReferencedDocument/IssuerAssignedID"),
        sales_order_reference=text(agreement, "SellerOrderReferencedDocument/IssuerAssignedID"),
        receipt_reference=text(delivered, "ReceivingAdviceReferencedDocument/IssuerAssignedID"),
        despatch_reference=text(delivered, "DespatchAdviceReferencedDocument/IssuerAssignedID"),
        tender_reference=text(tenders[0], "IssuerAssignedID") if tenders else None,
        object_id=reference(objects[0]) if objects else None,
        attachments=_attachments(agreement),
    )


def _attachments(agreement: Element | None) -> tuple[Attachment, ...]:
    return tuple(
        attachment(each)
        for each in every(agreement, "AdditionalReferencedDocument")
        if text(each, "TypeCode") not in _REFERENCE_TYPES
    )


def _with_settlement(invoice: Invoice, settlement: Element | None) -> Invoice:
    currency = text(settlement, "InvoiceCurrencyCode")
    accounting = text(settlement, "TaxCurrencyCode")
    terms = (text(each, "Description") for each in every(settlement, "SpecifiedTradePaymentTerms"))
    code = text(settlement, "ApplicableTradeTax/DueDateTypeCode")
    extras = every(settlement, "SpecifiedTradeAllowanceCharge")
    vat = every(settlement, "ApplicableTradeTax")
    return replace(
        invoice,
        due_date=day(settlement, "SpecifiedTradePaymentTerms/DueDateDateTime/udt:DateTimeString"),
        tax_point_date=day(settlement, "ApplicableTradeTax/TaxPointDate/udt:DateString"),
        tax_point_code=cii.TAX_POINT_CODES.get(code or "", code),
        currency=currency,
        accounting_currency=accounting,
        accounting_reference=text(settlement, "ReceivableSpecifiedTradeAccountingAccount/ID"),
        preceding=_preceding(settlement),
        period=period(first(settlement, "BillingSpecifiedPeriod")),
        payee=other_party(first(settlement, "PayeeTradeParty")),
        payment_means=payment_means(settlement),
        creditor_id=text(settlement, "CreditorReferenceID"),
        payment_terms="\n".join(filter(None, terms)) or None,
        allowances_charges=tuple(map(allowance_charge, extras)),
        vat_breakdown=tuple(map(vat_breakdown, vat)),
        totals=_totals(settlement, currency, accounting),
    )


def _preceding(settlement: Element | None) -> tuple[Reference, ...]:
    issued = "FormattedIssueDateTime/qdt:DateTimeString"
    return tuple(
        Reference(text(each, "IssuerAssignedID") or "", day(each, issued))
        for each in every(settlement, "InvoiceReferencedDocument")
    )


def _totals(settlement: Element | None, currency: str | None, accounting: str | None) -> Totals:
    sums = first(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")
    other = None if accounting in (None, currency) else _tax(sums, accounting)
    return Totals(
        lines=amount(sums, "LineTotalAmount"),
        allowances=amount(sums, "AllowanceTotalAmount"),
        charges=amount(sums, "ChargeTotalAmount"),
        tax_exclusive=amount(sums, "TaxBasisTotalAmount"),
        tax=_tax(sums, currency),
        tax_in_accounting_currency=other,
        tax_inclusive=amount(sums, "GrandTotalAmount"),
        prepaid=amount(sums, "TotalPrepaidAmount"),
        rounding=amount(sums, "RoundingAmount"),
        payable=amount(sums, "DuePayableAmount"),
    )


def _tax(sums: Element | None, currency: str | None) -> Decimal | None:
    for found in every(sums, "TaxTotalAmount"):
        if currency is None or found.get("currencyID") in (None, currency):
            return number(content(found))
    return None
