"""The invoice as people read it: complete, in their language, and harmless."""

import ast
import io
import re
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from app.invoice import wording
from app.invoice.model import Attachment, Invoice, Line, PaymentMeans, Totals
from app.invoice.ubl_read import read
from app.rendering import html, pdf
from app.rendering.pdf import _fetcher, _weasyprint

SAMPLES = Path(__file__).parent.parent / "samples"
HOSTILE = "<script>alert(1)</script>\"'><img src=https://evil.example/x.png>{{ 7*7 }}"


def sample(name="dutch_invoice"):
    return read((SAMPLES / f"{name}.xml").read_bytes())


def plain(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("</style>")[2]))


def text_of(content):
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            ["Factuur", "Te betalen", "€ 468,70", "1 april 2026", "Nederland", "Overschrijving"],
        ),
        (
            "en",
            ["Invoice", "Amount to pay", "€468.70", "1 April 2026", "Netherlands", "Bank transfer"],
        ),
        ("fr", ["Facture", "À payer", "468,70 €", "1 avril 2026", "Pays-Bas", "Virement"]),
        (
            "de",
            ["Rechnung", "Zu zahlen", "468,70 €", "1. April 2026", "Niederlande", "Überweisung"],
        ),
        ("nl-BE", ["Factuur"]),
        ("xx", ["Invoice"]),
    ],
)
def test_words_amounts_and_dates_are_those_of_the_reader(language, words):
    page = html(sample(), language)

    shown = plain(page).replace("\u00a0", " ").replace("\u202f", " ")
    assert [word for word in words if word not in shown] == []
    assert f'<html lang="{language[:2] if language != "xx" else "en"}">' in page


def test_everything_that_the_customer_needs_is_on_the_page():
    shown = plain(html(sample("multi_vat_invoice"), "en"))

    for expected in (
        "2026-0131", "Bakkerij Vermeer B.V.", "Stichting De Kade", "NL123456782B01", "INK-4471",
        "Broodplank met logo", "Discount: Kleine krasjes -€15.00", "€18.40 per 25 kg", "Discount: Klantkorting", "5% of €500.00",
        "Exempt (E)", "Vrijgesteld van btw: cursus", "€926.16", "-€100.00", "NL62 POST 0123 4567 89",
        "leverbon.pdf – leverbon – Getekende leverbon", "Betaling binnen 30 dagen.",
    ):  # fmt: skip
        assert expected in shown


def test_a_credit_note_says_so_and_names_the_invoice():
    shown = plain(html(sample("dutch_credit_note"), "en"))

    assert "Credit note C2026-0009" in shown
    assert "Amount credited" in shown
    assert "2026-0117 (2 March 2026)" in shown


def test_a_belgian_number_is_shown_in_groups():
    assert "0700.100.270" in plain(html(sample("belgian_invoice"), "fr"))


def test_an_invoice_with_nothing_in_it_is_still_a_page():
    assert "<h1>Invoice</h1>" in html(Invoice(), "en")


@pytest.mark.parametrize("currency", ["EUR", "JPY", "XYZ", "not a currency", None])
def test_amounts_are_shown_in_cents_whatever_the_currency(currency):
    invoice = Invoice(currency=currency, totals=Totals(payable=Decimal("12.5")))

    assert "12.50" in plain(html(invoice, "en"))


def test_a_price_keeps_all_its_decimals():
    line = Line(name="Screw", price=Decimal("0.00345"), quantity=Decimal("1000"))

    assert "€0.00345" in plain(html(Invoice(currency="EUR", lines=(line,)), "en"))


def _poisoned(value, poison):
    """The same invoice with this text in every field that holds text."""
    if isinstance(value, str) and not hasattr(value, "value"):
        return poison
    if isinstance(value, tuple):
        return tuple(_poisoned(each, poison) for each in value)
    if is_dataclass(value):
        return replace(
            value,
            **{each.name: _poisoned(getattr(value, each.name), poison) for each in fields(value)},
        )
    return value


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("name", ["multi_vat_invoice", "dutch_credit_note"])
def test_hostile_text_in_every_field_is_only_text(name, language):
    page = html(_poisoned(sample(name), HOSTILE), language)

    assert "<script" not in page
    assert "<img" not in page
    assert "{{ 7*7 }}" in page
    assert "&lt;script&gt;" in page


