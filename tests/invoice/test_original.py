"""Whatever a document comes as, it is read into one invoice; what can't be is refused in its own words."""

import io
import zlib
from contextlib import suppress
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.invoice import original, parsing, ubl_read
from app.invoice.original import Syntax
from app.invoice.parsing import Refused
from app.rendering import html
from app.rendering.pdf import write
from tests import official

SAMPLES = Path(__file__).parent.parent / "samples"
UBL = (SAMPLES / "dutch_invoice.xml").read_bytes()
CII = (SAMPLES / "cii" / "full_invoice.xml").read_bytes()


def pdf(*files, **saving):
    """A PDF with these (name, content) pairs inside."""
    made = pikepdf.new()
    made.add_blank_page()
    for name, content in files:
        made.attachments[name] = pikepdf.AttachedFileSpec(made, content, filename=name)
    written = io.BytesIO()
    made.save(written, **saving)
    return written.getvalue()


def test_ubl_is_what_it_is():
    found = original.read(UBL)

    assert (found.syntax, found.ubl, found.pdf) == (Syntax.UBL, UBL, None)
    assert found.invoice == ubl_read.read(UBL)


def test_cii_becomes_ubl_that_says_the_same():
    found = original.read(CII)

    assert (found.syntax, found.xml) == (Syntax.CII, CII)
    assert ubl_read.read(found.ubl) == found.invoice


@pytest.mark.parametrize(
    "name",
    ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "Rechnung 1.XML", "invoice.xml"],
)
def test_the_invoice_inside_a_pdf_is_the_invoice(name):
    packed = pdf((name, CII))

    found = original.read(packed)

    assert (found.syntax, found.xml, found.pdf) == (Syntax.CII, CII, packed)


def test_of_several_files_inside_the_one_with_the_known_name_is_the_invoice():
    packed = pdf(("a.xml", b"<a/>"), ("terms.txt", b"terms"), ("factur-x.xml", CII))

    assert original.read(packed).xml == CII


def test_our_own_pdf_is_such_a_one():
    invoice = ubl_read.read(UBL)

    found = original.read(write(html(invoice, "nl"), UBL))

    assert (found.xml, found.syntax) == (UBL, Syntax.UBL)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pdf(), "PST-PDF"),
        (pdf(("terms.txt", b"terms")), "PST-PDF"),
        (pdf(("a.xml", b"")), "PST-EMPTY"),
        (pdf(("a.xml", b"<Order/>")), "PST-NOT-INVOICE"),
        (pdf(("a.xml", b"<!DOCTYPE a><a/>")), "PST-DOCTYPE"),
        (pdf(("factur-x.xml", CII), encryption=pikepdf.Encryption(user="a", owner="b")), "PST-PDF-PROTECTED"),
        (b"%PDF-1.7 and then nothing", "PST-PDF-BROKEN"),
        (pdf(("factur-x.xml", CII))[:400], "PST-PDF-BROKEN"),
        (b"<Order/>", "PST-NOT-INVOICE"),
        (b"PK\x03\x04", "PST-ZIP"),
    ],
)  # fmt: skip
def test_what_is_no_invoice_is_refused_by_its_own_code(content, code):
    for read in (original.read, original.recognise):
        with pytest.raises(Refused) as refusal:
            read(content)
        assert refusal.value.code == code


def test_a_pdf_that_only_its_owner_may_change_is_read():
    locked = pdf(("factur-x.xml", CII), encryption=pikepdf.Encryption(user="", owner="b"))

    assert original.read(locked).xml == CII


def test_a_file_that_grows_without_end_is_not_unpacked():
    made = pikepdf.new()
    made.add_blank_page()
    made.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(made, b"")
    stream = made.attachments["factur-x.xml"].get_file().obj
    stream.write(zlib.compress(b" " * 200_000_000), filter=pikepdf.Name.FlateDecode)
    written = io.BytesIO()
    made.save(written)
    assert len(written.getvalue()) < 1_000_000

    with pytest.raises(Refused, match="at most 20 MB"):
        original.read(written.getvalue())


def test_the_limit_of_size_counts_for_a_pdf_as_a_whole():
    with pytest.raises(Refused, match="at most 1 MB"):
        original.recognise(pdf(("factur-x.xml", CII)) + b" " * 1_100_000, max_bytes=1_048_576)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.binary(max_size=40), st.integers(0, 3000), st.integers(0, 60))
def test_a_damaged_pdf_is_read_or_refused_and_nothing_else(noise, place, length):
    whole = pdf(("factur-x.xml", CII))
    damaged = whole[:place] + noise + whole[place + length :]

    with suppress(Refused):
        original.read(damaged)


def test_an_attachment_of_more_than_seven_megabytes_comes_through():
    large = UBL.replace(
        b"<cac:AccountingSupplierParty>",
        b"<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject "
        b'mimeCode="application/pdf" filename="a.pdf">' + b"QUJD" * 3_000_000
        + b"</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
        b"<cac:AccountingSupplierParty>",
        1,
    )  # fmt: skip
    assert len(large) < parsing.MAX_BYTES

    attachments = original.read(large).invoice.attachments

    assert len(attachments[-1].content) == 9_000_000


@official.each_of(official.CII)
def test_an_official_example_is_read_from_a_pdf_too(official):
    xml = official.read_bytes()

    assert original.read(pdf(("factur-x.xml", xml))).invoice == original.read(xml).invoice
