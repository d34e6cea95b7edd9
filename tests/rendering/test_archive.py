"""The PDF can be kept for long, is read aloud in order, and carries the invoice itself."""

import io

import pikepdf
import pytest
from lxml import etree

from app.invoice.model import Kind
from app.invoice.ubl_write import write as write_ubl
from app.rendering.document import unstyled
from app.rendering.pdf import write
from tests.invoice.test_ubl import full_invoice

XML = write_ubl(full_invoice(Kind.INVOICE))
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"


@pytest.fixture(scope="module")
def opened():
    with pikepdf.open(io.BytesIO(write(unstyled(full_invoice(Kind.INVOICE), "nl"), XML))) as pdf:
        yield pdf


def elements(node):
    """The structure, element by element, in the order in which it is read."""
    if isinstance(node, pikepdf.Array):
        for each in node:
            yield from elements(each)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from elements(node.get("/K", pikepdf.Array()))


def test_it_says_that_it_is_an_archive_file_and_which(opened):
    metadata = etree.fromstring(opened.Root.Metadata.read_bytes().strip())
    said = {name: value for each in metadata.iter() for name, value in each.attrib.items()}

    assert (said[f"{PDFA}part"], said[f"{PDFA}conformance"]) == ("3", "A")
    assert str(opened.docinfo["/Title"]) in "".join(metadata.itertext())


def test_its_colours_mean_the_same_everywhere(opened):
    (intent,) = opened.Root.OutputIntents

    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.N == 3


def test_every_font_is_inside_and_knows_its_letters(opened):
    fonts = [
        each
        for each in opened.objects
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"
    ]
    whole = [each for each in fonts if each.Subtype == "/Type0"]

    assert whole
    assert all("/ToUnicode" in each for each in whole)
    assert all(
        "/FontFile2" in each.FontDescriptor or "/FontFile3" in each.FontDescriptor
        for each in fonts
        if "/FontDescriptor" in each
    )


def test_nothing_in_it_acts_or_is_locked(opened):
    assert not opened.is_encrypted
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(opened.Root.keys())
    assert b"/JavaScript" not in b"".join(each.unparse() for each in opened.objects)


def test_the_invoice_is_attached_once_and_named_as_another_form_of_the_page(opened):
    (file,) = opened.Root.AF

    assert file.AFRelationship == "/Alternative"
    assert file.EF.F.Subtype == "/text/xml"
    assert file.EF.F.read_bytes() == XML
    assert list(opened.attachments) == ["invoice.xml"]


def test_it_can_be_read_aloud(opened):
    found = list(elements(opened.Root.StructTreeRoot.K))
    kinds = [str(each.S) for each in found]
    figures = [str(each.get("/Alt", "")) for each in found if each.S == "/Figure"]

    assert opened.Root.MarkInfo.Marked
    assert str(opened.Root.Lang) == "nl"
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    assert kinds.count("/H1") == 1
    assert {"/H2", "/Table", "/TR", "/TH", "/TD", "/THead", "/TBody", "/P"} <= set(kinds)
    assert all(figures)


def test_a_cell_knows_its_heads(opened):
    cells = [each for each in elements(opened.Root.StructTreeRoot.K) if each.S == "/TD"]

    assert cells
    assert all(len(each.A.Headers) for each in cells)
