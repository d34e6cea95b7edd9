"""``make bench-hosts``: prints what became of every document. Ends with 0 when each arrived once."""

from __future__ import annotations

import signal
import sys
import time

from bench.hosts import trial
from bench.hosts.network import NoNamespaces
from bench.hosts.options import Options
from bench.hosts.trial import Outcome
from bench.kill.ground import machine

IMPOSSIBLE = 3  # this machine makes no namespaces


def main() -> int:
    """Run one trial and report."""
    # Asked to stop: what was built is taken down all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {line}", flush=True)

    try:
        outcome = trial.run(Options.from_environment(), say)
    except NoNamespaces as refusal:
        print(refusal)
        return IMPOSSIBLE
    print("\n".join(report(outcome)), flush=True)
    return 0 if passed(outcome) else 1


def passed(outcome: Outcome) -> bool:
    """Everything arrived once, and the host that came back did its share."""
    settled = outcome.settled
    arrived = settled.inside + settled.by_mail
    return settled.clean and arrived == outcome.options.documents and outcome.alone > 0


def report(outcome: Outcome) -> list[str]:
    """A few lines."""
    first, settled, options = outcome.first, outcome.settled, outcome.options
    return [
        "",
        f"{options.documents} documents, 2 web hosts, 3 worker hosts, 1 PostgreSQL, 1 queue, 1 S3, "
        f"1 mail server ({machine()})",
        f"{outcome.cut_off} cut off for {options.seconds} s while it did {outcome.work or 'nothing'}; "
        f"its lease on the schedule went to {outcome.took_over}",
        f"{outcome.ended_meanwhile} ended meanwhile, {outcome.interrupted} attempts were "
        f"interrupted, {outcome.alone} delivered by {outcome.cut_off} alone after its return",
        f"inside {settled.inside}, by mail {settled.by_mail}, lost {len(settled.lost)}, "
        f"doubled {len(settled.doubled)}, wrong {len(settled.wrong)}, "
        f"unknown until a person decided {len(first.unknown)}; {outcome.seconds:.0f} s in all",
        "processor time for each document: "
        + ", ".join(f"{kind} {cost:.0f} ms" for kind, cost in outcome.cost.items()),
        *(f"  {kind}: {each}" for kind, them in _bad(outcome) for each in them[:10]),
        "PASSED" if passed(outcome) else "FAILED",
    ]


def _bad(outcome: Outcome) -> list[tuple[str, list[str]]]:
    settled = outcome.settled
    return [("lost", settled.lost), ("doubled", settled.doubled), ("wrong", settled.wrong)]


if __name__ == "__main__":
    sys.exit(main())
