"""The supervisor with small children: restarts, gives up, stops in order, leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from app.running.supervisor import Child
from config import ROOT
from tests.running.test_worker import until

PRELUDE = """
import os, signal, sys, time
from pathlib import Path

# Whoever runs these tests may ignore a closed terminal (nohup), and children inherit that.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from app.running import processes
from app.running.supervisor import Child, Supervisor

# As in the real start: who is asked to stop before it looks after its children, still stops them.
signal.pthread_sigmask(signal.SIG_BLOCK, processes.STOPPING)
HERE = Path(sys.argv[1])

def note(name):
    with (HERE / "starts").open("a") as starts:
        starts.write(f"{name} {os.getpid()}\\n")

def last(name):
    note(name)
    time.sleep(600)

def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    last("stubborn")

def parent_of_another():
    if os.fork() == 0:
        last("grandchild")
    last("parent")

def broken():
    note("broken")
    raise RuntimeError("broken on purpose")

def polite(name):
    def stop(*_):
        with (HERE / "stops").open("a") as stops:
            stops.write(f"{name}\\n")
        sys.exit(0)
    signal.signal(signal.SIGTERM, stop)
    last(name)

supervisor = Supervisor(lambda sentence: print(sentence, flush=True))
def run(*children):
    for child in children:
        supervisor.start(child)
    try:
        code = supervisor.run()
    finally:
        supervisor.stop()
    sys.exit(code)
"""


class Group:
    """A running supervisor and what its children wrote down."""

    def __init__(self, folder: Path, story: str) -> None:
        self._starts = folder / "starts"
        self.process = subprocess.Popen(
            [sys.executable, "-c", PRELUDE + textwrap.dedent(story), str(folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def pids(self, name: str) -> list[int]:
        return [int(line.split()[1]) for line in self._lines() if line.split()[0] == name]

    def everyone(self) -> list[int]:
        return [int(line.split()[1]) for line in self._lines()]

    def _lines(self) -> list[str]:
        return self._starts.read_text().splitlines() if self._starts.exists() else []

    def end(self, number: signal.Signals) -> tuple[int, str]:
        self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=90)
        return self.process.returncode, output


def running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Callable[[str], Group]]:
    made: list[Group] = []

    def make(story: str) -> Group:
        made.append(Group(tmp_path, story))
        return made[-1]

    yield make
    for one in made:
        one.process.kill()
        for pid in filter(
            running, one.everyone()
        ):  # what a failed test left; it holds the output open
            os.kill(pid, signal.SIGKILL)
        one.process.communicate(timeout=90)


def test_a_child_that_is_killed_is_there_again_at_once(group: Callable[[str], Group]) -> None:
    ours = group(
        "run(Child('The one', lambda: last('one')), Child('The two', lambda: last('two')))"
    )
    until(lambda: ours.pids("one") and ours.pids("two"))

    os.kill(ours.pids("one")[0], signal.SIGKILL)

    until(lambda: len(ours.pids("one")) == 2, 2)
    assert running(ours.pids("one")[1])
    assert len(ours.pids("two")) == 1
    code, output = ours.end(signal.SIGTERM)
    assert (code, output) == (0, "The one ended (signal 9) and is started again.\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_leaves_nothing_behind(
    group: Callable[[str], Group], number: signal.Signals
) -> None:
    ours = group("run(Child('A', lambda: last('a')), Child('P', parent_of_another))")
    until(lambda: len(ours.pids("a") + ours.pids("parent") + ours.pids("grandchild")) == 3)

    code, _ = ours.end(number)

    assert code == 0
    assert [pid for pid in ours.everyone() if running(pid)] == []


def test_a_child_that_does_not_listen_is_ended(group: Callable[[str], Group]) -> None:
    ours = group(
        """
        import app.running.supervisor
        app.running.supervisor.GRACE = 0.5
        run(Child('Stubborn', stubborn))
        """
    )
    until(lambda: ours.pids("stubborn"))

    code, _ = ours.end(signal.SIGINT)

    assert code == 0
    assert not running(ours.pids("stubborn")[0])


def test_the_queue_stops_after_those_who_use_it(
    group: Callable[[str], Group], tmp_path: Path
) -> None:
    ours = group(
        """
        run(Child('Q', lambda: polite('queue'), stage=0), Child('W', lambda: polite('worker')))
        """
    )
    until(lambda: ours.pids("queue") and ours.pids("worker"))

    ours.end(signal.SIGTERM)

    assert (tmp_path / "stops").read_text().split() == ["worker", "queue"]


def test_a_child_that_keeps_ending_stops_everything_with_a_sentence(
    group: Callable[[str], Group],
) -> None:
    ours = group("run(Child('A', lambda: last('a')), Child('The web', broken))")

    output, _ = ours.process.communicate(timeout=90)

    assert ours.process.returncode == 1
    assert "The web ended 5 times within 10 seconds (exit code 1)" in output
    assert "broken on purpose" in output
    assert len(ours.pids("broken")) == 5
    assert not running(ours.pids("a")[0])


def test_a_child_that_ended_before_anyone_looked_is_started_again(
    group: Callable[[str], Group],
) -> None:
    ours = group(
        """
        first = [True]
        child = Child('Early', lambda: time.sleep(600) if first else last('early'))
        supervisor.start(child)
        first.clear()
        os.kill(child.pid, signal.SIGKILL)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody was told
        run()
        """
    )

    until(lambda: ours.pids("early"))
    code, output = ours.end(signal.SIGTERM)

    assert code == 0
    assert "Early ended (signal 9) and is started again." in output


def test_children_do_not_outlive_a_supervisor_that_is_killed(
    group: Callable[[str], Group],
) -> None:
    ours = group("run(Child('A', lambda: last('a')), Child('S', stubborn))")
    until(lambda: ours.pids("a") and ours.pids("stubborn"))

    ours.process.kill()
    ours.process.wait()

    until(lambda: not any(running(pid) for pid in ours.everyone()))


def test_restarts_wait_longer_each_time_and_an_old_death_is_forgotten() -> None:
    child = Child("One", lambda: None)

    child.ended(1, 100.0)
    first = child.restart_at
    child.ended(1, 100.1)
    second = child.restart_at
    child.ended(1, 200.0)

    assert (first, second, child.restart_at) == (100.0, 100.6, 200.0)


def test_making_room_for_a_fresh_one_is_no_trouble() -> None:
    child = Child("One", lambda: None)

    assert all(child.ended(0, float(moment)) for moment in range(20))
    assert child.restart_at == 19.0
