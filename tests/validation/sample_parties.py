"""Samples of other countries and other VAT categories, made from the Dutch ones."""

from __future__ import annotations

from functools import lru_cache

from sample_changes import altered, sample

from app.validation.rules import nlcius

SELLER, BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
LEGAL, VAT = "cac:PartyLegalEntity/cbc:CompanyID", "cac:PartyTaxScheme/cbc:CompanyID"
COUNTRY = "cac:PostalAddress/cac:Country/cbc:IdentificationCode"
MEANS, CODE = "cac:PaymentMeans", "cac:PaymentMeans/cbc:PaymentMeansCode"
ACCOUNT = f"{MEANS}/cac:PayeeFinancialAccount"
# After the newest releases came into force.
TODAY = ("set", "cbc:IssueDate", "2026-09-01")


def _party(
    party: str, country: str, vat: str, scheme: str, number: str
) -> tuple[tuple[str, ...], ...]:
    return (
        ("set", f"{party}/{COUNTRY}", country),
        ("set", f"{party}/{VAT}", vat),
        ("set", f"{party}/{LEGAL}", number),
        ("attribute", f"{party}/{LEGAL}", "schemeID", scheme),
        ("set", f"{party}/cbc:EndpointID", number),
        ("attribute", f"{party}/cbc:EndpointID", "schemeID", scheme),
    )


def _both(country: str, vat: str, scheme: str, number: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        change
        for party in (SELLER, BUYER)
        for change in _party(party, country, vat, scheme, number)
    )


_GREEK_ID = "094259216|01/09/2026|0|1.1|A|17"
NATIONAL: dict[str, tuple[tuple[str, ...], ...]] = {
    "german": (
        *_both("DE", "DE123456788", "0088", "4012345000009"),
        ("remove", f"{ACCOUNT}/cbc:Name"),
        ("set", f"{ACCOUNT}/cbc:ID", "DE75512108001245126199"),
        ("set", CODE, "58"),
    ),
    "german by card": (("set", CODE, "48"), ("remove", ACCOUNT), ("add", MEANS, "cac:CardAccount/cbc:PrimaryAccountNumberID", "4321")),
    "german by debit": (
        ("set", CODE, "59"), ("remove", ACCOUNT),
        ("add", MEANS, "cac:PaymentMandate/cbc:ID", "M-1"),
        ("add", f"{MEANS}/cac:PaymentMandate", "cac:PayerFinancialAccount/cbc:ID", "DE75512108001245126199"),
        ("add", SELLER, "cac:PartyIdentification/cbc:ID", "DE98ZZZ09999999999"),
        ("attribute", f"{SELLER}/cac:PartyIdentification/cbc:ID", "schemeID", "SEPA"),
    ),
    "danish": (
        *_both("DK", "DK12345674", "0184", "12345674"),
        ("add", BUYER, "cac:PartyIdentification/cbc:ID", "12345674"),
        ("attribute", f"{BUYER}/cac:PartyIdentification/cbc:ID", "schemeID", "0184"),
        ("add", f"{ACCOUNT}", "cac:FinancialInstitutionBranch/cbc:ID", "1234"),
        ("set", CODE, "42"),
    ),
    "danish credit note": (
        ("set", f"{SELLER}/{COUNTRY}", "DK"), ("set", f"{BUYER}/{COUNTRY}", "DK"),
    ),
    "greek": (
        *_both("GR", "EL094259216", "9933", "094259216"),
        ("attribute", f"{SELLER}/{LEGAL}", "schemeID", ""),
        ("attribute", f"{BUYER}/{LEGAL}", "schemeID", ""),
        ("set", "cbc:ID", _GREEK_ID),
        ("add", BUYER, "cac:PartyName/cbc:Name", "Kafes"),
        ("add", ".", "cac:AdditionalDocumentReference/cbc:ID", "400001234567890"),
        ("add", "cac:AdditionalDocumentReference", "cbc:DocumentDescription", "##M.AR.K##"),
        ("add", ".", "cac:AdditionalDocumentReference/cbc:ID", "1"),
        ("add", "cac:AdditionalDocumentReference[2]", "cbc:DocumentDescription", "##INVOICE|URL##"),
        ("add", "cac:AdditionalDocumentReference[2]", "cac:Attachment/cac:ExternalReference/cbc:URI", "https://example.org/i/1"),
    ),
    "icelandic": (
        *_both("IS", "IS12345", "0196", "5501012340"),
        ("set", CODE, "42"), ("set", f"{ACCOUNT}/cbc:ID", "012345678901"),
        ("add", ".", "cac:AdditionalDocumentReference/cbc:ID", "2026-10-05"),
        ("add", "cac:AdditionalDocumentReference", "cbc:DocumentDescription", "EINDAGI"),
        ("set", "cbc:DueDate", "2026-10-01"),
    ),
    "italian": (
        *_both("IT", "IT00743110157", "0211", "IT00743110157"),
        ("add", SELLER, "cac:PartyTaxScheme/cbc:CompanyID", "00743110157"),
        ("add", f"{SELLER}/cac:PartyTaxScheme[2]", "cac:TaxScheme/cbc:ID", "TAX"),
    ),
    "norwegian": (
        *_both("NO", "NO974760673MVA", "0192", "974760673"),
        ("add", SELLER, "cac:PartyTaxScheme/cbc:CompanyID", "Foretaksregisteret"),
        ("add", f"{SELLER}/cac:PartyTaxScheme[2]", "cac:TaxScheme/cbc:ID", "TAX"),
    ),
    "swedish": (
        *_both("SE", "SE556036079301", "0007", "5560360793"),
        ("add", SELLER, "cac:PartyTaxScheme/cbc:CompanyID", "Godkänd för F-skatt"),
        ("add", f"{SELLER}/cac:PartyTaxScheme[2]", "cac:TaxScheme/cbc:ID", "TAX"),
        ("set", f"{ACCOUNT}/cbc:ID", "9912346"),
        ("add", ACCOUNT, "cac:FinancialInstitutionBranch/cbc:ID", "SE:BANKGIRO"),
    ),
    "swedish plusgiro": (("set", f"{ACCOUNT}/cac:FinancialInstitutionBranch/cbc:ID", "SE:PLUSGIRO"),),
    "nlcius": (("set", "cbc:CustomizationID", nlcius.SI_UBL), ("remove", f"{ACCOUNT}/cbc:Name")),
    "g account": (
        ("set", "cbc:CustomizationID", nlcius.G_ACCOUNT), ("remove", f"{ACCOUNT}/cbc:Name"),
        ("add", MEANS, "cbc:ID", "ORDINARY"), ("repeat", MEANS), ("set", f"{MEANS}[2]/cbc:ID", "GACCOUNT"),
        ("add", "cac:PaymentTerms", "cbc:PaymentMeansID", "ORDINARY"), ("add", "cac:PaymentTerms", "cbc:Amount", "400.00"),
        ("attribute", "cac:PaymentTerms/cbc:Amount", "currencyID", "EUR"),
        ("repeat", "cac:PaymentTerms"), ("remove", "cac:PaymentTerms[2]/cbc:Note"),
        ("set", "cac:PaymentTerms[2]/cbc:PaymentMeansID", "GACCOUNT"), ("set", "cac:PaymentTerms[2]/cbc:Amount", "68.70"),
    ),
}  # fmt: skip
# These begin with another one.
_FROM = {
    "german by card": "german",
    "german by debit": "german",
    "swedish plusgiro": "swedish",
    "danish credit note": "dutch_credit_note",
}
SWEDISH_RATES = (
    ("set", "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent", "12"),
    ("set", "cac:TaxTotal/cbc:TaxAmount", "51.60"),
    ("set", "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount", "51.60"),
    ("set", "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", "481.60"),
    ("set", "cac:LegalMonetaryTotal/cbc:PayableAmount", "481.60"),
    ("set", "cac:InvoiceLine[1]/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", "12"),
    ("set", "cac:InvoiceLine[2]/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", "12"),
)


