"""Our rules and the official ones of EN 16931 say the same about changed samples.

A part of what ``make fuzz`` does in full.
"""

from collections import Counter
from itertools import islice

import pytest
from sample_changes import SAMPLES

from bench import agreement
from bench.agreement import comparison
from bench.fuzz import disagreement
from bench.mutations import systematic
from bench.official import official

ONE_IN = 17


@pytest.fixture(scope="module")
def rules():
    with official() as found:
        yield found


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xml")), ids=lambda path: path.stem)
def test_changed_samples_are_judged_as_officially(rules, path):
    judged = 0
    for what, xml in islice(systematic(path.read_bytes()), len(path.stem) % ONE_IN, None, ONE_IN):
        wrong = disagreement(rules, xml)
        assert not wrong, (what, wrong)
        judged += wrong is not None

    assert judged > 20


def test_invoices_that_the_form_can_make_are_judged_as_officially(rules):
    seen = Counter()

    comparison(rules, 60, seen)()

    assert seen["agreed"] >= 60


def test_an_invoice_that_the_form_makes_wrong_would_be_seen(rules, monkeypatch):
    right = agreement.write
    monkeypatch.setattr(
        agreement, "write", lambda invoice: right(invoice).replace(b"PayableAmount", b"Payable")
    )

    with pytest.raises(AssertionError):
        comparison(rules, 20, Counter())()


def test_a_rule_that_is_left_out_would_be_seen(rules, monkeypatch):
    good = (SAMPLES / "dutch_invoice.xml").read_text()
    without_number = good.replace("cbc:ID>", "cbc:UUID>", 2)
    monkeypatch.setattr("bench.fuzz.check", lambda *_args, **_more: type("", (), {"findings": ()}))

    assert disagreement(rules, good) == {}
    assert disagreement(rules, without_number)["BR-02"] == 1
