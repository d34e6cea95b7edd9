"""Children of the supervisor: forked, in a group of their own, never outliving it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

# A closed terminal stops us like Ctrl-C does, unless we were asked not to care (nohup).
_HANGUP = () if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else (signal.SIGHUP,)
STOPPING = (signal.SIGINT, signal.SIGTERM, *_HANGUP)
HELD = (*STOPPING, signal.SIGCHLD)

_PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def fork(run: Callable[[], None], *, at_parents_death: signal.Signals = signal.SIGKILL) -> int:
    """Run it in a child of its own; the answer is the child's process id."""
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _live(run, parent, at_parents_death)
    # Both sides name the group: whoever comes first, a signal to it never misses the child.
    with suppress(PermissionError, ProcessLookupError):
        os.setpgid(pid, pid)
    return pid


def die_with(parent: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to end this process when its parent ends, however that happens."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(how))
    if os.getppid() != parent:  # it ended before we could ask
        os._exit(1)


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a child alone; one that has ended is no trouble."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def sweep_away(pid: int) -> None:
    """End a child and everything that it started, at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _live(run: Callable[[], None], parent: int, at_parents_death: signal.Signals) -> NoReturn:
    code = 1
    try:
        _become_child(parent, at_parents_death)
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        # Whatever it was belongs on the terminal: nothing above this line may run in a child.
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _become_child(parent: int, at_parents_death: signal.Signals) -> None:
    # A group of its own: Ctrl-C reaches the supervisor alone, which then stops us in the right order.
    os.setpgid(0, 0)
    for number in HELD:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)
    die_with(parent, at_parents_death)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
