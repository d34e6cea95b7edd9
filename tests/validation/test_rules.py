"""Each family of rules: a good document passes, and one change makes exactly that rule speak."""

import pytest
from sample_changes import changed, sample

from app.validation import Severity, check

SELLER, BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
TOTALS = "cac:LegalMonetaryTotal"
LINE = "cac:InvoiceLine"
ROW = "cac:TaxTotal/cac:TaxSubtotal"
EXTRA = "cac:AllowanceCharge"
GOOD = (
    "dutch_invoice",
    "dutch_credit_note",
    "belgian_invoice",
    "multi_vat_invoice",
    "reverse_charge_invoice",
)


def codes(xml, *rule_sets, **options):
    report = check(xml, rule_sets=rule_sets or None, **options)
    return {finding.code for finding in report.findings}


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_said_about_a_good_document(name):
    report = check(sample(name))

    assert report.findings == ()
    assert report.valid
    assert report.rule_sets == ("en16931-ubl", "peppol-ubl")


EN16931 = [
    # What must be there.
    ("dutch_invoice", [("remove", "cbc:CustomizationID")], {"BR-01"}),
    ("dutch_invoice", [("remove", "cbc:ID")], {"BR-02"}),
    ("dutch_invoice", [("empty", "cbc:ID")], {"BR-02"}),
    ("dutch_invoice", [("remove", "cbc:IssueDate")], {"BR-03"}),
    ("dutch_invoice", [("remove", "cbc:InvoiceTypeCode")], {"BR-04"}),
    ("dutch_invoice", [("remove", "cbc:DocumentCurrencyCode")], {"BR-05"}),
    ("dutch_invoice", [("remove", f"{SELLER}/cac:PartyLegalEntity/cbc:RegistrationName")], {"BR-06"}),
    ("dutch_invoice", [("remove", f"{BUYER}/cac:PartyLegalEntity/cbc:RegistrationName")], {"BR-07"}),
    ("dutch_invoice", [("remove", f"{SELLER}/cac:PostalAddress")], {"BR-08"}),
    ("dutch_invoice", [("remove", f"{SELLER}/cac:PostalAddress/cac:Country")], {"BR-09"}),
    ("dutch_invoice", [("remove", f"{BUYER}/cac:PostalAddress")], {"BR-10"}),
    ("dutch_invoice", [("remove", f"{BUYER}/cac:PostalAddress/cac:Country")], {"BR-11"}),
    ("dutch_invoice", [("remove", f"{TOTALS}/cbc:LineExtensionAmount")], {"BR-12", "BR-CO-10", "BR-CO-13"}),
    ("dutch_invoice", [("remove", f"{TOTALS}/cbc:TaxExclusiveAmount")], {"BR-13", "BR-CO-13", "BR-CO-15"}),
    ("dutch_invoice", [("remove", f"{TOTALS}/cbc:TaxInclusiveAmount")], {"BR-14", "BR-CO-15", "BR-CO-16"}),
    ("dutch_invoice", [("remove", f"{TOTALS}/cbc:PayableAmount")], {"BR-15", "BR-CO-16"}),
    ("dutch_invoice", [("remove", f"{LINE}/cbc:ID")], {"BR-21"}),
    ("dutch_invoice", [("remove", f"{LINE}/cbc:InvoicedQuantity")], {"BR-22", "BR-23"}),
    ("dutch_invoice", [("attribute", f"{LINE}/cbc:InvoicedQuantity", "unitCode", "")], {"BR-23"}),
    ("dutch_invoice", [("empty", f"{LINE}/cac:Item/cbc:Name")], {"BR-25"}),
    ("dutch_invoice", [("remove", f"{LINE}/cac:Price/cbc:PriceAmount")], {"BR-26", "BR-27"}),
    ("dutch_invoice", [("set", f"{LINE}/cac:Price/cbc:PriceAmount", "-2.15")], {"BR-27"}),
    ("multi_vat_invoice", [("remove", f"{EXTRA}/cac:TaxCategory")], {"BR-32", "BR-S-08"}),
    ("multi_vat_invoice", [("remove", f"{EXTRA}/cbc:AllowanceChargeReason")], {"BR-33", "BR-CO-21"}),
    ("multi_vat_invoice", [("remove", f"{EXTRA}[2]/cbc:AllowanceChargeReason")], {"BR-38", "BR-CO-22"}),
    ("multi_vat_invoice", [("remove", f"{LINE}/{EXTRA}/cbc:AllowanceChargeReason")], {"BR-42", "BR-CO-23"}),
    ("dutch_invoice", [("remove", f"{ROW}/cac:TaxCategory/cbc:Percent")], {"BR-48", "BR-CO-17", "BR-S-09"}),
    ("dutch_invoice", [("remove", "cac:PaymentMeans/cbc:PaymentMeansCode")], {"BR-49"}),
    ("dutch_invoice", [("empty", "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID")], {"BR-50"}),
    ("multi_vat_invoice", [("empty", "cac:AdditionalDocumentReference/cbc:ID")], {"BR-52"}),
    ("dutch_credit_note", [("remove", "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID")], {"BR-55", "UBL-SR-07"}),
    ("dutch_invoice", [("remove", "cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country")], {"BR-57"}),
    ("dutch_invoice", [("attribute", f"{SELLER}/cbc:EndpointID", "schemeID", "")], {"BR-62"}),
    ("dutch_invoice", [("attribute", f"{BUYER}/cbc:EndpointID", "schemeID", "")], {"BR-63"}),
    ("dutch_invoice", [("remove", f"{LINE}/cac:Item/cac:ClassifiedTaxCategory/cac:TaxScheme")], {"BR-CO-04"}),
    # Sums.
    ("dutch_invoice", [("set", f"{TOTALS}/cbc:LineExtensionAmount", "430.01")], {"BR-CO-10", "BR-CO-13"}),
    ("multi_vat_invoice", [("set", f"{TOTALS}/cbc:AllowanceTotalAmount", "25.01")], {"BR-CO-11", "BR-CO-13"}),
    ("multi_vat_invoice", [("set", f"{TOTALS}/cbc:ChargeTotalAmount", "12.51")], {"BR-CO-12", "BR-CO-13"}),
    ("dutch_invoice", [("set", "cac:TaxTotal/cbc:TaxAmount", "38.71")], {"BR-CO-14", "BR-CO-15"}),
    ("dutch_invoice", [("set", f"{TOTALS}/cbc:TaxInclusiveAmount", "468.71")], {"BR-CO-15", "BR-CO-16"}),
    ("dutch_invoice", [("set", f"{TOTALS}/cbc:PayableAmount", "468.71")], {"BR-CO-16"}),
    ("dutch_invoice", [("set", f"{ROW}/cbc:TaxAmount", "40.70")], {"BR-CO-14", "BR-CO-17", "BR-S-09"}),
    ("dutch_invoice", [("set", f"{TOTALS}/cbc:PayableAmount", "468.700")], {"BR-DEC-18", "UBL-DT-01"}),
    ("dutch_invoice", [("set", f"{LINE}/cbc:LineExtensionAmount", "258.000")], {"BR-DEC-23", "UBL-DT-01"}),
    # VAT categories.
    ("dutch_invoice", [("set", f"{LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", "0")], {"BR-S-05", "BR-S-08"}),
    ("dutch_invoice", [("set", f"{ROW}/cbc:TaxableAmount", "440.00")], {"BR-S-08"}),
    ("dutch_invoice", [("remove", f"{SELLER}/cac:PartyTaxScheme")], {"BR-S-02"}),
    ("dutch_invoice", [("add", f"{ROW}/cac:TaxCategory", "cbc:TaxExemptionReason", "None")], {"BR-S-10"}),
    ("reverse_charge_invoice", [("remove", f"{BUYER}/cac:PartyTaxScheme"), ("remove", f"{BUYER}/cac:PartyLegalEntity/cbc:CompanyID")], {"BR-AE-02"}),
    ("reverse_charge_invoice", [("set", f"{LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", "21")], {"BR-AE-05"}),
    ("reverse_charge_invoice", [("set", f"{ROW}/cbc:TaxableAmount", "1020.01")], {"BR-AE-08"}),
    ("reverse_charge_invoice", [("remove", f"{ROW}/cac:TaxCategory/cbc:TaxExemptionReason"), ("remove", f"{ROW}/cac:TaxCategory/cbc:TaxExemptionReasonCode")], {"BR-AE-10"}),
    ("reverse_charge_invoice", [("set", f"{ROW}/cac:TaxCategory/cbc:ID", "Z")], {"BR-AE-01", "BR-Z-08", "BR-Z-10"}),
    ("multi_vat_invoice", [("set", f"{EXTRA}/cac:TaxCategory/cbc:Percent", "0")], {"BR-S-06", "BR-S-08"}),
    ("multi_vat_invoice", [("set", f"{EXTRA}[2]/cac:TaxCategory/cbc:Percent", "0")], {"BR-S-07", "BR-S-08"}),
    # Codes.
    ("dutch_invoice", [("set", "cbc:InvoiceTypeCode", "999")], {"BR-CL-01"}),
    ("dutch_invoice", [("set", "cbc:DocumentCurrencyCode", "EURO")], {"BR-CL-04", "BR-CO-15"}),
    ("dutch_invoice", [("attribute", f"{TOTALS}/cbc:PayableAmount", "currencyID", "EURO")], {"BR-CL-03"}),
    ("dutch_invoice", [("set", f"{SELLER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode", "Nederland")], {"BR-CL-14"}),
    ("dutch_invoice", [("set", "cac:PaymentMeans/cbc:PaymentMeansCode", "bank")], {"BR-CL-16"}),
    ("dutch_invoice", [("set", f"{ROW}/cac:TaxCategory/cbc:ID", "H")], {"BR-CL-17", "BR-S-01"}),
    ("dutch_invoice", [("attribute", f"{LINE}/cbc:InvoicedQuantity", "unitCode", "stuks")], {"BR-CL-23"}),
    ("dutch_invoice", [("attribute", f"{SELLER}/cbc:EndpointID", "schemeID", "KVK")], {"BR-CL-25"}),
    ("dutch_invoice", [("set", f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID", "123456782B01")], {"BR-CO-09"}),
    ("multi_vat_invoice", [("attribute", "cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject", "mimeCode", "text/html")], {"BR-CL-24"}),
    # Structure.
    ("dutch_invoice", [("repeat", "cac:PaymentTerms/cbc:Note")], {"UBL-SR-05"}),
    ("dutch_invoice", [("repeat", f"{LINE}/cac:Item/cac:ClassifiedTaxCategory")], {"UBL-SR-48"}),
    ("multi_vat_invoice", [("attribute", "cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject", "filename", "")], {"UBL-DT-07"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "expected"), EN16931)
def test_the_norm_speaks_about_exactly_what_was_broken(name, changes, expected):
    assert codes(sample(name), "en16931-ubl") == set()
    assert codes(changed(name, *changes), "en16931-ubl", schema=False) == expected


PEPPOL = [
    ("dutch_invoice", [("remove", "cbc:ProfileID")], {"PEPPOL-EN16931-R001", "PEPPOL-EN16931-R007"}),
    ("dutch_invoice", [("repeat", "cbc:Note")], {"PEPPOL-EN16931-R002"}),
    ("dutch_invoice", [("remove", "cbc:BuyerReference"), ("remove", "cac:OrderReference")], {"PEPPOL-EN16931-R003", "NL-R-009"}),
    ("dutch_invoice", [("set", "cbc:CustomizationID", "urn:cen.eu:en16931:2017")], {"PEPPOL-EN16931-R004"}),
    ("dutch_invoice", [("set", "cbc:ProfileID", "urn:mine")], {"PEPPOL-EN16931-R007"}),
    ("dutch_invoice", [("empty", "cac:PaymentTerms/cbc:Note")], {"PEPPOL-EN16931-R008"}),
    ("dutch_invoice", [("remove", f"{BUYER}/cbc:EndpointID")], {"PEPPOL-EN16931-R010"}),
    ("dutch_invoice", [("remove", f"{SELLER}/cbc:EndpointID")], {"PEPPOL-EN16931-R020"}),
    ("multi_vat_invoice", [("set", f"{EXTRA}/cbc:Amount", "26.00")], {"PEPPOL-EN16931-R040"}),
    ("multi_vat_invoice", [("remove", f"{EXTRA}/cbc:BaseAmount")], {"PEPPOL-EN16931-R041"}),
    ("multi_vat_invoice", [("remove", f"{EXTRA}/cbc:MultiplierFactorNumeric")], {"PEPPOL-EN16931-R042"}),
    ("dutch_invoice", [("attribute", f"{TOTALS}/cbc:PayableAmount", "currencyID", "USD")], {"PEPPOL-EN16931-R051"}),
    ("dutch_invoice", [("repeat", "cac:TaxTotal")], {"PEPPOL-EN16931-R053"}),
    ("dutch_invoice", [("add", ".", "cbc:TaxCurrencyCode", "EUR")], {"PEPPOL-EN16931-R005", "PEPPOL-EN16931-R054"}),
    ("dutch_invoice", [("set", "cac:PaymentMeans/cbc:PaymentMeansCode", "59")], {"PEPPOL-EN16931-R061"}),
    ("dutch_invoice", [("set", f"{LINE}/cbc:LineExtensionAmount", "258.03")], {"PEPPOL-EN16931-R120"}),
    ("multi_vat_invoice", [("set", f"{LINE}[4]/cac:Price/cbc:BaseQuantity", "0")], {"PEPPOL-EN16931-R121", "PEPPOL-EN16931-R120"}),
    ("multi_vat_invoice", [("attribute", f"{LINE}[4]/cac:Price/cbc:BaseQuantity", "unitCode", "C62")], {"PEPPOL-EN16931-R130"}),
    ("dutch_invoice", [("set", "cbc:IssueDate", "2026-3-2")], {"PEPPOL-EN16931-F001"}),
    ("dutch_invoice", [("set", "cbc:InvoiceTypeCode", "384")], {"PEPPOL-EN16931-P0112"}),
    ("dutch_invoice", [("set", f"{BUYER}/cbc:EndpointID", "6076543")], {"PEPPOL-COMMON-R054"}),
    ("belgian_invoice", [("set", f"{SELLER}/cbc:EndpointID", "0700100271")], {"PEPPOL-COMMON-R043"}),
    ("dutch_invoice", [("set", f"{SELLER}/cbc:EndpointID", "4012345000008"), ("attribute", f"{SELLER}/cbc:EndpointID", "schemeID", "0088")], {"PEPPOL-COMMON-R040"}),
    ("dutch_invoice", [("set", f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID", "NL12345")], {"PEPPOL-COMMON-R056-2"}),
    # Dutch sellers.
    ("dutch_credit_note", [("remove", "cac:BillingReference")], {"NL-R-001"}),
    ("dutch_invoice", [("remove", f"{SELLER}/cac:PostalAddress/cbc:PostalZone")], {"NL-R-002"}),
    ("dutch_invoice", [("attribute", f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID", "schemeID", "")], {"NL-R-003"}),
    ("dutch_invoice", [("remove", f"{BUYER}/cac:PostalAddress/cbc:StreetName")], {"NL-R-004"}),
    ("dutch_invoice", [("attribute", f"{BUYER}/cac:PartyLegalEntity/cbc:CompanyID", "schemeID", "0002")], {"NL-R-005"}),
    ("dutch_invoice", [("remove", "cac:PaymentMeans")], {"NL-R-007"}),
    ("dutch_invoice", [("set", "cac:PaymentMeans/cbc:PaymentMeansCode", "10")], {"NL-R-008"}),
    ("dutch_invoice", [("remove", "cac:OrderReference")], {"NL-R-009"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "expected"), PEPPOL)
def test_peppol_speaks_about_exactly_what_was_broken(name, changes, expected):
    assert codes(sample(name), "peppol-ubl") == set()
    assert codes(changed(name, *changes), "peppol-ubl", schema=False) == expected


NLCIUS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
AS_NLCIUS = ("set", "cbc:CustomizationID", NLCIUS)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], {"BR-NL-30"}),
        ([("remove", f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID")], {"BR-NL-1", "BR-NL-30"}),
        ([("remove", f"{SELLER}/cac:PostalAddress/cbc:CityName")], {"BR-NL-3", "BR-NL-30"}),
        ([("set", "cbc:InvoiceTypeCode", "386")], {"BR-NL-7", "BR-NL-30"}),
        ([("set", "cac:PaymentMeans/cbc:PaymentMeansCode", "10")], {"BR-NL-12", "BR-NL-30"}),
        ([("remove", "cbc:DueDate"), ("remove", "cac:PaymentTerms")], {"BR-CO-25", "BR-NL-30"}),
    ],
)
def test_the_dutch_rules_speak_about_exactly_what_was_broken(changes, expected):
    document = changed("dutch_invoice", AS_NLCIUS, *changes)

    assert codes(document, schema=False) == expected


def test_advice_does_not_make_a_document_invalid():
    report = check(changed("dutch_invoice", AS_NLCIUS))

    assert report.valid
    assert [finding.severity for finding in report.findings] == [Severity.WARNING]
    assert report.rule_sets == ("en16931-ubl", "nlcius-ubl")


def test_a_first_error_never_hides_a_second():
    document = changed("dutch_invoice", ("remove", "cbc:ID"), ("remove", "cbc:IssueDate"))

    assert {"BR-02", "BR-03", "PST-SCHEMA"} <= codes(document)


def test_a_finding_knows_its_term_its_place_and_its_line():
    document = changed("dutch_invoice", ("set", f"{LINE}[2]/cac:Price/cbc:PriceAmount", "-1"))

    finding = next(f for f in check(document).findings if f.code == "BR-27")

    assert finding.term == "BT-146"
    assert finding.path == "/Invoice/cac:InvoiceLine[2]"
    assert document.decode().splitlines()[finding.line - 1].strip().startswith("<cac:InvoiceLine>")


def test_one_mistake_on_very_many_lines_does_not_hide_another():
    lines = [("repeat", LINE)] * 600
    broken = [("set", f"{LINE}/cac:Price/cbc:PriceAmount", "-1"), *lines, ("empty", "cbc:ID")]

    findings = check(
        changed("dutch_invoice", *broken), rule_sets=("en16931-ubl",), schema=False
    ).findings

    assert sum(finding.code == "BR-27" for finding in findings) == 500
    assert "BR-02" in {finding.code for finding in findings}
    assert (findings[-1].code, findings[-1].severity) == ("PST-MORE", Severity.INFORMATION)
    assert "500" in findings[-1].message("nl")
