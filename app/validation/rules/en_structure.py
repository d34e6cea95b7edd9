"""EN 16931: how often UBL elements may occur (UBL-SR), and how values are written (UBL-DT)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.invoice import ubl
from app.invoice.model import Kind
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import (
    Element,
    find_all,
    has,
    is_false,
    is_true,
    own_text,
    says,
    string,
    written,
)
from app.validation.report import Finding, Severity
from app.validation.rule import MISSING, ONCE, Rule, at_most_one, decimals, found_at, quoted

_PRICE = ubl.qualified("cac:Price")
_SELLER, _BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
_LINE = "cac:InvoiceLine|cac:CreditNoteLine"

_ONE_LINE = N_("There may be only one third address line. Join the others to it.")
_DIFFERENT = N_(
    "All payment methods of an invoice must have the same value for: %(what)s. Make them the same, or make two invoices."
)
_PAYEE = N_(
    "The payee must have one name, number and registration, and be somebody else than the seller. Leave the payee out when it is the seller."
)
_TWO_NUMBERS = N_(
    "A seller has at most two tax numbers: one for VAT and one other. Remove the others."
)
_TYPED = N_(
    "Only the invoiced object (130) has a type code or scheme, and the project (50) in a credit note. Remove the type code and the scheme of this document."
)
_TAX_NUMBER = N_(
    "A tax number needs both the number and its scheme, such as VAT. Fill in what is missing."
)
_ONE_CATEGORY = N_(
    "A line needs exactly one VAT category. Choose one, and split the line when two apply."
)
_CENTS = N_("The amount %(found)s has too many decimals. Write it with at most two.")
_ATTRIBUTE = N_(
    "The attached file has no file name or no type, such as application/pdf. Attach the file again."
)

_DOCUMENT_ONCE = (
    ("UBL-SR-01", "cac:ContractDocumentReference/cbc:ID", "BT-12"),
    ("UBL-SR-02", "cac:ReceiptDocumentReference/cbc:ID", "BT-15"),
    ("UBL-SR-03", "cac:DespatchDocumentReference/cbc:ID", "BT-16"),
    ("UBL-SR-05", "cac:PaymentTerms/cbc:Note", "BT-20"),
    ("UBL-SR-08", "cac:InvoicePeriod", "BG-14"),
    ("UBL-SR-09", f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName", "BT-27"),
    ("UBL-SR-10", f"{_SELLER}/cac:PartyName/cbc:Name", "BT-28"),
    ("UBL-SR-11", f"{_SELLER}/cac:PartyLegalEntity/cbc:CompanyID", "BT-30"),
    ("UBL-SR-14", f"{_SELLER}/cac:PartyLegalEntity/cbc:CompanyLegalForm", "BT-33"),
    ("UBL-SR-15", f"{_BUYER}/cac:PartyLegalEntity/cbc:RegistrationName", "BT-44"),
    ("UBL-SR-16", f"{_BUYER}/cac:PartyIdentification/cbc:ID", "BT-46"),
    ("UBL-SR-17", f"{_BUYER}/cac:PartyLegalEntity/cbc:CompanyID", "BT-47"),
    ("UBL-SR-24", "cac:Delivery", "BG-13"),
    ("UBL-SR-39", "cac:ProjectReference/cbc:ID", "BT-11"),
    ("UBL-SR-40", f"{_BUYER}/cac:PartyName/cbc:Name", "BT-45"),
    ("UBL-SR-45", "cac:PaymentMeans/cbc:PaymentDueDate", "BT-9"),
    ("UBL-SR-49", "cac:InvoicePeriod/cbc:DescriptionCode", "BT-8"),
    ("UBL-SR-54", "cac:PaymentMeans/cac:CardAccount", "BG-18"),
    ("UBL-SR-55", "cac:PaymentMeans/cac:PaymentMandate", "BG-19"),
    ("UBL-SR-56", "cac:OriginatorDocumentReference/cbc:ID", "BT-17"),
)
_ELSEWHERE_ONCE = (
    ("UBL-SR-06", "cac:BillingReference", "cac:InvoiceDocumentReference", "BG-3"),
    ("UBL-SR-22", "cac:TaxRepresentativeParty", "cac:PartyName/cbc:Name", "BT-62"),
    ("UBL-SR-23", "cac:TaxRepresentativeParty", "cac:PartyTaxScheme/cbc:CompanyID", "BT-63"),
    ("UBL-SR-25", "cac:Delivery", "cac:DeliveryParty/cac:PartyName/cbc:Name", "BT-70"),
    ("UBL-SR-26", "cac:PaymentMeans", "cbc:PaymentID", "BT-83"),
    ("UBL-SR-27", "cac:PaymentMeans", "cbc:PaymentMeansCode", "BT-81"),
    ("UBL-SR-28", "cac:PaymentMeans", "cac:PaymentMandate/cbc:ID", "BT-89"),
    ("UBL-SR-32", "cac:TaxSubtotal", "cac:TaxCategory/cbc:TaxExemptionReason", "BT-120"),
    ("UBL-SR-33", "cac:AdditionalDocumentReference", "cbc:DocumentDescription", "BT-123"),
    ("UBL-SR-34", _LINE, "cbc:Note", "BT-127"),
    ("UBL-SR-35", _LINE, "cac:OrderLineReference/cbc:LineID", "BT-132"),
    ("UBL-SR-36", _LINE, "cac:InvoicePeriod", "BG-26"),
    ("UBL-SR-37", _LINE, "cac:Price/cac:AllowanceCharge/cbc:Amount", "BT-147"),
    ("UBL-SR-50", _LINE, "cac:Item/cbc:Description", "BT-154"),
    ("UBL-SR-52", _LINE, "cac:DocumentReference", "BT-128"),
)


def _tax_numbers(party: str, *, vat: bool) -> Rule:
    path = f"{party}/cac:PartyTaxScheme"

    def holds(element: Element, _document: Document) -> bool:
        which = [
            each
            for each in find_all(element, path)
            if any(
                (written(scheme, "cbc:ID").upper() == "VAT") is vat
                for scheme in find_all(each, "cac:TaxScheme")
            )
        ]
        return sum(len(find_all(each, "cbc:CompanyID")) for each in which) <= 1

    return Rule("", "/*", holds, ONCE)


def _one_object(element: Element, _document: Document) -> bool:
    references = find_all(element, "cac:AdditionalDocumentReference")
    objects = [each for each in references if says(each, "cbc:DocumentTypeCode", "130")]
    return sum(len(find_all(each, "cbc:ID")) for each in objects) <= 1


def _one_sepa(_element: Element, document: Document) -> bool:
    numbers = document.nodes("cac:PartyIdentification/cbc:ID")
    return sum((each.get("schemeID") or "").upper() == "SEPA" for each in numbers) <= 1


def _same(pattern: str) -> Rule:
    def holds(_element: Element, document: Document) -> bool:
        return len({string(each) for each in document.nodes(pattern)}) <= 1

    return Rule("", "/*", holds, _DIFFERENT)


def _payment_names(element: Element, _document: Document) -> bool:
    found = find_all(element, "cac:PaymentMeans/cbc:PaymentMeansCode")
    return sum(each.get("name") is not None for each in found) <= 1


def _registered_names(document: Document) -> set[str]:
    path = f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName"
    return {string(each) for each in find_all(document.root, path)}


def _payee(path: str, *, without_sepa: bool = False) -> Rule:
    def holds(element: Element, document: Document) -> bool:
        found = find_all(element, path)
        if without_sepa:
            found = [e for e in found if (e.get("schemeID") or "").upper() != "SEPA"]
        names = {string(e) for e in find_all(element, "cac:PartyName/cbc:Name")}
        sellers = document.once("registered names", lambda: _registered_names(document))
        return len(found) <= 1 and any(seller != name for seller in sellers for name in names)

    return Rule("", "cac:PayeeParty", holds, _PAYEE, "BG-10")


def _type_is_allowed(element: Element, document: Document) -> bool:
    allowed = ("130", "50") if document.kind is Kind.CREDIT_NOTE else ("130",)
    if says(element, "cbc:DocumentTypeCode", *allowed):
        return True
    schemes = [each for each in find_all(element, "cbc:ID") if each.get("schemeID") is not None]
    return not schemes and not has(element, "cbc:DocumentTypeCode")


_REASON_ONCE = at_most_one("UBL-SR-30", "cac:AllowanceCharge", "cbc:AllowanceChargeReason", "BT-97")

RULES = (
    *(at_most_one(code, "/*", path, term) for code, path, term in _DOCUMENT_ONCE),
    *(at_most_one(*row) for row in _ELSEWHERE_ONCE),
    Rule("UBL-SR-04", "/*", _one_object, ONCE, "BT-18"),
    Rule("UBL-SR-07", "cac:BillingReference", lambda e, _d: has(e, "cac:InvoiceDocumentReference/cbc:ID"), MISSING, "BT-25"),
    replace(_tax_numbers(_SELLER, vat=True), code="UBL-SR-12", term="BT-31"),
    replace(_tax_numbers(_SELLER, vat=False), code="UBL-SR-13", term="BT-32"),
    replace(_tax_numbers(_BUYER, vat=True), code="UBL-SR-18", term="BT-48"),
    replace(_payee("cac:PartyName/cbc:Name"), code="UBL-SR-19"),
    replace(_payee("cac:PartyIdentification/cbc:ID", without_sepa=True), code="UBL-SR-20"),
    replace(_payee("cac:PartyLegalEntity/cbc:CompanyID"), code="UBL-SR-21"),
    Rule("UBL-SR-29", "/*", _one_sepa, ONCE, "BT-90"),
    replace(_REASON_ONCE, applies=lambda e, _d: is_false(e)),
    replace(_REASON_ONCE, code="UBL-SR-31", term="BT-104", applies=lambda e, _d: is_true(e)),
    Rule("UBL-SR-42", _SELLER, lambda e, _d: len(find_all(e, "cac:PartyTaxScheme")) <= 2, _TWO_NUMBERS, "BT-32"),
    Rule("UBL-SR-43", "cac:AdditionalDocumentReference", _type_is_allowed, _TYPED, "BT-122"),
    replace(_same("cbc:PaymentID"), code="UBL-SR-44", term="BT-83"),
    Rule("UBL-SR-46", "/*", _payment_names, ONCE, "BT-82"),
    replace(_same("cbc:PaymentMeansCode"), code="UBL-SR-47", term="BT-81"),
    Rule("UBL-SR-48", _LINE, lambda e, _d: len(find_all(e, "cac:Item/cac:ClassifiedTaxCategory")) == 1, _ONE_CATEGORY, "BT-151"),
    Rule("UBL-SR-51", "cac:PostalAddress|cac:Address", lambda e, _d: len(find_all(e, "cac:AddressLine")) <= 1, _ONE_LINE, "BT-162"),
    Rule("UBL-SR-53", "cac:PartyTaxScheme", lambda e, _d: has(e, "cac:TaxScheme/cbc:ID") and has(e, "cbc:CompanyID"), _TAX_NUMBER, "BT-31", values=found_at("cbc:CompanyID")),
)  # fmt: skip


DESCRIBED = (
    ("UBL-DT-01", Severity.FATAL, "", _CENTS),
    ("UBL-DT-06", Severity.FATAL, "BT-125", _ATTRIBUTE),
    ("UBL-DT-07", Severity.FATAL, "BT-125", _ATTRIBUTE),
)


def data_types(document: Document) -> Iterable[Finding]:
    """How amounts and attached files are written, wherever they stand."""
    for element in document.tagged("Amount"):
        if _in_cents(element) and decimals(element) > 2:
            yield _finding(
                document, "UBL-DT-01", _CENTS, "", element, found=quoted(own_text(element))
            )
    for element in document.tagged("BinaryObject"):
        for code, name in (("UBL-DT-06", "mimeCode"), ("UBL-DT-07", "filename")):
            if element.get(name) is None:
                yield _finding(document, code, _ATTRIBUTE, "BT-125", element)


def _in_cents(element: Element) -> bool:
    """Prices, and what was taken off them, may have more decimals."""
    if str(element.tag).endswith("PriceAmount"):
        return False
    return not any(has(each, "cac:AllowanceCharge") for each in element.iterancestors(_PRICE))


def _finding(
    document: Document, code: str, sentence: str, term: str, element: Element, **values: object
) -> Finding:
    line: int | None = getattr(element, "sourceline", None)
    return Finding(code, Severity.FATAL, sentence, term, document.place(element), line, values)
