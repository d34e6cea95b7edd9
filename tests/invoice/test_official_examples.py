"""Every official example: read and written again it says the same, in all terms of the norm."""

from collections import Counter

from lxml import etree

from app.invoice.ubl_read import read
from app.invoice.ubl_write import write
from tests import official

# What the norm has no term for, by the end of its path; everything else has to come back.
NO_TERM = (
    "UBLVersionID",
    "TaxScheme/ID/@schemeID",
    "TaxExemptionReasonCode/@listID",
    "/PartyTaxScheme/TaxScheme/ID",  # a scheme beside VAT is written as TAX
    "InvoiceLine/DocumentReference/DocumentTypeCode",  # added: the schema's way to say "object"
)
SAME = {"0": "false", "1": "true"}  # two ways of XML to say no and yes


def said_by(xml):
    """Every filled element and attribute with its path, and how often."""
    found = Counter()
    for element in etree.fromstring(xml).iter("*"):
        names = [etree.QName(each).localname for each in element.iterancestors()]
        path = "/".join([*reversed(names[:-1]), etree.QName(element).localname])
        said = (element.text or "").strip()
        if path.endswith("ChargeIndicator"):
            said = SAME.get(said, said)
        if said:
            found[path, said] += 1
        for name, value in element.attrib.items():
            if not name.startswith("{"):
                found[f"{path}/@{name}", value] += 1
    return Counter({key: times for key, times in found.items() if not key[0].endswith(NO_TERM)})


@official.each_of(official.UBL)
def test_an_official_example_is_written_again_with_all_that_it_said(official):
    xml = official.read_bytes()

    assert said_by(write(read(xml))) == said_by(xml)


@official.each_of(official.UBL)
def test_an_official_example_means_the_same_when_it_was_written_again(official):
    invoice = read(official.read_bytes())

    assert read(write(invoice)) == invoice
