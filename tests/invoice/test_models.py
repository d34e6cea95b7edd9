"""Whatever the form can make is a correct invoice, whose totals are right to the cent."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import HealthCheck, given, settings

from app.invoice import ubl_read, ubl_write, vat_choices
from app.invoice.model import AllowanceCharge, Invoice
from app.validation import check
from tests.invoice.models import forms, invoices, parsed

ZERO = Decimal(0)
SLOW = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@SLOW
@given(forms())
def test_a_form_without_mistakes_has_none(made) -> None:
    assert parsed(*made).errors == {}


@SLOW
@given(invoices())
def test_what_the_form_makes_is_valid(invoice: Invoice) -> None:
    report = check(ubl_write.write(invoice))

    wrong = [
        (each.code, each.message("en")) for each in report.findings if each.severity == "fatal"
    ]
    assert wrong == []
    assert "en16931-ubl" in report.rule_sets


@SLOW
@given(invoices())
def test_its_totals_are_right_to_the_cent(invoice: Invoice) -> None:
    totals, lines = invoice.totals, sum((net(each) for each in invoice.lines), ZERO)
    extras = sum((signed(each) for each in invoice.allowances_charges), ZERO)
    tax = ZERO
    for each in invoice.vat_breakdown:
        key = (each.category, each.rate)
        taxable = sum(
            (net(x) for x in invoice.lines if (x.vat_category, x.vat_rate) == key), ZERO
        ) + sum(
            (signed(x) for x in invoice.allowances_charges if (x.vat_category, x.vat_rate) == key),
            ZERO,
        )
        assert each.taxable == taxable
        assert each.tax == cents(taxable * (each.rate or ZERO) / 100)
        tax += each.tax

    assert totals.lines == lines
    assert totals.tax_exclusive == lines + extras
    assert totals.tax == tax
    assert totals.tax_inclusive == lines + extras + tax
    due = lines + extras + tax - (totals.prepaid or ZERO) + (totals.rounding or ZERO)
    assert totals.payable == due


@SLOW
@given(invoices())
def test_written_and_read_again_it_is_the_same(invoice: Invoice) -> None:
    again = ubl_read.read(ubl_write.write(invoice))

    assert replace(again, type_code=None) == invoice  # the writer says which kind it is


def test_every_vat_family_can_be_reached() -> None:
    countries = ("NL", "BE", "ES", "US")
    offered = {family for a in countries for b in countries for family in vat_choices.offered(a, b)}

    assert offered == set(vat_choices.FAMILIES)


def net(line) -> Decimal:
    return cents(
        line.quantity * line.price + sum((signed(x) for x in line.allowances_charges), ZERO)
    )


def signed(extra: AllowanceCharge) -> Decimal:
    amount = extra.amount
    if extra.percent is not None:
        assert amount == cents(extra.base * extra.percent / 100)
    return amount if extra.charge else -amount


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
