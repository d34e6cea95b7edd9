"""For each rule that can be put right for certain: a sample, what breaks it, and what it becomes again."""

from __future__ import annotations

from app.invoice import ubl

SELLER, BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
TOTALS, LINE = "cac:LegalMonetaryTotal", "cac:InvoiceLine"
SUBTOTAL = "cac:TaxTotal/cac:TaxSubtotal"
CATEGORY = f"{SUBTOTAL}/cac:TaxCategory"
COUNTRY = "cac:PostalAddress/cac:Country/cbc:IdentificationCode"
ITEM_CATEGORY = f"{LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:ID"
EXTRA = "cac:AllowanceCharge"
DUTCH, MANY = "dutch_invoice", "multi_vat_invoice"

Sample = tuple[str, list[tuple[str, ...]], set[tuple[str, str | None, str | None]]]


def _total(name: str, wrong: str, term: str, right: str, start: str = DUTCH) -> Sample:
    changes = [("set", f"{TOTALS}/cbc:{name}", wrong)]
    return start, changes, {(term, wrong, right)}


def _missing(name: str, term: str, right: str) -> Sample:
    return DUTCH, [("remove", f"{TOTALS}/cbc:{name}")], {(term, None, right)}


def _long(place: str, wrong: str, term: str, right: str, start: str = MANY) -> Sample:
    return start, [("set", place, wrong)], {(term, wrong, right)}


def _endpoint(scheme: str, wrong: str, right: str) -> Sample:
    place = f"{BUYER}/cbc:EndpointID"
    changes = [("attribute", place, "schemeID", scheme), ("set", place, wrong)]
    return DUTCH, changes, {("BT-49", wrong, right)}


def _row(code: str, name: str, wrong: str, term: str, right: str) -> Sample:
    return f"category {code}", [("set", f"{SUBTOTAL}/cbc:{name}", wrong)], {(term, wrong, right)}


def _reason(code: str, right: str) -> Sample:
    changes = [("remove", f"{CATEGORY}/cbc:TaxExemptionReason")]
    return f"category {code}", changes, {("BT-121", None, right)}


def _scheme(place: str, term: str) -> Sample:
    return DUTCH, [("attribute", place, "schemeID", "106")], {(term, "106", "0106")}


def _extra_of_line(charge: str) -> list[tuple[str, ...]]:
    extra = f"{LINE}[1]/{EXTRA}"
    return [
        ("add", f"{LINE}[1]", f"{EXTRA}/cbc:ChargeIndicator", charge),
        ("add", extra, "cbc:AllowanceChargeReason", "Fair"),
        ("add", extra, "cbc:Amount", "0.001"),
        ("attribute", f"{extra}/cbc:Amount", "currencyID", "EUR"),
    ]


def _base_of_line(charge: str) -> list[tuple[str, ...]]:
    extra = f"{LINE}[1]/{EXTRA}"
    return [
        *_extra_of_line(charge),
        ("set", f"{extra}/cbc:Amount", "0.00"),
        ("add", extra, "cbc:BaseAmount", "0.001"),
        ("attribute", f"{extra}/cbc:BaseAmount", "currencyID", "EUR"),
    ]