def test_hostile_text_makes_no_broken_pdf():
    (first, *_rest) = text_of(pdf(_poisoned(sample(), HOSTILE)))

    assert "alert(1)" in first


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1/", "https://evil.example/x.png", "ftp://a/b"]
)
def test_the_page_can_fetch_nothing_from_outside(url):
    with pytest.raises(ValueError, match="disallowed protocol"):
        _fetcher(_weasyprint()).fetch(url)


def test_what_stands_in_the_page_itself_can_be_used():
    assert _fetcher(_weasyprint()).fetch("data:text/plain,hello").read() == b"hello"


def test_the_xml_is_inside_the_pdf_byte_for_byte():
    xml = (SAMPLES / "dutch_invoice.xml").read_bytes()

    reader = PdfReader(io.BytesIO(pdf(read(xml), "nl", xml)))

    assert reader.attachments == {"invoice.xml": [xml]}
    assert reader.metadata.title == "Factuur 2026-0117"
    assert len(reader.pages) == 1


def test_without_xml_nothing_is_attached():
    assert PdfReader(io.BytesIO(pdf(sample()))).attachments == {}


def test_a_long_table_repeats_its_head_and_numbers_its_pages():
    lines = tuple(
        replace(sample().lines[0], id=str(number), name=f"Bread {number}") for number in range(90)
    )

    pages = text_of(pdf(replace(sample(), lines=lines), "en"))

    assert len(pages) > 2
    assert all("Description" in page for page in pages[:-1])
    assert f"Page 2 / {len(pages)}" in pages[1]
    assert sum(page.count("Bread ") for page in pages) == 90


def test_very_long_words_stay_on_the_paper():
    line = replace(sample().lines[0], name="x" * 400)

    pages = text_of(pdf(replace(sample(), lines=(line,), number="9" * 60)))

    assert "".join(pages).count("x") >= 400


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_every_word_of_the_page_is_translated(language):
    source = Path("app/rendering/words.py").read_text()
    words = {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_"
    }
    with (wording.TRANSLATIONS / language / "LC_MESSAGES" / "rendering.po").open("rb") as file:
        translated = {entry.id: entry.string for entry in read_po(file) if entry.id}

    assert set(translated) == words
    assert all(translated.values())


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.text(),
    st.none() | st.decimals(allow_nan=False, allow_infinity=False),
    st.none() | st.dates(),
)
def test_whatever_the_values_are_there_is_a_page(text, amount, day):
    line = Line(name=text, price=amount, quantity=amount, net=amount, vat_rate=amount, unit=text)
    invoice = Invoice(
        number=text, issue_date=day, currency=text, lines=(line,), totals=Totals(payable=amount),
        payment_means=(PaymentMeans(code=text, account=text),), attachments=(Attachment(url=text),),
    )  # fmt: skip

    assert html(invoice, text or "en").endswith("</html>")


def test_dates_before_our_time_are_shown_too():
    assert "1 January 1900" in html(Invoice(issue_date=date(1900, 1, 1)), "en")


def test_the_sums_are_carried_from_page_to_page():
    line = replace(sample().lines[0], net=Decimal("10.00"), name="Bread")
    invoice = replace(sample(), lines=(line,) * 90)

    pages = [page.replace("\u00a0", " ") for page in text_of(pdf(invoice, "en"))]

    rows = [page.count("Bread") for page in pages]
    last = max(number for number, count in enumerate(rows) if count)
    for number in range(last):
        so_far = f"€{sum(rows[: number + 1]) * 10}.00"
        assert f"Carried forward {so_far}" in pages[number]
        assert f"Brought forward {so_far}" in pages[number + 1]
    assert "Brought forward" not in pages[0]
    assert all("Carried forward" not in page for page in pages[last:])
    assert all("Brought forward" not in page for page in pages[last + 1 :])


def test_one_page_carries_nothing():
    (page,) = text_of(pdf(sample(), "en"))

    assert "forward" not in page


def test_what_is_not_said_stays_unsaid_in_every_language():
    assert wording.translate("rendering", "nl", "") == ""
