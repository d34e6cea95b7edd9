"""Which rule sets and releases a document is checked against."""

import pytest
from sample_changes import changed

from app.validation import Severity, check

PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
NLCIUS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
G_ACCOUNT = f"{NLCIUS}#conformant#urn:fdc:nen.nl:gaccount:v1.0"
NEW = ("en16931-ubl 1.3.16", "peppol-ubl 3.0.21")
OLD = ("en16931-ubl 1.3.15", "peppol-ubl 3.0.20")
BAD_KVK = (
    "set",
    "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID",
    "12",
)  # wrong since 3.0.21 only, and a warning
BAD_DUTCH_DOCUMENT = ("remove", "cbc:ID")


def dated(day, *changes):
    return changed("dutch_invoice", ("set", "cbc:IssueDate", day), *changes)


@pytest.mark.parametrize(
    ("day", "releases"),
    [
        ("2017-11-13", NEW),  # older than what is kept: the newest
        ("2026-02-01", OLD),
        ("2026-03-02", OLD),
        ("2026-07-31", OLD),
        ("2026-08-01", NEW),
        ("2026-08-17", NEW),
        ("2027-01-01", NEW),
        ("0000-01-01", NEW),
        ("tomorrow", NEW),
    ],
)
def test_the_day_of_the_document_chooses_the_release(day, releases):
    assert check(dated(day), schema=False).releases == releases


def test_while_two_releases_may_be_used_either_will_do():
    only_right_by_the_old = ("attribute", "cbc:InvoiceTypeCode", "x", "")
    old_currency = ("set", "cbc:DocumentCurrencyCode", "ANG")
    document = dated("2026-08-05", only_right_by_the_old, old_currency)
    document = document.replace(b'currencyID="EUR"', b'currencyID="ANG"')

    in_overlap, after = check(document), check(document.replace(b"2026-08-05", b"2026-08-17"))

    assert (in_overlap.releases, in_overlap.valid) == (OLD, True)
    assert after.releases == NEW
    assert {found.code for found in after.fatal} == {"BR-CL-03", "BR-CL-04", "PEPPOL-EN16931-CL007"}


def test_what_is_wrong_by_both_releases_is_told_by_the_newer():
    report = check(dated("2026-08-05", BAD_DUTCH_DOCUMENT))

    assert report.releases == NEW
    assert not report.valid


def test_a_rule_that_is_newer_than_the_document_says_nothing():
    def codes(day):
        return {found.code for found in check(dated(day, BAD_KVK)).findings}

    assert "PEPPOL-COMMON-R054" not in codes("2026-03-02")
    assert "PEPPOL-COMMON-R054" in codes("2026-09-01")


@pytest.mark.parametrize(
    ("claim", "sets"),
    [
        (PEPPOL, ("en16931-ubl", "peppol-ubl")),
        (NLCIUS, ("en16931-ubl", "nlcius-ubl")),
        (G_ACCOUNT, ("nlcius-gaccount",)),
        ("urn:cen.eu:en16931:2017", ("en16931-ubl",)),
        ("", ("en16931-ubl",)),
    ],
)
def test_the_claim_chooses_the_sets(claim, sets):
    report = check(changed("dutch_invoice", ("set", "cbc:CustomizationID", claim)))

    assert report.rule_sets == sets
    assert [each.rpartition(" ")[0] for each in report.releases] == list(sets)
    assert "PST-SPECIFICATION" not in {found.code for found in report.findings}


def test_a_specification_that_is_not_known_is_said():
    claim = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"

    report = check(changed("dutch_invoice", ("set", "cbc:CustomizationID", claim)))

    assert report.rule_sets == ("en16931-ubl",)
    (said,) = [found for found in report.findings if found.code == "PST-SPECIFICATION"]
    assert said.severity is Severity.INFORMATION
    assert "xrechnung" in said.message("nl")


def test_rules_of_the_norm_speak_once_when_two_sets_hold_them():
    document = changed(
        "dutch_invoice", ("set", "cbc:CustomizationID", NLCIUS), ("remove", "cbc:ID")
    )

    codes = [found.code for found in check(document, schema=False).findings]

    assert codes.count("BR-02") == 1
