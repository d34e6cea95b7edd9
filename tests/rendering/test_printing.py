"""Printing has a process of its own: it is replaced, ended and never left behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.errors import Conflict
from app.rendering.printing import Press

PAGE = "<html lang='en'><title>One</title><p>Hello</p></html>"
ENDLESS = "<table>" + "<tr><td>row</td></tr>" * 20_000 + "</table>"
ALONE = """
import sys, time
from app.rendering.printing import press
if __name__ == "__main__":
    assert press.print("<p>Hello", None).startswith(b"%PDF")
    print("weasyprint" in sys.modules, flush=True)
    time.sleep(60)
"""


def printers() -> list[int]:
    """The processes that print for this one."""
    return [child.pid for child in multiprocessing.active_children() if child.pid]


@pytest.fixture
def press():
    made = Press(prints=3, seconds=2)
    yield made
    made.end()


def test_a_page_is_printed_with_what_belongs_to_it(press):
    assert press.print(PAGE, b"<Invoice/>").startswith(b"%PDF")


def test_a_process_that_was_killed_is_replaced(press):
    press.print(PAGE, None)
    for printer in printers():
        os.kill(printer, signal.SIGKILL)

    assert press.print(PAGE, None).startswith(b"%PDF")


def test_after_some_pages_a_fresh_process_takes_over(press):
    press.print(PAGE, None)
    first = set(printers())
    for _page in range(2):
        press.print(PAGE, None)

    press.print(PAGE, None)

    assert set(printers()) - first


def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_printed(press):
    press.print(PAGE, None)
    with pytest.raises(Conflict, match="too much to print"):
        press.print(ENDLESS, None)

    assert press.print(PAGE, None).startswith(b"%PDF")


def test_nothing_of_it_stays_in_the_process_that_asks_or_outlives_it(tmp_path):
    script = tmp_path / "alone.py"
    script.write_text(ALONE)
    asking = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    assert asking.stdout.readline() == "False\n"
    assert len(_of_session(asking.pid)) > 1

    asking.kill()
    asking.wait()

    until = time.monotonic() + 10
    while _of_session(asking.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert _of_session(asking.pid) == []
    asking.stdout.close()


def _of_session(leader: int) -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(stat.parent.name)
    return found