@lru_cache(maxsize=64)
def base(name: str) -> bytes:
    """A sample by name, also of another country."""
    if name not in NATIONAL:
        return altered(sample(name), TODAY)
    start = base(_FROM[name]) if name in _FROM else altered(sample("dutch_invoice"), TODAY)
    if name == "swedish":
        start = altered(start, *SWEDISH_RATES)
    return altered(start, *NATIONAL[name])


def _extra(place: int, charge: str, code: str, rate: str) -> tuple[tuple[str, ...], ...]:
    extra = f"cac:AllowanceCharge[{place}]"
    category = f"{extra}/cac:TaxCategory"
    return (
        ("add", ".", "cac:AllowanceCharge/cbc:ChargeIndicator", charge),
        ("add", extra, "cbc:AllowanceChargeReason", "Fair"),
        ("add", extra, "cbc:Amount", "5.00"),
        ("attribute", f"{extra}/cbc:Amount", "currencyID", "EUR"),
        ("add", extra, "cac:TaxCategory/cbc:ID", code),
        *((("add", category, "cbc:Percent", rate),) if rate else ()),
        ("add", category, "cac:TaxScheme/cbc:ID", "VAT"),
    )


_TOTALS, _SUBTOTAL = "cac:LegalMonetaryTotal", "cac:TaxTotal/cac:TaxSubtotal"
_REASONS = ("cbc:TaxExemptionReason", "cbc:TaxExemptionReasonCode")


@lru_cache(maxsize=16)
def of_category(code: str) -> bytes:
    """An invoice with this VAT category everywhere, on a discount and an extra cost as well."""
    rate = {"S": "21", "L": "7", "M": "4", "O": ""}.get(code, "0")
    xml = base("reverse_charge_invoice")
    places = (f"{_SUBTOTAL}/cac:TaxCategory", "cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory")
    changes: list[tuple[str, ...]] = []
    for place in places:
        changes.append(("set", f"{place}/cbc:ID", code))
        path = f"{place}/cbc:Percent"
        changes.append(("set", path, rate) if rate else ("remove", path))
    if code in "SZLM":
        changes += [("remove", f"{places[0]}/{reason}") for reason in _REASONS]
    else:
        changes.append(("remove", f"{places[0]}/{_REASONS[1]}"))
    changes += [*_extra(1, "false", code, rate), *_extra(2, "true", code, rate)]
    for name in ("AllowanceTotalAmount", "ChargeTotalAmount"):
        changes.append(("add", _TOTALS, f"cbc:{name}", "5.00"))
        changes.append(("attribute", f"{_TOTALS}/cbc:{name}", "currencyID", "EUR"))
    if code == "O":
        changes += [("remove", f"{party}/cac:PartyTaxScheme") for party in (SELLER, BUYER)]
    if rate not in ("", "0"):
        tax = {"21": "214.20", "7": "71.40", "4": "40.80"}[rate]
        total = {"21": "1234.20", "7": "1091.40", "4": "1060.80"}[rate]
        changes += [("set", f"{path}/cbc:TaxAmount", tax) for path in ("cac:TaxTotal", _SUBTOTAL)]
        changes += [
            ("set", f"{_TOTALS}/cbc:{n}", total) for n in ("TaxInclusiveAmount", "PayableAmount")
        ]
    return altered(xml, *changes)