FIXABLE: dict[str, Sample] = {
    # Sums.
    "BR-12": _missing("LineExtensionAmount", "BT-106", "430.00"),
    "BR-13": _missing("TaxExclusiveAmount", "BT-109", "430.00"),
    "BR-14": _missing("TaxInclusiveAmount", "BT-112", "468.70"),
    "BR-15": _missing("PayableAmount", "BT-115", "468.70"),
    "BR-CO-10": _total("LineExtensionAmount", "431.00", "BT-106", "430.00"),
    "BR-CO-11": _total("AllowanceTotalAmount", "20.00", "BT-107", "25.00", MANY),
    "BR-CO-12": _total("ChargeTotalAmount", "20.00", "BT-108", "12.50", MANY),
    "BR-CO-13": _total("TaxExclusiveAmount", "400.00", "BT-109", "430.00"),
    "BR-CO-14": (DUTCH, [("set", "cac:TaxTotal/cbc:TaxAmount", "38.00")], {("BT-110", "38.00", "38.70")}),
    "BR-CO-15": _total("TaxInclusiveAmount", "468.00", "BT-112", "468.70"),
    "BR-CO-16": _total("PayableAmount", "486.70", "BT-115", "468.70"),
    "BR-CO-17": _long(f"{SUBTOTAL}/cbc:TaxAmount", "83.70", "BT-117", "38.70", DUTCH),
    **{
        f"BR-{family}-08": _row(code, "TaxableAmount", "1000.00", "BT-116", "1020.00")
        for family, code in (("S", "S"), ("Z", "Z"), ("E", "E"), ("AE", "AE"), ("IC", "K"), ("G", "G"), ("O", "O"), ("AF", "L"), ("AG", "M"))
    },
    **{
        f"BR-{family}-09": _row(code, "TaxAmount", wrong, "BT-117", right)
        for family, code, wrong, right in (
            ("S", "S", "200.00", "214.20"), ("Z", "Z", "5.00", "0.00"), ("E", "E", "5.00", "0.00"),
            ("AE", "AE", "5.00", "0.00"), ("IC", "K", "5.00", "0.00"), ("G", "G", "5.00", "0.00"),
            ("O", "O", "5.00", "0.00"), ("AF", "L", "70.00", "71.40"), ("AG", "M", "45.00", "40.80"),
        )
    },
    "PEPPOL-EN16931-R120": (DUTCH, [("set", f"{LINE}[1]/cbc:LineExtensionAmount", "852.00")], {("BT-131", "852.00", "258.00")}),
    # Decimals.
    "BR-DEC-09": _total("LineExtensionAmount", "430.001", "BT-106", "430.00"),
    "BR-DEC-10": _total("AllowanceTotalAmount", "25.001", "BT-107", "25.00", MANY),
    "BR-DEC-11": _total("ChargeTotalAmount", "12.501", "BT-108", "12.50", MANY),
    "BR-DEC-12": _total("TaxExclusiveAmount", "430.001", "BT-109", "430.00"),
    "BR-DEC-14": _total("TaxInclusiveAmount", "468.701", "BT-112", "468.70"),
    "BR-DEC-16": _total("PrepaidAmount", "100.001", "BT-113", "100.00", MANY),
    "BR-DEC-17": (DUTCH, [("add", TOTALS, "cbc:PayableRoundingAmount", "0.001"), ("attribute", f"{TOTALS}/cbc:PayableRoundingAmount", "currencyID", "EUR")], {("BT-114", "0.001", "0.00")}),
    "BR-DEC-18": _total("PayableAmount", "468.701", "BT-115", "468.70"),
    "BR-DEC-19": _long(f"{SUBTOTAL}/cbc:TaxableAmount", "430.001", "BT-116", "430.00", DUTCH),
    "BR-DEC-20": _long(f"{SUBTOTAL}/cbc:TaxAmount", "38.701", "BT-117", "38.70", DUTCH),
    "BR-DEC-23": _long(f"{LINE}[1]/cbc:LineExtensionAmount", "258.001", "BT-131", "258.00", DUTCH),
    "BR-DEC-01": _long(f"{EXTRA}/cbc:Amount", "25.001", "BT-92", "25.00"),
    "BR-DEC-02": _long(f"{EXTRA}/cbc:BaseAmount", "500.001", "BT-93", "500.00"),
    "BR-DEC-05": _long(f"{EXTRA}[2]/cbc:Amount", "12.501", "BT-99", "12.50"),
    "BR-DEC-06": (MANY, [("add", f"{EXTRA}[2]", "cbc:BaseAmount", "0.001"), ("attribute", f"{EXTRA}[2]/cbc:BaseAmount", "currencyID", "EUR")], {("BT-100", "0.001", "0.00")}),
    "BR-DEC-24": (DUTCH, _extra_of_line("false"), {("BT-136", "0.001", "0.00")}),
    "BR-DEC-25": (DUTCH, _base_of_line("false"), {("BT-137", "0.001", "0.00")}),
    "BR-DEC-27": (DUTCH, _extra_of_line("true"), {("BT-141", "0.001", "0.00")}),
    "BR-DEC-28": (DUTCH, _base_of_line("true"), {("BT-142", "0.001", "0.00")}),
    "UBL-DT-01": _long("cac:TaxTotal/cbc:TaxAmount", "38.701", "BT-110", "38.70", DUTCH),
    # Codes that everybody fills in the same way.
    "BR-01": (DUTCH, [("remove", "cbc:CustomizationID"), ("remove", "cbc:ProfileID")], {("BT-24", None, ubl.PEPPOL_CUSTOMIZATION), ("BT-23", None, ubl.PEPPOL_PROFILE)}),
    "PEPPOL-EN16931-R001": (DUTCH, [("remove", "cbc:ProfileID")], {("BT-23", None, ubl.PEPPOL_PROFILE)}),
    "BR-23": (DUTCH, [("attribute", f"{LINE}/cbc:InvoicedQuantity", "unitCode", "")], {("BT-130", None, "C62")}),
    "PST-SCHEMA": (DUTCH, [("attribute", f"{TOTALS}/cbc:PayableAmount", "currencyID", "")], {("BT-5", None, "EUR")}),
    "PEPPOL-EN16931-R051": (DUTCH, [("attribute", f"{TOTALS}/cbc:PayableAmount", "currencyID", "eur")], {("BT-5", "eur", "EUR")}),
    "PEPPOL-EN16931-R005": (DUTCH, [("add", ".", "cbc:TaxCurrencyCode", "EUR")], {("BT-6", "EUR", None)}),
    "BR-AE-10": _reason("AE", "VATEX-EU-AE"),
    "BR-IC-10": _reason("K", "VATEX-EU-IC"),
    "BR-G-10": _reason("G", "VATEX-EU-G"),
    "BR-O-10": _reason("O", "VATEX-EU-O"),
    "PEPPOL-EN16931-R008": (DUTCH, [("empty", "cbc:Note")], {("Note", "", None)}),
    "SI-UBL-2": ("nlcius", [("empty", "cbc:Note")], {("Note", "", None)}),
    # Known codes in other letters, or without their zeros.
    "BR-CL-03": (DUTCH, [("attribute", f"{TOTALS}/cbc:PayableAmount", "currencyID", "eur")], {("BT-5", "eur", "EUR")}),
    "BR-CL-04": (DUTCH, [("set", "cbc:DocumentCurrencyCode", "eur")], {("BT-5", "eur", "EUR")}),
    "BR-CL-05": (DUTCH, [("add", ".", "cbc:TaxCurrencyCode", "usd"), ("repeat", "cac:TaxTotal"), ("remove", "cac:TaxTotal[2]/cac:TaxSubtotal"), ("attribute", "cac:TaxTotal[2]/cbc:TaxAmount", "currencyID", "USD")], {("BT-6", "usd", "USD")}),
    "BR-CL-10": (DUTCH, [("add", BUYER, "cac:PartyIdentification/cbc:ID", "60765432"), ("attribute", f"{BUYER}/cac:PartyIdentification/cbc:ID", "schemeID", "106")], {("BT-46", "106", "0106")}),
    "BR-CL-11": _scheme(f"{BUYER}/cac:PartyLegalEntity/cbc:CompanyID", "BT-47"),
    "BR-CL-14": (DUTCH, [("set", f"{BUYER}/{COUNTRY}", "nl")], {("IdentificationCode", "nl", "NL")}),
    "BR-CL-18": (DUTCH, [("set", ITEM_CATEGORY, "s")], {("BT-151", "s", "S")}),
    "BR-CL-21": (DUTCH, [("add", f"{LINE}/cac:Item", "cac:StandardItemIdentification/cbc:ID", "4012345000009"), ("attribute", f"{LINE}/cac:Item/cac:StandardItemIdentification/cbc:ID", "schemeID", "160")], {("BT-157", "160", "0160")}),
    "BR-CL-23": (DUTCH, [("attribute", f"{LINE}/cbc:InvoicedQuantity", "unitCode", "hur")], {("BT-130", "hur", "HUR")}),
    "BR-CL-25": _scheme(f"{BUYER}/cbc:EndpointID", "BT-49"),
    "BR-CL-26": (DUTCH, [("add", "cac:Delivery/cac:DeliveryLocation", "cbc:ID", "4012345000009"), ("attribute", "cac:Delivery/cac:DeliveryLocation/cbc:ID", "schemeID", "88")], {("BT-71", "88", "0088")}),
    # Numbers in another way of writing.
    "PEPPOL-COMMON-R040": _endpoint("0088", "4012345 000009", "4012345000009"),
    "PEPPOL-COMMON-R041": _endpoint("0192", "974 760 673", "974760673"),
    "PEPPOL-COMMON-R043": _endpoint("0208", "403.170.701", "0403170701"),
    "PEPPOL-COMMON-R047": _endpoint("0211", "IT 0074 3110 157", "IT00743110157"),
    "PEPPOL-COMMON-R049": _endpoint("0007", "556036-0793", "5560360793"),
    "PEPPOL-COMMON-R054": _endpoint("0106", "60 76 54 32", "60765432"),
    "PEPPOL-COMMON-R055": _endpoint("0190", "1003214345000", "00000001003214345000"),
    "PEPPOL-COMMON-R056-1": _endpoint("9944", "nl 1234.56.782.b01", "NL123456782B01"),
    "PEPPOL-COMMON-R056-2": (DUTCH, [("set", f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID", "NL1234.56.782.B01")], {("BT-31", "NL1234.56.782.B01", "NL123456782B01")}),
    "BR-CO-09": (DUTCH, [("set", f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID", "123456782B01")], {("BT-31", "123456782B01", "NL123456782B01")}),
}  # fmt: skip

# What could be put right in more than one way stays as it is.
UNCERTAIN: dict[str, tuple[str, list[tuple[str, ...]]]] = {
    "a line is missing": (DUTCH, [("remove", LINE)]),
    "no line at all": ("reverse_charge_invoice", [("remove", LINE)]),
    "a discount is missing": (MANY, [("remove", EXTRA)]),
    "an extra cost is another": (MANY, [("set", f"{EXTRA}[2]/cbc:Amount", "12")]),
    "a rate without its number": ("category S", [("empty", f"{CATEGORY}/cbc:Percent")]),
    "a rate that the VAT doesn't follow": ("category S", [("set", f"{CATEGORY}/cbc:Percent", "9")]),
    "a row that stands there twice": (DUTCH, [("repeat", SUBTOTAL)]),
    "a discount at another rate": (MANY, [("set", f"{EXTRA}/cac:TaxCategory/cbc:Percent", "5")]),
    "an amount to pay after one that was paid": (MANY, [("set", f"{TOTALS}/cbc:PrepaidAmount", "12.34")]),
    "a price or a line": (DUTCH, [("set", f"{LINE}[1]/cac:Price/cbc:PriceAmount", "99")]),
    "a unit that nobody knows": (DUTCH, [("attribute", f"{LINE}/cbc:InvoicedQuantity", "unitCode", "XX")]),
    "a number with a typing error": (DUTCH, [("attribute", f"{BUYER}/cbc:EndpointID", "schemeID", "0208"), ("set", f"{BUYER}/cbc:EndpointID", "0403170702")]),
    "a VAT number without its country, with a typing error": (DUTCH, [("set", f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID", "123456783B01")]),
    "an exemption without a reason": ("category E", [("remove", f"{CATEGORY}/cbc:TaxExemptionReason")]),
    "an empty value that is needed": (DUTCH, [("empty", "cbc:ID")]),
    "a total VAT in two currencies": (DUTCH, [("add", ".", "cbc:TaxCurrencyCode", "USD"), ("set", "cac:TaxTotal/cbc:TaxAmount", "38.00"), ("repeat", "cac:TaxTotal"), ("remove", "cac:TaxTotal[2]/cac:TaxSubtotal"), ("attribute", "cac:TaxTotal[2]/cbc:TaxAmount", "currencyID", "USD")]),
    "an amount in another currency": (DUTCH, [("attribute", f"{TOTALS}/cbc:PayableAmount", "currencyID", "USD")]),
}  # fmt: skip
