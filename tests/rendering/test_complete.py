"""Every term that an invoice fills is on its paper, and nothing falls off the paper."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.invoice.model import Kind
from app.invoice.original import read
from app.rendering.document import unstyled
from app.rendering.pdf import lay_out, put_down
from tests import official
from tests.invoice.test_ubl import full_invoice
from tests.rendering.leaves import leaves, missing

OWN = sorted((Path(__file__).parent.parent / "samples").glob("*.xml"))
LANGUAGES = ("nl", "en", "fr", "de")
SLACK = 0.5  # of a CSS pixel, for rounding


def text_of(pdf):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def outside(document):
    """Boxes with something in them that reach beyond the paper."""
    found = []
    for page in document.pages:
        for box in page._page_box.descendants():
            if not hasattr(box, "position_x") or not hasattr(box, "width"):
                continue
            right = box.position_x + box.margin_width()
            bottom = box.position_y + box.margin_height()
            if (
                min(box.position_x, box.position_y) < -SLACK
                or right > page.width + SLACK
                or bottom > page.height + SLACK
            ):
                found.append((box, getattr(box, "text", "")))
    return found


def overlapping(document):
    """Cells of one row that stand on each other."""
    found = []
    for page in document.pages:
        for row in page._page_box.descendants():
            if type(row).__name__ != "TableRowBox":
                continue
            for one, next_ in zip(row.children, row.children[1:], strict=False):
                inside = [each for each in one.descendants() if hasattr(each, "text")]
                reach = max((each.position_x + each.width for each in inside), default=0)
                if inside and reach > next_.position_x + SLACK:
                    found.append((inside[0].text, reach, next_.position_x))
    return found


def check(invoice, language):
    document = lay_out(unstyled(invoice, language))
    assert outside(document) == []
    assert overlapping(document) == []
    assert missing(invoice, text_of(put_down(document)), language) == []


@official.each_of(official.UBL + official.CII)
def test_an_official_example_is_complete_on_paper(official):
    # Each in one language, and every language has its turn.
    turn = sum(official.name.encode()) % len(LANGUAGES)

    check(read(official.read_bytes()).invoice, LANGUAGES[turn])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", OWN, ids=lambda path: path.stem)
def test_a_sample_is_complete_on_paper(sample, language):
    check(read(sample.read_bytes()).invoice, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_an_invoice_with_every_term_is_complete_on_paper(kind, language):
    check(full_invoice(kind), language)


def test_what_is_not_on_the_page_is_missed():
    invoice = full_invoice(Kind.INVOICE)

    assert missing(invoice, "", "en") == [
        (name, value) for name, value in leaves(invoice) if (name, value) != ("vat_category", "S")
    ]
