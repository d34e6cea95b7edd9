"""The check as a whole: bad input, schema, choice of rules, languages."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from sample_changes import changed, sample

from app.invoice import wording
from app.invoice.model import Kind
from app.validation import Severity, check
from app.validation.terms import TERMS

GOOD = sample("dutch_invoice")
BOMB = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><x>&c;</x>'
BAD_INPUT = [
    (b"", "PST-EMPTY"),
    (b" \r\n\t ", "PST-EMPTY"),
    (b"PK\x03\x04rest", "PST-ZIP"),
    (b"\x1f\x8brest", "PST-ZIP"),
    (b"%PDF-1.7 rest", "PST-PDF"),
    (b"\x89PNG\r\n\x1a\nrest", "PST-IMAGE"),
    (b"\xff\xd8\xff\xe0rest", "PST-IMAGE"),
    (b"Dear customer", "PST-NOT-XML"),
    (b'{"invoice": 1}', "PST-NOT-XML"),
    (b"<Invoice>", "PST-NOT-XML"),
    (b"<a><b></a></b>", "PST-NOT-XML"),
    (b"<a/><b/>", "PST-NOT-XML"),
    (b'<a xmlns:x="y"><z:b/></a>', "PST-NOT-XML"),
    (b"<!DOCTYPE html><html></html>", "PST-DOCTYPE"),
    (BOMB, "PST-DOCTYPE"),
    (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "PST-DOCTYPE"),
    (b'<?xml version="1.0" encoding="UTF-8"?><a>caf\xe9</a>', "PST-ENCODING"),
    (b'<?xml version="1.0" encoding="no-such-thing"?><a/>', "PST-ENCODING"),
    (b"<a>" * 101 + b"</a>" * 101, "PST-TOO-COMPLEX"),
    (b"<a " + b" ".join(b'x%d=""' % n for n in range(65)) + b"/>", "PST-TOO-COMPLEX"),
    (b"<order/>", "PST-NOT-INVOICE"),
    (b'<Invoice xmlns="urn:mine"/>', "PST-NOT-INVOICE"),
]


@pytest.mark.parametrize(("content", "code"), BAD_INPUT)
@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_bad_input_is_one_finding_with_its_own_sentence(content, code, language):
    report = check(content)

    assert [(f.code, f.severity) for f in report.findings] == [(code, Severity.FATAL)]
    assert "%(" not in report.findings[0].message(language)
    assert not report.valid
    assert report.invoice_kind is None


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    (finding,) = check(b"<" + b"x" * (50 * 1024 * 1024)).findings

    assert finding.code == "PST-TOO-LARGE"
    assert finding.message("en").startswith("The file is 51 MB; at most 20 MB")


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_other_encodings_are_read_when_they_are_named(encoding):
    text = GOOD.decode().replace("UTF-8", encoding).replace("Bedankt", "Café")

    assert check(text.encode(encoding)).findings == ()


def test_a_byte_order_mark_does_no_harm():
    assert check(b"\xef\xbb\xbf" + GOOD).findings == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([("remove", "cbc:ID")], "<IssueDate> doesn't belong here (line"),
        ([("set", "cbc:IssueDate", "yesterday")], "<IssueDate> holds “yesterday”"),
        ([("add", ".", "cbc:Colour", "red")], "<Colour> doesn't belong here"),
        (
            [("attribute", "cac:TaxTotal/cbc:TaxAmount", "currencyID", "")],
            "needs the attribute currencyID",
        ),
        ([("attribute", "cbc:ID", "colour", "red")], "can't have the attribute colour"),
        ([("remove", "cac:InvoiceLine"), ("remove", "cac:InvoiceLine")], "It still needs"),
    ],
)
def test_a_departure_from_the_schema_is_said_in_plain_words(changes, words):
    findings = check(changed("dutch_invoice", *changes), rule_sets=()).findings

    assert {finding.code for finding in findings} == {"PST-SCHEMA"}
    assert words in findings[0].message("en")
    assert findings[0].line


def test_without_the_schema_only_the_rules_speak():
    document = changed("dutch_invoice", ("add", ".", "cbc:Colour", "red"))

    assert check(document, schema=False).findings == ()


@pytest.mark.parametrize(
    ("claim", "chosen"),
    [
        ("urn:cen.eu:en16931:2017", ("en16931-ubl",)),
        (
            "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
            ("en16931-ubl", "peppol-ubl"),
        ),
        (
            "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0",
            ("en16931-ubl", "nlcius-ubl"),
        ),
    ],
)
def test_the_claim_of_the_document_chooses_the_rules(claim, chosen):
    report = check(changed("dutch_invoice", ("set", "cbc:CustomizationID", claim)))

    assert report.rule_sets == chosen
    assert report.profile == claim
    assert report.invoice_kind is Kind.INVOICE


def test_an_unknown_rule_set_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="no rule set 'mine'"):
        check(GOOD, rule_sets=("mine",))


def test_a_message_is_told_in_the_language_of_the_reader():
    (finding,) = check(
        changed("dutch_invoice", ("empty", "cbc:ID")), rule_sets=("en16931-ubl",)
    ).findings

    assert finding.message("en") == "The invoice number is missing. Fill it in."
    assert finding.message("nl") == "Het factuurnummer ontbreekt. Vul dit in."
    assert finding.message("nl-BE") == finding.message("nl")
    assert "numéro de facture" in finding.message("fr")
    assert "Rechnungsnummer fehlt" in finding.message("de")
    assert finding.message("xx") == finding.message("../../etc") == finding.message("en")


def test_words_inside_a_sentence_are_translated_too():
    document = changed(
        "dutch_invoice", ("remove", "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme")
    )

    (finding,) = check(document, rule_sets=("en16931-ubl",)).findings

    assert "S (gewoon tarief)" in finding.message("nl")
    assert "fiscaal vertegenwoordiger" in finding.message("nl")


def _sentences():
    for path in sorted(Path("app/validation").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "N_"
            ):
                yield node.args[0].value


def _texts_of(folder: Path) -> set[str]:
    return {
        node.value
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_every_sentence_and_every_term_is_translated_with_the_same_places(language):
    with (wording.TRANSLATIONS / language / "LC_MESSAGES" / "validation.po").open("rb") as file:
        translated = {entry.id: entry.string for entry in read_po(file) if entry.id}

    wanted = {*_sentences(), *TERMS.values()}
    assert wanted - set(translated) == set()
    # What cannot be read at all is refused where it is parsed, in the words of the same catalogue.
    assert set(translated) - wanted <= _texts_of(Path("app/invoice"))
    for source, text in translated.items():
        assert text, source
        assert sorted(re.findall(r"%\(\w+\)s", source)) == sorted(re.findall(r"%\(\w+\)s", text))


def test_a_compiled_catalogue_is_preferred_and_read(tmp_path, monkeypatch):
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = wording.TRANSLATIONS / "nl" / "LC_MESSAGES" / "validation.po"
    with source.open("rb") as po, (folder / "validation.mo").open("wb") as mo:
        write_mo(mo, read_po(po))
    monkeypatch.setattr(wording, "TRANSLATIONS", tmp_path)
    wording._catalogue.cache_clear()

    said = wording.translate("validation", "nl", "The invoice number")

    wording._catalogue.cache_clear()
    assert said == "Het factuurnummer"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "x" * 500, "%(what)s %s", "٣٤", "1e5", "NaN", "9" * 80]
)
@pytest.mark.parametrize(
    "path",
    [
        "cbc:IssueDate",
        "cbc:DocumentCurrencyCode",
        "cac:LegalMonetaryTotal/cbc:PayableAmount",
        "cac:InvoiceLine/cac:Price/cbc:PriceAmount",
        "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent",
    ],
)
def test_whatever_stands_in_a_field_the_check_answers_with_sentences(path, text):
    report = check(changed("dutch_invoice", ("set", path, text)))

    assert not report.valid or text == "x" * 500
    assert all(len(finding.message("nl")) < 600 for finding in report.findings)
