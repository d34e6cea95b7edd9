"""Corrections: each mends its finding, brings no new one, changes nothing else, and is never a guess."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from fixable import FIXABLE, UNCERTAIN
from lxml import etree
from sample_changes import SAMPLES, altered
from sample_parties import base, of_category

from app.invoice.ubl_read import read
from app.validation import check
from app.validation.fixes import propose, proposing


def start(name: str) -> bytes:
    kind, _, code = name.partition(" ")
    return of_category(code) if kind == "category" else base(name)


def broken(sample) -> bytes:
    name, changes, *_rest = sample
    return altered(start(name), *changes)


def keys(xml: bytes) -> Counter:
    return Counter((each.code, each.path) for each in check(xml).findings)


def test_every_rule_that_can_be_put_right_has_a_sample():
    assert set(FIXABLE) == set(proposing.FIXABLE)


@pytest.mark.parametrize("code", FIXABLE)
def test_what_is_certain_is_put_right_and_nothing_else(code):
    xml = broken(FIXABLE[code])
    findings = check(xml).findings
    assert code in {each.code for each in findings}

    found = propose(xml, findings)

    assert found is not None
    assert FIXABLE[code][2] <= {(c.term or c.name_in_file, c.old, c.new) for c in found.changes}
    left = keys(found.xml)
    assert not left - keys(xml), "something new"
    assert code not in {gone for gone, _path in left}
    assert all(found.mends(each.code, each.path) for each in findings if each.code == code)


@pytest.mark.parametrize("code", FIXABLE)
def test_the_rest_of_the_document_says_what_it_said(code):
    xml = broken(FIXABLE[code])
    found = propose(xml, check(xml).findings)

    before, after = texts(xml), texts(found.xml)

    changed = sum((before - after).values()) + sum((after - before).values())
    assert changed <= 2 * len(found.changes)


def texts(xml: bytes) -> Counter:
    """Every value with the name of its element."""
    root = etree.fromstring(xml)
    values = Counter((each.tag, (each.text or "").strip()) for each in root.iter("*"))
    return values + Counter((each.tag, *pair) for each in root.iter("*") for pair in each.items())


@pytest.mark.parametrize("what", UNCERTAIN)
def test_what_could_be_put_right_in_two_ways_stays(what):
    name, changes = UNCERTAIN[what]
    xml = altered(start(name), *changes)
    findings = check(xml).findings

    assert findings
    assert propose(xml, findings) is None


def test_several_mistakes_are_put_right_together():
    samples = ("BR-CO-16", "BR-23", "PEPPOL-COMMON-R056-2", "BR-CL-25")
    xml = altered(base("dutch_invoice"), *(change for s in samples for change in FIXABLE[s][1]))

    found = propose(xml, check(xml).findings)

    assert not check(found.xml).findings
    assert len(found.changes) == 4


def test_what_is_certain_is_put_right_beside_what_is_not():
    wrong_twice = (*FIXABLE["BR-CO-16"][1], ("set", "cbc:IssueDate", "yesterday"))
    xml = altered(base("dutch_invoice"), *wrong_twice)

    found = propose(xml, check(xml).findings)

    assert [each.term for each in found.changes] == ["BT-115"]
    assert {each.code for each in check(found.xml).findings} >= {"PST-SCHEMA"}


def test_one_number_is_put_right_when_another_cannot_be():
    xml = altered(
        base("dutch_invoice"),
        ("set", "cac:AccountingSupplierParty/cac:Party/cbc:EndpointID", "50 12 34 56"),
        ("set", "cac:AccountingCustomerParty/cac:Party/cbc:EndpointID", "nobody"),
    )

    found = propose(xml, check(xml).findings)

    assert [(each.term, each.new) for each in found.changes] == [("BT-34", "50123456")]


def test_an_empty_unit_is_filled_in_like_a_missing_one():
    xml = base("dutch_invoice").replace(b'Quantity unitCode="C62"', b'Quantity unitCode=""')

    found = propose(xml, check(xml).findings)

    assert {(each.term, each.new) for each in found.changes} == {("BT-130", "C62")}


def test_a_document_without_mistakes_has_nothing_to_fix():
    for each in sorted(SAMPLES.glob("*.xml")):
        xml = each.read_bytes()
        assert propose(xml, [f for f in check(xml).findings if f.severity == "fatal"]) is None


def test_a_file_too_large_to_try_is_left_alone(monkeypatch):
    xml = broken(FIXABLE["BR-CO-16"])
    monkeypatch.setattr(proposing, "MOST_BYTES", len(xml) - 1)

    assert propose(xml, check(xml).findings) is None


def test_a_changed_place_is_named_in_the_readers_language():
    xml = broken(FIXABLE["BR-CO-16"])

    change = propose(xml, check(xml).findings).changes[0]

    assert change.name("en") == "The amount to pay"
    assert change.name("nl") == "Het te betalen bedrag"


def test_whatever_is_done_to_a_document_no_fix_makes_it_worse():
    dice = random.Random(5)
    tried = 0
    for name in ("dutch_invoice", "multi_vat_invoice", "reverse_charge_invoice"):
        for _ in range(25):
            xml = mutated(base(name), dice)
            found = propose(xml, check(xml).findings)
            if found is not None:
                tried += 1
                assert not keys(found.xml) - keys(xml)
                read(found.xml)
    assert tried > 10


def mutated(xml: bytes, dice: random.Random) -> bytes:
    """A few leaves with another value, empty, or gone."""
    root = etree.fromstring(xml)
    leaves = [each for each in root.iter("*") if not len(each)]
    for leaf in dice.sample(leaves, 3):
        deed = dice.choice(("empty", "double", "spaces", "attributes", "long"))
        if deed == "empty":
            leaf.text = ""
        elif deed == "double":
            leaf.text = (leaf.text or "") * 2
        elif deed == "spaces":
            leaf.text = " ".join(leaf.text or "")
        elif deed == "attributes":
            leaf.attrib.clear()
        else:
            leaf.text = f"{leaf.text}001"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
