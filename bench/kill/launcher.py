"""Starts the product as ``python run.py`` does, with what a trial needs around it.

The product knows nothing of this. Its clock can be stepped, it writes its stack when asked, waits
between tries are short, most PDF files are left out (making them takes most of the time and none of
the risk), and every start of a process is noted.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
import zlib
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from app import rendering
from app.models import types
from app.running import start, supervisor
from app.services import outcomes
from bench.kill.launcher_files import CLOCKS, EVERYONE, FOLDER, PIDS
from bench.kill.places import STACKS, WITNESS

REAL_PDF = 50  # one in so many
WAITS = (1, 1, 2, 2, 3, 3, 4, 4, 5, 5)


class SteppedClock(datetime):
    """The right time, plus what a file says for this process."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        """As ``datetime.now``."""
        return datetime.now(tz) + timedelta(seconds=_wrong_by())


def main() -> int:
    """Prepare, then be the product."""
    folder = Path(os.environ[FOLDER])
    for name in (CLOCKS, PIDS):
        (folder / name).mkdir(exist_ok=True)
    signal.signal(WITNESS, _tell_where)
    vars(types)["datetime"] = SteppedClock
    vars(outcomes)["NETWORK_WAITS"] = WAITS
    outcomes.WAITS = dict.fromkeys(outcomes.WAITS, WAITS)
    rendering.pdf = _mostly_left_out(rendering.pdf)
    supervisor.Child.start = _noted(supervisor.Child.start, folder / PIDS)  # type: ignore[method-assign]
    return start.main()


def _tell_where(_number: int, _frame: Any) -> None:
    """Write down where every thread of this process stands."""
    stacks = [traceback.format_stack(frame)[::-1] for frame in sys._current_frames().values()]
    text = "\n".join(line for stack in stacks for line in stack) + "\n"
    with (Path(os.environ[FOLDER]) / STACKS).open("ab", buffering=0) as file:
        file.write(text.encode())


def _wrong_by() -> float:
    clocks = Path(os.environ[FOLDER]) / CLOCKS
    for name in (str(os.getpid()), EVERYONE):
        try:
            return float((clocks / name).read_text() or 0)
        except FileNotFoundError:
            continue
    return 0.0


def _mostly_left_out(real: Any) -> Any:
    def pdf(invoice: Any, *others: Any) -> bytes:
        if zlib.crc32((invoice.number or "").encode()) % REAL_PDF:
            return b"%PDF-1.7 left out"
        return bytes(real(invoice, *others))

    return pdf


def _noted(original: Any, folder: Path) -> Any:
    def started(child: Any) -> None:
        original(child)
        aside = folder / f".{child.name}"
        aside.write_text(str(child.pid))
        aside.rename(folder / child.name)

    return started


if __name__ == "__main__":
    sys.exit(main())
