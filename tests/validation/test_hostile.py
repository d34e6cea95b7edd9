"""No document makes the check raise, or take more than time in proportion to its size."""

from __future__ import annotations

import copy
import random
import time

import pytest
from lxml import etree
from sample_changes import SAMPLES
from sample_parties import NATIONAL, base

from app.validation import check
from app.validation.releases import RELEASES
from bench.mutations import combined

EVERY_SET = tuple(RELEASES)
MANY = 600


@pytest.mark.parametrize("name", [*sorted(path.stem for path in SAMPLES.glob("*.xml")), *NATIONAL])
def test_changed_documents_never_make_it_raise(name):
    chance = random.Random(name)

    for _ in range(40):
        _what, xml = combined(base(name), chance)
        for sets in (EVERY_SET, None):
            for found in check(xml.encode(), rule_sets=sets).findings:
                assert found.message("de")


def _seconds(xml: bytes) -> float:
    best = float("inf")
    for _ in range(2):
        began = time.process_time()
        check(xml, rule_sets=EVERY_SET, schema=False)
        best = min(best, time.process_time() - began)
    return best


def _with_many(name: str, tag: str, count: int) -> bytes:
    """A document in which every element of this name stands so many times more."""
    root = etree.fromstring(base(name))
    for element in [each for each in root.iter("*") if each.tag == tag][:4]:
        for _ in range(count):
            element.addnext(copy.deepcopy(element))
    return etree.tostring(root)


def _repeatable() -> list[tuple[str, str]]:
    """Every element that holds others, with a sample that has it."""
    found: dict[str, str] = {}
    for name in ("g account", "multi_vat_invoice", "swedish", "greek", "german by debit"):
        root = etree.fromstring(base(name))
        for each in root.iter("*"):
            if each is not root and len(each):
                found.setdefault(str(each.tag), name)
    return [(name, tag) for tag, name in found.items()]


def test_no_element_takes_longer_the_more_of_them_there_are():
    slow = []
    for name, tag in _repeatable():
        few, many = _with_many(name, tag, MANY // 4), _with_many(name, tag, MANY)
        ratio = _seconds(many) / max(_seconds(few), 0.01)
        size = len(many) / len(few)
        if ratio > 2.2 * size:
            slow.append((name, tag, round(ratio, 1), round(size, 1)))

    assert slow == []
