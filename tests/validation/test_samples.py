"""Public example documents that lie beside the project: each has its expected verdict."""

from pathlib import Path

import pytest

from app.invoice.parsing import parse
from app.invoice.ubl import CREDIT_NOTE_ROOT, INVOICE_ROOT
from app.invoice.ubl_read import read
from app.invoice.ubl_write import write
from app.validation import check

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "samples"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the folder with public example documents isn't beside the project"
)

VALID: list[str] = []
# A document, and the ids of the rules that it breaks.
VERDICTS = {
    # A made-up Swedish organization number, so that its check digit is wrong.
    "en16931-testfiles--CreditNote-Max_content.xml": ["PEPPOL-COMMON-R049", "SE-R-013"],
    "en16931-testfiles--Invoice-Max_content.xml": ["PEPPOL-COMMON-R049", "SE-R-013"],
    "en16931-ubl--FT G2G_TD01 con Allegato, Bonifico e Split Payment.xml": VALID,
    "en16931-ubl--guide-example1.xml": VALID,
    "en16931-ubl--guide-example2.xml": VALID,
    "en16931-ubl--guide-example3.xml": VALID,
    "en16931-ubl--issue116.xml": ["PEPPOL-COMMON-R049"],
    "en16931-ubl--sample-discount-price.xml": VALID,
    "en16931-ubl--ubl-tc434-creditnote1.xml": VALID,
    "en16931-ubl--ubl-tc434-example1.xml": VALID,
    "en16931-ubl--ubl-tc434-example10.xml": VALID,
    "en16931-ubl--ubl-tc434-example2.xml": VALID,
    "en16931-ubl--ubl-tc434-example3.xml": VALID,
    "en16931-ubl--ubl-tc434-example4.xml": VALID,
    "en16931-ubl--ubl-tc434-example5.xml": VALID,
    "en16931-ubl--ubl-tc434-example6.xml": VALID,
    "en16931-ubl--ubl-tc434-example7.xml": VALID,
    "en16931-ubl--ubl-tc434-example8.xml": VALID,
    "en16931-ubl--ubl-tc434-example9.xml": VALID,
    "nlcius-ubl--SI-UBL-2.0_ok_base.xml": VALID,
    "nlcius-ubl--SI-UBL-2.0_ok_full.xml": VALID,
    "peppol-3.0.21--Allowance-example.xml": VALID,
    "peppol-3.0.21--Vat-category-S.xml": VALID,
    "peppol-3.0.21--base-creditnote-correction.xml": VALID,
    "peppol-3.0.21--base-example.xml": VALID,
    "peppol-3.0.21--base-example_profile02.xml": VALID,
    "peppol-3.0.21--base-negative-inv-correction.xml": VALID,
    "peppol-3.0.21--sales-order-example.xml": VALID,
    "peppol-3.0.21--vat-category-E.xml": VALID,
    "peppol-3.0.21--vat-category-O.xml": VALID,
    "peppol-3.0.21--vat-category-Z.xml": VALID,
}


def _is_ubl(path: Path) -> bool:
    return parse(path.read_bytes()).tag in (INVOICE_ROOT, CREDIT_NOTE_ROOT)


def test_every_ubl_document_in_the_folder_has_a_verdict():
    assert {path.name for path in FOLDER.glob("*.xml") if _is_ubl(path)} == set(VERDICTS)


@pytest.mark.parametrize("name", VERDICTS)
def test_a_document_gets_its_verdict(name):
    report = check((FOLDER / name).read_bytes())

    assert sorted({finding.code for finding in report.fatal}) == VERDICTS[name]


@pytest.mark.parametrize("name", VERDICTS)
def test_what_is_read_and_written_is_read_the_same(name):
    invoice = read((FOLDER / name).read_bytes())

    assert read(write(invoice)) == invoice


@pytest.mark.parametrize("name", VERDICTS)
def test_what_is_written_again_fits_the_schema(name):
    written = write(read((FOLDER / name).read_bytes()))

    assert check(written, rule_sets=()).findings == ()
