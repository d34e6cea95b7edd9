"""``make bench-render``: a page and twenty pages as PDF, warm, and the memory over a thousand of them."""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import statistics
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from app.invoice import original
from app.invoice.model import Invoice
from app.rendering.document import unstyled
from app.rendering.pdf import lay_out, write

SAMPLE = Path(__file__).parent.parent / "tests" / "samples" / "dutch_invoice.xml"
LINES = 700  # about twenty pages
ONE_PAGE_MS, TWENTY_PAGES_S = 150, 2.5
STEP = 100
GROWTH = 1.05  # from the second hundred, when everything has been loaded, to the last


def main() -> None:
    """Measure, say what was measured, and whether it is right."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--pdfs", type=int, default=1000, help="for the memory")
    words.add_argument("--profile", action="store_true", help="say where the time goes")
    asked = words.parse_args()
    xml = SAMPLE.read_bytes()
    short = original.read(xml).invoice
    long = _with_lines(short, LINES)
    good = [_one(short, xml), _many(long, xml)]
    if asked.profile:
        _profile(short, xml)
        _profile(long, xml)
    good.append(_memory(short, xml, asked.pdfs))
    sys.exit(not all(good))


def _with_lines(invoice: Invoice, count: int) -> Invoice:
    lines = tuple(
        replace(invoice.lines[0], id=str(number), name=f"Bread {number}", price=Decimal(number))
        for number in range(1, count + 1)
    )
    return replace(invoice, lines=lines)


def _one(invoice: Invoice, xml: bytes) -> bool:
    _timed(invoice, xml)  # the first one loads fonts and libraries
    times = [_timed(invoice, xml) for _again in range(15)]
    wall, processor = (statistics.median(each) * 1000 for each in zip(*times, strict=True))
    print(f"1 page: {wall:.0f} ms, {processor:.0f} ms of processor time; goal {ONE_PAGE_MS} ms")
    return bool(processor <= ONE_PAGE_MS)


def _many(invoice: Invoice, xml: bytes) -> bool:
    pages = len(lay_out(unstyled(invoice, "nl")).pages)
    times = [_timed(invoice, xml) for _again in range(3)]
    wall, processor = (min(each) for each in zip(*times, strict=True))
    each = processor / pages * 20
    print(
        f"{pages} pages: {wall:.2f} s, {processor:.2f} s of processor time, "
        f"so 20 in {each:.2f} s; goal {TWENTY_PAGES_S} s"
    )
    return bool(each <= TWENTY_PAGES_S)


def _timed(invoice: Invoice, xml: bytes) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    write(unstyled(invoice, "nl"), xml)
    return time.perf_counter() - wall, time.process_time() - processor


def _memory(invoice: Invoice, xml: bytes, pdfs: int) -> bool:
    sizes = []
    for number in range(1, pdfs + 1):
        write(unstyled(invoice, "nl"), xml)
        if number % STEP == 0:
            sizes.append(_resident())
    print("memory after each hundred: " + ", ".join(f"{size:.0f}" for size in sizes) + " MB")
    return len(sizes) < 3 or sizes[-1] <= sizes[1] * GROWTH


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _profile(invoice: Invoice, xml: bytes) -> None:
    profile = cProfile.Profile()
    page = unstyled(invoice, "nl")
    profile.runcall(write, page, xml)
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
