"""Every rule has a sentence in four languages, a sample that it lets pass and one that breaks it."""

from __future__ import annotations

import pytest
from breaking import BREAKING
from lxml import etree
from sample_changes import altered
from sample_parties import base, of_category

from app.validation import check
from app.validation.catalogue import every_rule
from app.validation.releases import RELEASES
from app.validation.report import Finding
from app.validation.rules import en_core
from app.validation.terms import TERMS

EVERY = {entry.code: entry for name in RELEASES for entry in every_rule(name)}
PLACES = en_core.places()
SURPLUS = {code: name for name, code in en_core.NOWHERE.items()}
# BR-CO-25 is only in the Dutch sets by now.
SETS = {"BR-CO-25": "nlcius-ubl"}


def fired(code: str, xml: bytes) -> bool:
    name = SETS.get(code, EVERY[code].rule_set)
    return code in {found.code for found in check(xml, rule_sets=(name,), schema=False).findings}


def start(name: str) -> bytes:
    kind, _, code = name.partition(" ")
    return of_category(code) if kind == "category" else base(name)


def test_every_rule_is_listed_once():
    listed = [*BREAKING, *PLACES, *SURPLUS]

    assert len(listed) == len(set(listed))
    assert set(listed) == set(EVERY)
    assert {name: len(every_rule(name)) for name in RELEASES} == {
        "en16931-ubl": 974,
        "peppol-ubl": 165,
        "nlcius-ubl": 35,
        "nlcius-gaccount": 41,
    }


@pytest.mark.parametrize("code", BREAKING)
def test_a_good_sample_passes_and_a_changed_one_does_not(code):
    name, *changes = BREAKING[code]
    good = start(name)

    assert not fired(code, good)
    assert fired(code, altered(good, *changes))


def _with_place(path: tuple[str, ...]) -> bytes:
    """The Dutch invoice with an element at a place where the norm has none."""
    root = etree.fromstring(base("dutch_invoice"))
    element = root
    for step in path:
        tag = en_core.tags(step)[0]
        found = element.find(tag)
        element = etree.SubElement(element, tag) if found is None else found
    element.text = "x"
    return etree.tostring(root)


@pytest.mark.parametrize("group", range(8))
def test_what_has_no_place_in_the_norm_is_told_by_its_own_rule(group):
    good = base("dutch_invoice")
    for code in sorted(PLACES)[group::8]:
        assert not fired(code, good), code
        assert fired(code, _with_place(PLACES[code])), code


@pytest.mark.parametrize("code", SURPLUS)
def test_an_attribute_without_a_place_is_told_by_its_own_rule(code):
    changed = altered(base("dutch_invoice"), ("attribute", "cbc:Note", SURPLUS[code], "x"))

    assert fired(code, changed)
    assert not fired(code, base("dutch_invoice"))


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_every_rule_says_what_is_wrong_and_what_to_do(language):
    values = dict.fromkeys(
        ("found", "expected", "category", "who", "name", "parent", "attribute", "scheme"), "…"
    )
    for code, entry in EVERY.items():
        found = Finding(code, entry.severity, entry.sentence, entry.term, values=values)
        message, fix = found.message(language), found.fix(language)
        assert message.endswith(fix), code
        assert len(fix) < len(message), (code, message)
        assert entry.term == "" or entry.term in TERMS, code


def test_new_and_old_rules_name_their_release():
    assert (EVERY["UBL-SR-56"].since, EVERY["BR-CO-25"].until) == ("1.3.16", "1.3.16")
    assert EVERY["PEPPOL-COMMON-R054"].since == "3.0.21"
    assert EVERY["BR-01"].since == ""
