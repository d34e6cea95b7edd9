"""CII says the same as UBL: every term is read from both into the same place."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from app.invoice import cii_read, ubl_read, ubl_write
from app.invoice.model import Kind
from tests import official
from tests.invoice.test_ubl import full_invoice

FULL = Path(__file__).parent.parent / "samples" / "cii" / "full_invoice.xml"
# What the norm has no term for, or only one value: the scheme VAT, kinds of references, a project's name.
NO_TERM = ("TypeCode", "Indicator", "SpecifiedProcuringProject/Name", "AttachmentBinaryObject")


def values(model):
    """Everything that a model says, as CII would write it."""
    if is_dataclass(model):
        for each in fields(model):
            yield from values(getattr(model, each.name))
    elif isinstance(model, tuple):
        for each in model:
            yield from values(each)
    elif isinstance(model, date):
        yield model.strftime("%Y%m%d")
    elif model is not None:
        yield str(model).rstrip(".")
        yield from str(model).split("\n")


def full(kind):
    """The one with every term; of payee and tax representative the norm knows one name."""
    invoice = full_invoice(kind)
    others = {
        each: replace(getattr(invoice, each), trading_name=None)
        for each in ("payee", "tax_representative")
    }
    return replace(invoice, **others)


def unread(xml, invoice):
    """What stands in the document and nowhere in the invoice that was read from it."""
    known = {" ".join(each.split()) for each in values(invoice)}
    found = []
    for element in etree.fromstring(xml).iter("*"):
        written = " ".join((element.text or "").split()).removesuffix(".")
        names = [etree.QName(each).localname for each in (element.getparent(), element) if each is not None]  # fmt: skip
        path = "/".join(names)
        if len(element) == 0 and written and written not in known and not path.endswith(NO_TERM):
            found.append((path, written))
    return found


def test_every_term_is_read_to_where_ubl_has_it():
    assert cii_read.read(FULL.read_bytes()) == full(Kind.INVOICE)


def test_the_code_of_the_document_makes_it_a_credit_note():
    credit = FULL.read_bytes().replace(b">380<", b">381<")

    assert cii_read.read(credit) == replace(full(Kind.CREDIT_NOTE), type_code="381")


@official.each_of(official.CII)
def test_of_an_official_example_nothing_is_left_out(official):
    xml = official.read_bytes()

    assert unread(xml, cii_read.read(xml)) == []


@official.each_of(official.CII)
def test_an_official_example_says_the_same_as_ubl(official):
    invoice = cii_read.read(official.read_bytes())

    assert ubl_read.read(ubl_write.write(invoice)) == invoice


@pytest.mark.parametrize("odd", ["soon", "2026033", "20261331", "00000101", "٢٠٢٦٠٣٣١", ""])
def test_what_is_no_date_is_not_given(odd):
    xml = FULL.read_text().replace(">20260331<", f">{odd}<").encode()

    assert cii_read.read(xml).issue_date is None


def test_a_date_in_another_format_is_not_guessed():
    xml = FULL.read_bytes().replace(b'format="102"', b'format="203"')

    assert cii_read.read(xml).issue_date is None


def test_an_empty_one_is_an_empty_invoice():
    root = b'<c:CrossIndustryInvoice xmlns:c="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>'

    assert cii_read.read(root).lines == ()
