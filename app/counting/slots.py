"""Where each process keeps its counts: a file of its own, taken over by the next process when it ends.

With a file per process id, a platform that renews its workers would leave a hundred files a day. A slot
is held by a lock that the kernel gives back however the process ends; who takes it over counts on.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import sys
import tempfile
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

MOST = 512
# Reserved beforehand: writing to a part of a mapped file that a full disk cannot give ends the process.
SIZES = {"counter": 1 << 19, "histogram": 1 << 20, "summary": 1 << 18}
FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library reads it each time it opens a file


class Slots:
    """The slot of this process; a child that was forked takes one of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = 0
        self._name = ""
        self._lock: int | None = None

    def name(self) -> str:
        """The slot of this very process."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self._name = self._take()
        return self._name

    def _take(self) -> str:
        if self._lock is not None:
            os.close(self._lock)  # that of our parent, who still holds it
            self._lock = None
        try:
            return self._claim(self._folder)
        except OSError:
            # No room or no right to write: this process counts for itself, and goes on working.
            return self._claim(Path(tempfile.mkdtemp(prefix="postiljon-counts-")))

    def _claim(self, folder: Path) -> str:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(1, MOST):
            lock = os.open(folder / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                continue
            _reserve(folder, number)
            os.environ[FOLDER] = str(folder)
            self._lock = lock
            return str(number)
        raise OSError("no slot is free")


def _reserve(folder: Path, number: int) -> None:
    for kind, size in SIZES.items():
        path = folder / f"{kind}_{number}.db"
        if path.exists() and not _readable(path):
            path.unlink()
        with path.open("a+b") as file:
            if os.fstat(file.fileno()).st_size < size:
                os.posix_fallocate(file.fileno(), 0, size)


def _readable(path: Path) -> bool:
    """Whether the library can read what a predecessor left; after a power failure it may not."""
    size = path.stat().st_size
    used = int.from_bytes(path.read_bytes()[:4], sys.byteorder, signed=True)
    if not (size and (used == 0 or 8 <= used <= size)):
        return False
    try:
        for key, *_value in MmapedDict.read_all_values_from_file(str(path)):
            json.loads(key)
    except (ValueError, RuntimeError, struct.error):
        return False
    return True
