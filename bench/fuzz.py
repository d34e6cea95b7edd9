"""``make fuzz``: our rules against the official ones of EN 16931, on changed samples.

First every systematic change of every sample (unless ``--chance``), then changes by chance until
the time is over. All other rule sets run too, and so does everything on the same document with bytes
damaged; neither may raise, and the slowest is told. Ends with 1 when rules disagree or something raised.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from app.validation import check
from bench.mutations import combined, damaged, systematic
from bench.official import Official, official

SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "samples"
OTHERS = ("peppol-ubl", "nlcius-ubl", "nlcius-gaccount")


def disagreement(rules: Official, xml: str) -> Counter[str] | None:
    """The rules that don't speak equally often; nothing when the official rules themselves stop."""
    theirs = rules.fired(xml)
    if theirs is None:
        return None
    found = check(xml.encode(), rule_sets=("en16931-ubl",), schema=False).findings
    ours = Counter(each.code for each in found)
    return (ours - theirs) + (theirs - ours)


def changes(seed: int, *, only_chance: bool = False) -> Iterator[tuple[str, str, str]]:
    """The systematic changes of each sample, and then changes by chance without end."""
    samples = {path.stem: path.read_bytes() for path in sorted(SAMPLES.glob("*.xml"))}
    for name, xml in () if only_chance else samples.items():
        for what, changed in systematic(xml):
            yield name, what, changed
    chance = random.Random(seed)
    for _ in count():
        name = chance.choice(sorted(samples))
        yield name, *combined(samples[name], chance)


def checked(xml: bytes, rule_sets: tuple[str, ...] | None = None) -> tuple[float, int]:
    """How many milliseconds of processor time a check took, and for how many bytes."""
    began = time.process_time()
    try:
        check(xml, rule_sets=rule_sets)
    except Exception:
        kept = Path(tempfile.gettempdir()) / "raises.xml"
        kept.write_bytes(xml)
        print(f"a document made the check raise; it is kept in {kept}", flush=True)
        raise
    return (time.process_time() - began) * 1000, len(xml)


def main() -> int:
    """Compare, and say where rules disagree."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--chance", action="store_true", help="leave out the systematic changes")
    asked = options.parse_args()
    seen: Counter[str] = Counter()
    slowest = (0.0, 0)
    chance = random.Random(asked.seed)
    until = time.monotonic() + asked.seconds
    with official() as rules:
        for name, what, xml in changes(asked.seed, only_chance=asked.chance):
            if time.monotonic() > until:
                break
            wrong = disagreement(rules, xml)
            written = xml.encode()
            slowest = max(slowest, checked(written, OTHERS), checked(damaged(written, chance)))
            seen["stopped" if wrong is None else "differ" if wrong else "agree"] += 1
            if wrong:
                print(f"{name}: {what}: {dict(wrong)}", flush=True)
    print(
        f"{seen['agree']} agree, {seen['differ']} differ; on {seen['stopped']} the official rules stop; "
        f"nothing raised; the slowest took {slowest[0]:.0f} ms for {slowest[1] / 1000:.0f} kB"
    )
    return 1 if seen["differ"] or not seen["agree"] else 0


if __name__ == "__main__":
    sys.exit(main())
