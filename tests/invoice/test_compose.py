"""Totals follow from lines, and what follows is always accepted by the rules."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.invoice.compose import complete, rounded
from app.invoice.model import AllowanceCharge, Invoice, Line, Totals, VatBreakdown
from app.invoice.ubl_read import read
from app.invoice.ubl_write import write
from app.validation import check

SAMPLE = read((Path(__file__).parent.parent / "samples" / "dutch_invoice.xml").read_bytes())


def line(quantity="1", price="100", category="S", rate="21", **more):
    return Line(
        id="1",
        name="Bread",
        unit="C62",
        quantity=Decimal(quantity),
        price=Decimal(price),
        vat_category=category,
        vat_rate=None if rate is None else Decimal(rate),
        **more,
    )


def totals_of(*lines, **more):
    return complete(Invoice(lines=lines, **more)).totals


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("1.0049", "1.00"),
        ("2.675", "2.68"),
        ("-0.001", "0.00"),
    ],
)
def test_a_half_is_rounded_away_from_zero(amount, cents):
    assert str(rounded(Decimal(amount))) == cents


def test_a_line_is_quantity_times_price_with_its_discounts():
    extras = (
        AllowanceCharge(charge=False, base=Decimal("250"), percent=Decimal("10")),
        AllowanceCharge(charge=True, amount=Decimal("3.50")),
    )
    (done,) = complete(Invoice(lines=(line("25", "10", allowances_charges=extras),))).lines

    assert done.net == Decimal("228.50")
    assert done.allowances_charges[0].amount == Decimal("25.00")


def test_a_price_can_be_for_more_than_one():
    (done,) = complete(Invoice(lines=(line("75", "18.40", base_quantity=Decimal(25)),))).lines

    assert done.net == Decimal("55.20")


def test_vat_is_worked_out_per_rate_and_not_per_line():
    totals = totals_of(*(line("1", "0.07") for _ in range(10)))

    assert totals.tax == Decimal("0.15")  # ten times 0.0147 would round to 0.10


def test_discounts_and_extra_costs_of_the_document_change_the_taxable_amount():
    extras = (
        AllowanceCharge(charge=False, amount=Decimal("10"), vat_category="S", vat_rate=Decimal(21)),
        AllowanceCharge(charge=True, amount=Decimal("5"), vat_category="S", vat_rate=Decimal(21)),
    )
    totals = totals_of(line(), allowances_charges=extras)

    assert (totals.lines, totals.allowances, totals.charges) == (100, 10, 5)
    assert (totals.tax_exclusive, totals.tax, totals.payable) == (
        95,
        Decimal("19.95"),
        Decimal("114.95"),
    )


def test_what_was_paid_before_and_rounding_are_kept_and_counted():
    totals = totals_of(line(), totals=Totals(prepaid=Decimal(21), rounding=Decimal("0.05")))

    assert totals.payable == Decimal("100.05")


def test_without_discounts_there_is_no_sum_of_discounts():
    assert totals_of(line()).allowances is None


@pytest.mark.parametrize(
    ("category", "rate", "code"),
    [
        ("AE", 0, "VATEX-EU-AE"),
        ("K", 0, "VATEX-EU-IC"),
        ("G", 0, "VATEX-EU-G"),
        ("O", None, "VATEX-EU-O"),
    ],
)
def test_a_category_without_vat_brings_its_rate_and_its_reason(category, rate, code):
    (row,) = complete(Invoice(lines=(line(category=category, rate="21"),))).vat_breakdown

    assert (row.tax, row.rate, row.exemption_code) == (0, rate, code)


def test_the_reason_of_the_seller_is_kept():
    given_ = VatBreakdown(category="E", exemption_reason="Course")

    (row,) = complete(Invoice(lines=(line(category="E"),), vat_breakdown=(given_,))).vat_breakdown

    assert row.exemption_reason == "Course"


def test_completing_twice_changes_nothing():
    once = complete(SAMPLE)

    assert complete(once) == once == SAMPLE


def test_an_absurd_amount_does_not_break_the_arithmetic():
    assert totals_of(line("9" * 30, "9" * 30)).payable > 10**59


money = st.decimals(min_value=0, max_value=99999, places=2)
quantities = st.decimals(min_value="0.001", max_value=9999, places=3)
extras = st.builds(
    AllowanceCharge,
    charge=st.booleans(),
    amount=money,
    vat_category=st.just("S"),
    vat_rate=st.sampled_from([Decimal(9), Decimal(21)]),
    reason=st.just("Reason"),
)
lines = st.builds(
    Line,
    id=st.just("1"),
    name=st.just("Item"),
    unit=st.just("C62"),
    quantity=quantities,
    price=st.decimals(min_value=0, max_value=9999, places=4),
    allowances_charges=st.lists(
        st.builds(AllowanceCharge, charge=st.booleans(), amount=money, reason=st.just("Reason")),
        max_size=2,
    ).map(tuple),
    vat_category=st.just("S"),
    vat_rate=st.sampled_from([Decimal(9), Decimal(21)]),
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(lines, min_size=1, max_size=6), st.lists(extras, max_size=3))
def test_whatever_is_completed_satisfies_every_rule(some_lines, some_extras):
    # A discount on a rate that no line has is possible on paper, and accepted by the rules.
    invoice = complete(
        replace(SAMPLE, lines=tuple(some_lines), allowances_charges=tuple(some_extras))
    )

    assert check(write(invoice)).findings == ()
    assert sum(row.tax for row in invoice.vat_breakdown) == invoice.totals.tax
