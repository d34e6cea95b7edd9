"""``python -m bench.kill``: one trial and its report; the exit code says whether it is clean."""

from __future__ import annotations

import sys
import time

from bench.kill import report, trial
from bench.kill.options import Options


def main() -> int:
    """As BACKEND, DOCUMENTS, KILLS and SEED say."""
    began = time.monotonic()
    outcome = trial.run(
        Options.from_environment(),
        lambda line: print(f"[{time.monotonic() - began:6.1f} s] {line}", file=sys.stderr),
    )
    print("\n".join(report.lines(outcome)))
    clean = outcome.verdict.clean and outcome.settled.clean and not outcome.settled.unknown
    bounded = len(outcome.verdict.unknown) <= report.most_unknown(outcome)
    return 0 if clean and bounded else 1


if __name__ == "__main__":
    sys.exit(main())
