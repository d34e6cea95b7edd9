"""Input that is made to break things: each gets its own sentence, and nothing of it stays but that."""

from __future__ import annotations

import pytest

from tests.documents.samples import xml
from tests.documents.test_upload import results, stored, upload

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'
BOMB = (
    HEAD
    + b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    + b"<a>&c;</a>"
)
REFUSED = {
    "attributes": (b"<a" + b"".join(b' a%d="1"' % n for n in range(200_000)) + b"/>", "too many attributes"),
    "depth": (b"<a>" * 10_000 + b"</a>" * 10_000, "nested too deeply"),
    "encoding": (b'<?xml version="1.0" encoding="utf-8"?><a>\xe9</a>', "character encoding"),
    "control": (HEAD + b"<a>\x01</a>", "control character"),
    "entities": (BOMB, "DOCTYPE or entities"),
    "outside": (HEAD + b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DOCTYPE or entities"),
    "white space": (b" \n\t ", "The file is empty."),
}  # fmt: skip


def changed(old, new):
    made = xml()
    assert old in made
    return made.replace(old, new)


KEPT = {
    "order": (
        lambda: changed(b"<cbc:IssueDate>", b"<cbc:Note>late</cbc:Note><cbc:IssueDate>"),
        "doesn&#39;t belong here",
    ),
    "negative VAT": (lambda: changed(b">21.00</cbc:TaxAmount>", b">-21.00</cbc:TaxAmount>"), "BR-CO-"),
    "no number": (lambda: changed(b">121.00</cbc:PayableAmount>", b">NaN</cbc:PayableAmount>"), "NaN"),
    "giant": (lambda: changed(b">121.00</cbc:PayableAmount>", b">1e999</cbc:PayableAmount>"), "1e999"),
    "year 0": (
        lambda: changed(b"<cbc:IssueDate>2026-11-20", b"<cbc:IssueDate>0000-01-01"),
        "0000-01-01",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused(town, content, sentence):
    answer = upload(town, ("x.xml", content))

    assert answer.status_code == 200
    assert sentence in results(answer.text)["x.xml"]
    assert stored() == 0


@pytest.mark.parametrize(("made", "sentence"), KEPT.values(), ids=KEPT)
def test_what_can_be_read_and_is_wrong_says_so_and_cannot_be_sent(town, made, sentence):
    text = results(upload(town, ("x.xml", made())).text)["x.xml"]

    assert sentence in text
    assert "This invoice cannot be sent like this." in text
    assert "Traceback" not in text


def test_a_hundred_megabytes_are_refused(town):
    page = upload(town, ("large.xml", b"<Invoice>" + b" " * 100_000_000)).text

    assert "at most 20 MB is possible" in results(page)["large.xml"]
    assert stored() == 0
