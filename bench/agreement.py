"""``make agree``: invoices that the form can make, judged by our rules and by the official ones.

Each is made by chance (tests/invoice/models.py), written as UBL and read by both. Ours have to find
nothing that stops it, and of the norm exactly what SaxonC finds with the official style sheet. Ends
with 1, and the smallest invoice that shows it, when they differ.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable

from hypothesis import HealthCheck, given, seed, settings

from app.invoice.model import Invoice
from app.invoice.ubl_write import write
from app.validation import check
from bench.fuzz import disagreement
from bench.official import Official, official
from tests.invoice.models import invoices


def main() -> int:
    """Compare, and say how many invoices there were."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--invoices", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    seen: Counter[str] = Counter()
    with official() as rules:
        seed(asked.seed)(comparison(rules, asked.invoices, seen))()
    print(f"{seen['agreed']} invoices: our rules and the official ones agree on each")
    return 0


def comparison(rules: Official, count: int, seen: Counter[str]) -> Callable[[], None]:
    """So many invoices, judged by both; what fails says why."""

    @settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(invoices())
    def compare(invoice: Invoice) -> None:
        xml = write(invoice)
        wrong = disagreement(rules, xml.decode())
        assert wrong is not None, "the official rules stop"
        assert not wrong, wrong
        fatal = check(xml).fatal
        assert not fatal, [each.message() for each in fatal]
        seen["agreed"] += 1

    return compare


if __name__ == "__main__":
    sys.exit(main())
