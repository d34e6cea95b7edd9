"""Reading and writing: nothing that the model holds is lost on the way."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.invoice.identifiers import ParticipantId
from app.invoice.model import (
    Address,
    AllowanceCharge,
    Attachment,
    Classification,
    Contact,
    Delivery,
    Identifier,
    Invoice,
    Kind,
    Line,
    Note,
    Party,
    PaymentMeans,
    Period,
    Reference,
    Totals,
    VatBreakdown,
)
from app.invoice.parsing import Refused
from app.invoice.ubl_read import read
from app.invoice.ubl_write import write
from app.validation import check

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*.xml"))
DAY = date(2026, 3, 31)
# None is "not given"; text that has nothing but white space is nothing too.
words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20
).map(lambda text: text.strip() or "x")
maybe = st.none() | words
amounts = st.none() | st.decimals(min_value=-99999, max_value=99999, places=2)
days = st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))
numbers = st.builds(Identifier, words, st.none() | st.just("0088"))


def not_empty(strategy):
    return strategy.filter(lambda value: value != type(value)())


address_lines = st.lists(st.just("") | words, max_size=2).flatmap(
    lambda before: st.none() | words.map(lambda last: (*before, last))
)
addresses = not_empty(
    st.builds(Address, address_lines.map(lambda lines: lines or ()), maybe, maybe, maybe, maybe)
)


def parties(**kept):
    return st.builds(
        Party,
        name=words,
        endpoint=st.none() | st.builds(ParticipantId, st.just("0106"), words),
        identifiers=st.lists(numbers, max_size=2).map(tuple),
        legal_id=st.none() | numbers,
        vat_id=maybe,
        tax_registration=maybe,
        legal_form=maybe,
        address=st.none() | addresses,
        contact=st.none() | not_empty(st.builds(Contact, maybe, maybe, maybe)),
        **kept,
    )


extras = st.builds(
    AllowanceCharge, st.booleans(), amounts, amounts, amounts, maybe, amounts, maybe, maybe
)
line_extras = st.builds(
    AllowanceCharge, st.booleans(), amounts, amounts, amounts, st.none(), st.none(), maybe, maybe
)
periods = not_empty(st.builds(Period, days, days))
lines = st.builds(
    Line,
    id=words,
    note=maybe,
    object_id=st.none() | numbers,
    quantity=st.decimals(min_value=0, max_value=999, places=3),
    unit=maybe,
    net=amounts,
    order_line=maybe,
    accounting_reference=maybe,
    period=st.none() | periods,
    allowances_charges=st.lists(line_extras, max_size=2).map(tuple),
    price=st.decimals(min_value=0, max_value=999, places=4),
    price_discount=amounts,
    gross_price=amounts,
    vat_category=maybe,
    vat_rate=amounts,
    name=maybe,
    description=maybe,
    seller_item_id=maybe,
    buyer_item_id=maybe,
    standard_item_id=st.none() | numbers,
    classifications=st.lists(st.builds(Classification, words, maybe, maybe), max_size=2).map(tuple),
    origin_country=maybe,
    attributes=st.lists(st.tuples(words, words), max_size=2).map(tuple),
)
invoices = st.builds(
    Invoice,
    kind=st.sampled_from(Kind),
    type_code=words,
    number=maybe,
    issue_date=days,
    tax_point_date=days,
    tax_point_code=maybe,
    currency=st.just("EUR"),
    accounting_currency=st.none() | st.just("SEK"),
    customization=words,
    profile=words,
    buyer_reference=maybe,
    project_reference=maybe,
    contract_reference=maybe,
    order_reference=maybe,
    sales_order_reference=maybe,
    receipt_reference=maybe,
    despatch_reference=maybe,
    tender_reference=maybe,
    object_id=st.none() | numbers,
    accounting_reference=maybe,
    preceding=st.lists(st.builds(Reference, words, days), max_size=2).map(tuple),
    notes=st.lists(st.builds(Note, words, st.none() | st.just("AAI")), max_size=2).map(tuple),
    period=st.none() | periods,
    seller=parties(trading_name=maybe),
    buyer=parties(trading_name=maybe),
    payee=st.none() | parties(),
    tax_representative=st.none() | parties(),
    delivery=st.none() | not_empty(st.builds(Delivery, maybe, st.none() | numbers, days, st.none() | addresses)),
    payment_means=st.lists(
        st.builds(PaymentMeans, words, *[maybe] * 9), max_size=2
    ).map(tuple),
    creditor_id=maybe,
    payment_terms=maybe,
    allowances_charges=st.lists(extras, max_size=2).map(tuple),
    vat_breakdown=st.lists(st.builds(VatBreakdown, amounts, amounts, maybe, amounts, maybe, maybe).filter(lambda row: row.category or row.rate is not None), max_size=2).map(tuple),
    totals=st.builds(Totals, *[amounts] * 5, st.none(), *[amounts] * 4),
    lines=st.lists(lines, max_size=3).map(tuple),
    attachments=st.lists(
        st.builds(Attachment, id=words, description=maybe, url=maybe, content=st.binary(min_size=1), mime=words, filename=words),
        max_size=2,
    ).map(tuple),
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=80)
@given(invoices)
def test_what_was_written_is_read_back_equal(invoice):
    assert read(write(invoice)) == invoice


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_written_as_it_was_read(path):
    assert write(read(path.read_bytes())) == path.read_bytes()


def test_a_full_invoice_fits_the_schema():
    """Every field filled, so that every element has shown that it stands in the right order."""
    for kind in Kind:
        assert check(write(full_invoice(kind)), rule_sets=()).findings == ()


def test_the_full_invoice_of_these_tests_is_really_full():
    full = full_invoice(Kind.INVOICE)

    assert [each.name for each in fields(full) if not getattr(full, each.name)] == []
    assert [
        each.name for each in fields(full.lines[0]) if not getattr(full.lines[0], each.name)
    ] == []


def full_invoice(kind):
    number = Identifier("A-1", "0088")
    address = Address(("One", "Two", "Three"), "City", "1234", "Region", "NL")
    party = Party("Name", "Trade", ParticipantId("0106", "12345678"), (number,), number, "NL1", "T1", "Form", address, Contact("A", "B", "C"))  # fmt: skip
    ten = Decimal(10)
    extra = AllowanceCharge(True, ten, ten, ten, "S", ten, "Why", "95")
    line_extra = AllowanceCharge(True, ten, ten, ten, None, None, "Why", "95")
    whole = Line(
        "1", "Note", Identifier("O"), ten, "C62", ten, "2", "Cost", Period(DAY, DAY), (line_extra,), ten, ten, ten,
        ten, "C62", "S", ten, "Item", "Text", "S1", "B1", number, (Classification("C", "STI", "19"),), "NL", (("a", "b"),),
    )  # fmt: skip
    return Invoice(
        kind=kind, type_code="380", number="1", issue_date=DAY, due_date=DAY, tax_point_date=DAY, tax_point_code="35",
        currency="EUR", accounting_currency="SEK", customization="c", profile="p", buyer_reference="b",
        project_reference="p", contract_reference="c", order_reference="o", sales_order_reference="s",
        receipt_reference="r", despatch_reference="d", tender_reference="t", object_id=number,
        accounting_reference="a", preceding=(Reference("9", DAY),), notes=(Note("n", "AAI"),), period=Period(DAY, DAY),
        seller=party, buyer=party, payee=party, tax_representative=party,
        delivery=Delivery("Name", number, DAY, address),
        payment_means=(PaymentMeans("30", "t", "r", "NL1", "n", "b", "1234", "h", "m", "d"),),
        creditor_id="NL98ZZZ", payment_terms="30 days",
        allowances_charges=(extra,), vat_breakdown=(VatBreakdown(ten, ten, "E", ten, "Why", "VATEX-EU-D"),),
        totals=Totals(*[ten] * 10), lines=(whole,),
        attachments=(Attachment("1", "Text", "https://a.example", b"x", "image/png", "a.png"),),
    )  # fmt: skip


def test_without_a_profile_an_invoice_becomes_a_peppol_one():
    written = read(write(Invoice()))

    assert written.customization.endswith("poacc:billing:3.0")
    assert written.profile == "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"


def test_a_document_with_wrong_totals_and_odd_values_is_still_read():
    xml = (
        SAMPLES[0]
        .read_bytes()
        .replace(b">EUR<", b">XYZ<")
        .replace(b"<cbc:IssueDate>2026", b"<cbc:IssueDate>soon")
    )

    invoice = read(xml)

    assert invoice.currency == "XYZ"
    assert invoice.issue_date is None
    assert invoice.lines


@pytest.mark.parametrize("number", ["NaN", "1e5", "1,50", "", "9" * 100, "٣"])
def test_what_is_no_number_is_not_given(number):
    xml = (Path(__file__).parent.parent / "samples" / "dutch_invoice.xml").read_text()
    odd = xml.replace(">2.15<", f">{number}<")

    assert read(odd.encode()).lines[0].price is None


def test_control_characters_are_left_out_of_what_is_written():
    assert read(write(Invoice(number="1\x00\x1b2", customization="c"))).number == "12"


def test_another_document_is_refused_by_its_name():
    with pytest.raises(Refused, match="“Order”") as refusal:
        read(b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>')

    assert refusal.value.code == "PST-NOT-INVOICE"
