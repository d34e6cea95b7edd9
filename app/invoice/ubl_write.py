"""Write an invoice as UBL 2.1, Peppol BIS Billing 3.0 unless the invoice names another profile.

Reading what was written gives an equal invoice. One exception lies in UBL itself: a credit
note keeps its due date in its payment means, so without one there is no place for it.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from app.invoice import ubl
from app.invoice.model import Invoice, Kind, Line, Note, VatBreakdown
from app.invoice.ubl_build import Child, Element, group, leaf
from app.invoice.ubl_write_parts import (
    allowance_charge,
    attachment,
    delivery,
    document,
    numbered,
    other_party,
    payment_means,
    period,
    seller_or_buyer,
    tax_category,
)

_ROOTS = {Kind.INVOICE: ubl.INVOICE_NS, Kind.CREDIT_NOTE: ubl.CREDIT_NOTE_NS}
_DEFAULT_TYPES = {Kind.INVOICE: "380", Kind.CREDIT_NOTE: "381"}


def write(invoice: Invoice) -> bytes:
    """The invoice as UTF-8 XML, its elements in the order of the schema."""
    namespace = _ROOTS[invoice.kind]
    name = "Invoice" if invoice.kind is Kind.INVOICE else "CreditNote"
    prefixes: dict[Any, str] = {None: namespace, "cac": ubl.CAC, "cbc": ubl.CBC}
    root = etree.Element(f"{{{namespace}}}{name}", nsmap=prefixes)
    for child in (*_head(invoice), *_references(invoice), *_parties(invoice), *_money(invoice)):
        _append(root, child)
    for line in invoice.lines:
        _append(root, _line(line, invoice))
    etree.cleanup_namespaces(root, keep_ns_prefixes=["cac", "cbc"])
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _append(root: Element, child: Child) -> None:
    if isinstance(child, etree._Element):
        root.append(child)
    elif child is not None:
        root.extend([each for each in child if each is not None])


def _head(invoice: Invoice) -> tuple[Child, ...]:
    type_code = invoice.type_code or _DEFAULT_TYPES[invoice.kind]
    tax_point = leaf("cbc:TaxPointDate", invoice.tax_point_date)
    notes = [leaf("cbc:Note", _note(each)) for each in invoice.notes]
    kind_specific: tuple[Child, ...] = (
        leaf("cbc:DueDate", invoice.due_date),
        leaf("cbc:InvoiceTypeCode", type_code),
        notes,
        tax_point,
    )
    if invoice.kind is Kind.CREDIT_NOTE:
        kind_specific = (tax_point, leaf("cbc:CreditNoteTypeCode", type_code), notes)
    customization = invoice.customization or ubl.PEPPOL_CUSTOMIZATION
    # Only Peppol asks for a profile; an invoice of another kind keeps what it has.
    default_profile = ubl.PEPPOL_PROFILE if customization == ubl.PEPPOL_CUSTOMIZATION else None
    return (
        leaf("cbc:CustomizationID", customization),
        leaf("cbc:ProfileID", invoice.profile or default_profile),
        leaf("cbc:ID", invoice.number),
        leaf("cbc:IssueDate", invoice.issue_date),
        *kind_specific,
        leaf("cbc:DocumentCurrencyCode", invoice.currency),
        leaf("cbc:TaxCurrencyCode", invoice.accounting_currency),
        leaf("cbc:AccountingCost", invoice.accounting_reference),
        leaf("cbc:BuyerReference", invoice.buyer_reference),
        period(invoice.period, invoice.tax_point_code),
    )


def _note(note: Note) -> str:
    return f"#{note.subject}#{note.text}" if note.subject else note.text


def _references(invoice: Invoice) -> tuple[Child, ...]:
    order = invoice.order_reference
    if order is None and invoice.sales_order_reference is not None:
        order = ubl.NO_ORDER
    contract = document("cac:ContractDocumentReference", invoice.contract_reference)
    tender = document("cac:OriginatorDocumentReference", invoice.tender_reference)
    extra: list[Element | None] = [
        document("cac:AdditionalDocumentReference", invoice.object_id, ubl.OBJECT_DOCUMENT)
    ]
    attached = [attachment(each) for each in invoice.attachments]
    last: tuple[Child, ...] = (
        tender, contract, extra, attached,
        group("cac:ProjectReference", leaf("cbc:ID", invoice.project_reference)),
    )  # fmt: skip
    if invoice.kind is Kind.CREDIT_NOTE:  # its schema has another order, and no project
        project = invoice.project_reference
        extra.append(document("cac:AdditionalDocumentReference", project, ubl.PROJECT_DOCUMENT))
        last = (contract, extra, attached, tender)
    return (
        group(
            "cac:OrderReference",
            leaf("cbc:ID", order),
            leaf("cbc:SalesOrderID", invoice.sales_order_reference),
        ),
        [_preceding(each.number, each.issue_date) for each in invoice.preceding],
        document("cac:DespatchDocumentReference", invoice.despatch_reference),
        document("cac:ReceiptDocumentReference", invoice.receipt_reference),
        *last,
    )


def _preceding(number: str, issue_date: object) -> Element | None:
    return group(
        "cac:BillingReference",
        group(
            "cac:InvoiceDocumentReference",
            leaf("cbc:ID", number),
            leaf("cbc:IssueDate", issue_date),
        ),
    )


def _parties(invoice: Invoice) -> tuple[Child, ...]:
    due = invoice.due_date if invoice.kind is Kind.CREDIT_NOTE else None
    creditor = invoice.creditor_id
    paid_by_seller = creditor if invoice.payee is None else None
    return (
        seller_or_buyer("cac:AccountingSupplierParty", invoice.seller, paid_by_seller),
        seller_or_buyer("cac:AccountingCustomerParty", invoice.buyer),
        other_party("cac:PayeeParty", invoice.payee, creditor),
        other_party("cac:TaxRepresentativeParty", invoice.tax_representative),
        delivery(invoice.delivery),
        [payment_means(means, due) for means in invoice.payment_means],
        group("cac:PaymentTerms", leaf("cbc:Note", invoice.payment_terms)),
    )


def _money(invoice: Invoice) -> tuple[Child, ...]:
    totals, currency = invoice.totals, invoice.currency
    accounting = invoice.accounting_currency

    def money(name: str, value: object) -> Element | None:
        return leaf(name, value, currencyID=currency)

    return (
        [allowance_charge(each, currency) for each in invoice.allowances_charges],
        group(
            "cac:TaxTotal",
            money("cbc:TaxAmount", totals.tax),
            [_subtotal(each, currency) for each in invoice.vat_breakdown],
        ),
        group(
            "cac:TaxTotal",
            leaf("cbc:TaxAmount", totals.tax_in_accounting_currency, currencyID=accounting),
        ),
        group(
            "cac:LegalMonetaryTotal",
            money("cbc:LineExtensionAmount", totals.lines),
            money("cbc:TaxExclusiveAmount", totals.tax_exclusive),
            money("cbc:TaxInclusiveAmount", totals.tax_inclusive),
            money("cbc:AllowanceTotalAmount", totals.allowances),
            money("cbc:ChargeTotalAmount", totals.charges),
            money("cbc:PrepaidAmount", totals.prepaid),
            money("cbc:PayableRoundingAmount", totals.rounding),
            money("cbc:PayableAmount", totals.payable),
        ),
    )


def _subtotal(vat: VatBreakdown, currency: str | None) -> Element | None:
    return group(
        "cac:TaxSubtotal",
        leaf("cbc:TaxableAmount", vat.taxable, currencyID=currency),
        leaf("cbc:TaxAmount", vat.tax, currencyID=currency),
        tax_category(
            "cac:TaxCategory",
            vat.category,
            vat.rate,
            leaf("cbc:TaxExemptionReasonCode", vat.exemption_code),
            leaf("cbc:TaxExemptionReason", vat.exemption_reason),
        ),
    )


def _line(line: Line, invoice: Invoice) -> Element | None:
    credit, currency = invoice.kind is Kind.CREDIT_NOTE, invoice.currency
    return group(
        "cac:CreditNoteLine" if credit else "cac:InvoiceLine",
        leaf("cbc:ID", line.id),
        leaf("cbc:Note", line.note),
        leaf(
            "cbc:CreditedQuantity" if credit else "cbc:InvoicedQuantity",
            line.quantity,
            unitCode=line.unit,
        ),
        leaf("cbc:LineExtensionAmount", line.net, currencyID=currency),
        leaf("cbc:AccountingCost", line.accounting_reference),
        period(line.period),
        group("cac:OrderLineReference", leaf("cbc:LineID", line.order_line)),
        document("cac:DocumentReference", line.object_id, ubl.OBJECT_DOCUMENT),
        [allowance_charge(each, currency) for each in line.allowances_charges],
        _item(line),
        _price(line, currency),
    )


def _item(line: Line) -> Element | None:
    return group(
        "cac:Item",
        leaf("cbc:Description", line.description),
        leaf("cbc:Name", line.name),
        group("cac:BuyersItemIdentification", leaf("cbc:ID", line.buyer_item_id)),
        group("cac:SellersItemIdentification", leaf("cbc:ID", line.seller_item_id)),
        group("cac:StandardItemIdentification", numbered("cbc:ID", line.standard_item_id)),
        group("cac:OriginCountry", leaf("cbc:IdentificationCode", line.origin_country)),
        [
            group(
                "cac:CommodityClassification",
                leaf(
                    "cbc:ItemClassificationCode",
                    each.code,
                    listID=each.list,
                    listVersionID=each.list_version,
                ),
            )
            for each in line.classifications
        ],
        tax_category("cac:ClassifiedTaxCategory", line.vat_category, line.vat_rate),
        [
            group("cac:AdditionalItemProperty", leaf("cbc:Name", name), leaf("cbc:Value", value))
            for name, value in line.attributes
        ],
    )


def _price(line: Line, currency: str | None) -> Element | None:
    discount = None
    if line.price_discount is not None or line.gross_price is not None:
        discount = group(
            "cac:AllowanceCharge",
            leaf("cbc:ChargeIndicator", False),
            leaf("cbc:Amount", line.price_discount, currencyID=currency),
            leaf("cbc:BaseAmount", line.gross_price, currencyID=currency),
        )
    return group(
        "cac:Price",
        leaf("cbc:PriceAmount", line.price, currencyID=currency),
        leaf("cbc:BaseQuantity", line.base_quantity, unitCode=line.base_unit),
        discount,
    )
