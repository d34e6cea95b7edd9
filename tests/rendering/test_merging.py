"""Several PDFs as one: in the order that was chosen, honest about what it is, stopped by nothing."""

from __future__ import annotations

import io

import pikepdf
import pytest

from app.rendering.merging import Part, Why, merge, why_beside


def pdf(*widths: int, password: str = "") -> bytes:
    """Pages that are told apart by how wide they are."""
    made, written = pikepdf.new(), io.BytesIO()
    for width in widths:
        made.add_blank_page(page_size=(width, 800))
    lock = pikepdf.Encryption(owner=password, user=password) if password else False
    made.save(written, encryption=lock)
    return written.getvalue()


def widths(content: bytes) -> list[int]:
    with pikepdf.open(io.BytesIO(content)) as found:
        return [int(page.mediabox[2]) for page in found.pages]


FIRST = Part("invoice.pdf", pdf(100, 101))
OTHERS = [Part("contract.pdf", pdf(200)), Part("hours.pdf", pdf(300, 301))]


def test_the_others_come_behind():
    assert widths(merge(FIRST, OTHERS).content) == [100, 101, 200, 300, 301]


def test_or_in_front():
    assert widths(merge(FIRST, OTHERS, in_front=True).content) == [200, 300, 301, 100, 101]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (pdf(200, password="secret"), Why.PROTECTED),
        (pdf(200)[:200], Why.BROKEN),
        (b"%PDF-1.7 nothing", Why.BROKEN),
        (pdf(), Why.BROKEN),
        (b"PK\x03\x04 a sheet", Why.NO_PDF),
    ],
)
def test_what_cannot_be_joined_is_left_beside_and_the_rest_goes_on(content, why):
    odd = Part("odd.pdf", content)
    found = merge(FIRST, [odd, OTHERS[0]])

    assert why_beside(content) is why
    assert widths(found.content) == [100, 101, 200]
    assert [part.name for part, _why in found.beside] == ["odd.pdf"]


def test_the_xml_is_inside():
    found = merge(FIRST, OTHERS, xml=b"<Invoice/>").content

    with pikepdf.open(io.BytesIO(found)) as opened:
        assert opened.attachments["invoice.xml"].get_file().read_bytes() == b"<Invoice/>"


def test_a_joined_file_claims_no_archival_quality():
    made = pikepdf.new()
    made.add_blank_page()
    with made.open_metadata() as metadata:
        metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "3", "A"
    written = io.BytesIO()
    made.save(written)
    archival = Part("invoice.pdf", written.getvalue())

    alone, joined = merge(archival, []), merge(archival, OTHERS)

    assert alone.content == archival.content
    with pikepdf.open(io.BytesIO(joined.content)) as opened, opened.open_metadata() as metadata:
        assert not metadata.pdfa_status


def test_a_page_does_nothing_by_itself():
    loud, written = pikepdf.open(io.BytesIO(pdf(200))), io.BytesIO()
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    loud.pages[0].obj["/AA"] = pikepdf.Dictionary(O=script)
    loud.save(written)

    found = merge(FIRST, [Part("loud.pdf", written.getvalue())]).content

    with pikepdf.open(io.BytesIO(found)) as opened:
        assert "/AA" not in opened.pages[2].obj


def test_too_many_pages_are_left_beside():
    many = Part("book.pdf", pdf(*[200] * 500))

    assert merge(FIRST, [many]).beside == ((many, Why.TOO_LARGE),)
