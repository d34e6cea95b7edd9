"""What is passed by, because something that looks the same was judged, wouldn't have said anything else."""

from __future__ import annotations

import copy
import random
from itertools import islice

import pytest
from lxml import etree
from sample_changes import SAMPLES
from sample_parties import NATIONAL, base

from app.invoice import ubl
from app.validation import check, likeness, rule_sets
from app.validation.likeness import LINES, Likeness
from app.validation.releases import RELEASES
from bench.mutations import combined, systematic

NAMES = [*sorted(path.stem for path in SAMPLES.glob("*.xml")), *NATIONAL]
EVERY_SET = tuple(RELEASES)


def _lines(root):
    return [each for each in root if each.tag in LINES]


def _with_lines(xml: bytes, count: int) -> bytes:
    root = etree.fromstring(xml)
    for line in _lines(root):
        for _ in range(count):
            line.addnext(copy.deepcopy(line))
    return etree.tostring(root)


def _found(xml: bytes):
    return [
        [(f.code, f.severity, f.term, f.path, f.line, dict(f.values)) for f in check(xml, rule_sets=sets, schema=False).findings]
        for sets in (EVERY_SET, ("en16931-ubl", "peppol-ubl"), None)
    ]  # fmt: skip


@pytest.fixture
def one_by_one(monkeypatch):
    """The findings when nothing looks like anything else."""

    def found(xml: bytes):
        with monkeypatch.context() as changed:
            changed.setattr(likeness, "_OF_LINE", {})
            changed.setattr(Likeness, "digest", lambda _self: None)
            return _found(xml)

    return found


@pytest.mark.parametrize("name", NAMES)
def test_lines_that_look_alike_are_judged_as_one_by_one(name, one_by_one):
    chance = random.Random(name)
    many = _with_lines(base(name), 3)

    for _ in range(12):
        what, xml = combined(many, chance)

        assert _found(xml.encode()) == one_by_one(xml.encode()), what


@pytest.mark.parametrize("name", NAMES)
def test_a_document_that_looks_like_a_right_one_is_judged_as_the_first(name, one_by_one):
    _found(base(name))

    for what, xml in islice(systematic(base(name)), len(name) % 23, None, 23):
        once, again = _found(xml.encode()), _found(xml.encode())

        assert once == again == one_by_one(xml.encode()), what


def test_only_what_looks_the_same_is_remembered(monkeypatch):
    monkeypatch.setattr(rule_sets, "_FAULTLESS", {})
    right = base("belgian_invoice")
    other = right.replace(b">F26/0044<", b">F26/0045<")
    wrong = right.replace(b"<cbc:PayableAmount currencyID=\"EUR\">", b"<cbc:PayableAmount currencyID=\"EUR\">1")  # fmt: skip

    assert check(right, rule_sets=("en16931-ubl",)).findings == ()
    assert Likeness(etree.fromstring(right)).digest() == Likeness(etree.fromstring(other)).digest()
    assert len(rule_sets._FAULTLESS) == 1
    assert [f.code for f in check(wrong, rule_sets=("en16931-ubl",)).findings] == ["BR-CO-16"]


def test_a_mistake_in_one_of_many_lines_is_told_where_it_is():
    root = etree.fromstring(_with_lines(base("belgian_invoice"), 50))
    line = _lines(root)[20]
    line.find(ubl.path("cbc:InvoicedQuantity")).set("unitCode", "???")

    found = check(etree.tostring(root), rule_sets=("en16931-ubl",), schema=False).findings

    assert [f.path for f in found if f.code == "BR-CL-23"] == [
        "/Invoice/cac:InvoiceLine[21]/cbc:InvoicedQuantity"
    ]


def test_what_is_remembered_has_an_end(monkeypatch):
    monkeypatch.setattr(rule_sets, "_FAULTLESS", {})
    monkeypatch.setattr(rule_sets, "_MOST_REMEMBERED", 2)

    for street in ("A 1", "B 1", "C 1", "D 1"):
        check(base("belgian_invoice").replace(b"Rue du Canal 8", street.encode()))

    assert len(rule_sets._FAULTLESS) == 2
