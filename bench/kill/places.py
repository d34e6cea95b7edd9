"""What a process was doing when it was killed, read from its own stack a moment before."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

WITNESS = signal.SIGRTMIN + 4  # nobody else uses it; the launcher makes it write the stack
STACKS = "stacks"
SOON = 0.3  # seconds for a process to write its stack
AIM = 4.0  # seconds to wait until a victim is where we want it

CLAIM, INSIDE, MAIL, RECORD, READ = (
    "claiming",
    "handing over inside",
    "handing a mail over",
    "recording",
    "reading and checking",
)
ANYWHERE = ""
AIMED_AT = (CLAIM, INSIDE, MAIL, RECORD, READ, ANYWHERE)
WAITING, SILENT = "waiting for work", "waiting for an answer"

# The innermost line of a stack that stands here tells what was done: file, function, words.
_LINES = (
    ("app/mail/smtp.py", "_hand_over", MAIL),
    ("app/mail/smtp.py", "", "reaching the mail server"),
    ("app/services/claiming.py", "", CLAIM),
    ("app/services/delivering.py", "claim", CLAIM),
    ("app/services/delivering.py", "due", CLAIM),
    ("app/services/delivering.py", "record", RECORD),
    ("app/services/delivering.py", "mark_handing_over", "marking a mail"),
    ("app/services/outcomes.py", "", RECORD),
    ("app/services/recording.py", "", RECORD),
    ("app/services/handing_over.py", "", INSIDE),
    ("app/services/mailing.py", "", "making a mail"),
    ("app/services/sweeping.py", "", "sweeping"),
    ("app/services/starting.py", "", "putting on its way"),
    ("app/services/sending.py", "", "putting on its way"),
    ("app/services/deliveries.py", "", "putting on its way"),
    ("app/services/processing.py", "", READ),
    ("app/services/documents.py", "process_due", READ),
    ("app/services/documents.py", "", "taking in"),
    ("app/services/uploads.py", "", "taking in"),
    ("app/views/", "", "answering a request"),
    ("app/running/scheduler.py", "beat", "nudging"),
)
_FRAME = re.compile(r'File "([^"]+)", line \d+, in (\S+)')


def of(stack: str) -> str:
    """The place of a process whose threads stand like this."""
    for file, function in _FRAME.findall(stack):
        for where, which, words in _LINES:
            if where in file and (not which or which == function):
                return words
    return WAITING


def look(pid: int, folder: Path) -> str:
    """Ask a process where it is; it goes on meanwhile."""
    path = folder / STACKS
    before = path.stat().st_size if path.exists() else 0
    try:
        os.kill(pid, WITNESS)
    except ProcessLookupError:
        return WAITING
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        if path.exists() and path.stat().st_size > before:
            break
        time.sleep(0.001)
    else:
        return SILENT  # deep in a library: it cannot even say where
    with path.open("rb") as file:
        file.seek(before)
        return of(file.read().decode("utf-8", "replace"))


def wait_for(pid: int, folder: Path, wanted: str) -> str:
    """Look until the process is there, or for some seconds; the answer is where it is now."""
    deadline = time.monotonic() + AIM
    found = look(pid, folder)
    while wanted and found != wanted and time.monotonic() < deadline:
        time.sleep(0.004)
        found = look(pid, folder)
    return found
