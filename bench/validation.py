"""``make bench-validation``: our rules of EN 16931 against SaxonC, on the same documents.

Each runs in a process of its own, so that memory is its own as well, and its processor time counts,
which a busy machine spoils less. No document is checked twice: each has a number and a day of its
own. ``ours`` is a document that looks like one before it, as most do; ``first`` is one that looks
like none. Ends with 1 when a goal isn't reached.
"""

from __future__ import annotations

import argparse
import copy
import json
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile

from lxml import etree

from app.invoice import ubl

SAMPLE = Path(__file__).resolve().parent.parent / "tests" / "samples" / "belgian_invoice.xml"
NUMBER, DAY = b">F26/0044<", b">2026-03-02<"  # of the sample, as long as those that replace them
SIZES = (1, 10, 100, 1_000, 10_000)
ENOUGH = 2.0  # seconds for one size
FASTER_AT_ONE, FASTER, LESS_MEMORY, GROWTH = 20, 10, 5, 1.5


def document(lines: int) -> bytes:
    """A valid invoice of so many lines of 1.00."""
    root = etree.parse(SAMPLE).getroot()
    line, *others = root.findall(ubl.path("cac:InvoiceLine"))
    for other in others:
        root.remove(other)
    total = f"{lines}.00"
    rate = root.findtext(ubl.path("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent"))
    tax = f"{lines * float(rate or 0) / 100:.2f}"
    _set(line, {"cbc:LineExtensionAmount": "1.00", "cac:Price/cbc:PriceAmount": "1.00"})
    for name in ("cbc:InvoicedQuantity", "cac:Price/cbc:BaseQuantity"):
        for quantity in line.findall(ubl.path(name)):
            quantity.text = "1"
    for extra in (*line.findall(ubl.path("cac:AllowanceCharge")), *root.findall(ubl.path("cac:AllowanceCharge"))):  # fmt: skip
        parent = extra.getparent()
        assert parent is not None
        parent.remove(extra)
    for place in range(lines - 1):
        more = copy.deepcopy(line)
        _set(more, {"cbc:ID": str(place + 2)})
        line.addnext(more)
    both = f"{lines + float(tax):.2f}"
    amounts = {
        "cac:TaxTotal/cbc:TaxAmount": tax,
        "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount": tax,
        "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount": total,
        "cac:LegalMonetaryTotal/cbc:LineExtensionAmount": total,
        "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount": total,
        "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount": both,
        "cac:LegalMonetaryTotal/cbc:PayableAmount": both,
    }
    _set(root, amounts)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _set(parent: etree._Element, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        found = parent.find(ubl.path(name))
        assert found is not None, name
        found.text = text


def _best(judge: Callable[[bytes], object], kept: Path) -> float:
    """The best time in milliseconds."""
    number, day = map(kept.read_bytes().index, (NUMBER, DAY))
    judge(kept.read_bytes())
    best, until = float("inf"), time.process_time() + ENOUGH
    for turn in count():
        # Changed where it is kept, so that one copy at a time is in memory.
        with kept.open("r+b") as file:
            for place, text in (
                (number, b">F%07d<" % turn),
                (day, b">2026-03-%02d<" % (turn % 28 + 1)),
            ):
                file.seek(place)
                file.write(text)
        another = kept.read_bytes()
        began = time.process_time()
        judge(another)
        best = min(best, time.process_time() - began)
        del another  # before the next is read
        if time.process_time() > until:
            break
    return best * 1000


def measure(who: str, kept: Path) -> None:
    """One figure, in this process: the best time, and the memory at most."""
    if who == "saxon":
        from bench.official import official

        with official() as rules:
            best = _best(lambda each: rules.report(each.decode()), kept)
    else:
        from app.validation import check, rule_sets

        def judge(each: bytes) -> object:
            if who == "first":
                rule_sets.forget()
            return check(each, rule_sets=("en16931-ubl",), schema=False)

        best = _best(judge, kept)
    print(json.dumps({"best": best, "memory": _most_memory()}))


def _most_memory() -> float:
    """In megabytes; what ``getrusage`` says begins with what the parent had."""
    status = Path("/proc/self/status").read_text("ascii")
    most = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(most.split()[1]) / 1024


def _figure(who: str, lines: int) -> dict[str, float]:
    with NamedTemporaryFile(suffix=".xml") as kept:
        # Made here, because making it takes memory too.
        Path(kept.name).write_bytes(document(lines))
        command = [sys.executable, "-m", "bench.validation", "--measure", who, "--file", kept.name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    figure: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figure


def main() -> int:
    """The table, and whether every goal is reached."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--measure", choices=("ours", "first", "saxon"))
    options.add_argument("--file", type=Path)
    options.add_argument("--sizes", type=lambda text: [int(each) for each in text.split(",")])
    asked = options.parse_args()
    if asked.measure:
        measure(asked.measure, asked.file)
        return 0
    print(
        f"{'lines':>7} {'ours ms':>10} {'first ms':>10} {'SaxonC ms':>10} {'times':>7} {'first':>7}"
        f" {'ours MB':>8} {'SaxonC MB':>10}"
    )
    missed = []
    per_line: list[float] = []
    for lines in asked.sizes or SIZES:
        ours, first, saxon = (_figure(who, lines) for who in ("ours", "first", "saxon"))
        times = saxon["best"] / ours["best"]
        print(
            f"{lines:>7} {ours['best']:>10.2f} {first['best']:>10.2f} {saxon['best']:>10.2f}"
            f" {times:>7.1f} {saxon['best'] / first['best']:>7.1f}"
            f" {ours['memory']:>8.0f} {saxon['memory']:>10.0f}",
            flush=True,
        )
        if times < (FASTER_AT_ONE if lines == 1 else FASTER):
            missed.append(f"{lines} lines: {times:.1f} times as fast")
        if ours["memory"] * LESS_MEMORY > saxon["memory"]:
            missed.append(f"{lines} lines: {ours['memory'] / saxon['memory']:.2f} of the memory")
        if lines >= 100:
            per_line.append(ours["best"] / lines)
    if per_line and max(per_line) > GROWTH * min(per_line):
        missed.append("the time for a line grows with the document")
    print("\n".join(f"missed: {each}" for each in missed) or "every goal is reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
