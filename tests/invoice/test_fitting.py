"""What came as CII and is right there makes a UBL invoice that is right as well."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from app.invoice import cii_read, original, ubl_read
from app.invoice.fitting import fitted
from app.invoice.model import PaymentMeans
from app.validation import check_file
from tests import official

CII = (Path(__file__).parent.parent / "samples" / "cii" / "dutch_invoice.xml").read_bytes()
INVOICE = cii_read.read(CII)


def test_what_fits_stays_as_it_is():
    assert fitted(INVOICE) == INVOICE


def test_the_total_of_vat_is_what_its_rows_come_to():
    without = replace(INVOICE, totals=replace(INVOICE.totals, tax=None))

    assert fitted(without) == INVOICE


def test_without_rows_there_is_no_total_of_vat():
    nothing = replace(INVOICE, totals=replace(INVOICE.totals, tax=None), vat_breakdown=())

    assert fitted(nothing).totals.tax is None


def test_a_price_before_discount_has_its_discount():
    line = replace(INVOICE.lines[0], price=Decimal("2.25"), gross_price=Decimal("3.00"))

    (found, *_others) = fitted(replace(INVOICE, lines=(line, *INVOICE.lines[1:]))).lines

    assert found.price_discount == Decimal("0.75")


def test_one_mandate_for_all_ways_to_pay_stands_with_the_direct_debit():
    ways = tuple(PaymentMeans(code=code, mandate="M-1") for code in ("30", "59", "49"))

    found = fitted(replace(INVOICE, payment_means=ways)).payment_means

    assert [each.mandate for each in found] == [None, "M-1", None]


def test_different_mandates_are_left_for_the_rules_to_judge():
    ways = tuple(PaymentMeans(code="59", mandate=each) for each in ("M-1", "M-2"))

    assert fitted(replace(INVOICE, payment_means=ways)).payment_means == ways


def test_a_file_without_a_total_of_vat_is_valid():
    start, end = CII.index(b"<ram:TaxTotalAmount"), CII.index(b"</ram:TaxTotalAmount>")
    changed = CII[:start] + CII[end + len(b"</ram:TaxTotalAmount>") :]

    assert original.read(changed).invoice.totals.tax is None
    assert ubl_read.read(original.read(changed).ubl) == INVOICE
    assert check_file(changed).valid


@official.each_of(official.CII)
def test_an_official_example_is_valid_as_ubl(official):
    assert check_file(official.read_bytes()).fatal == ()
