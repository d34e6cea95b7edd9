"""A disk that can be full: a small one of the platform's own, or else a limit on its processes."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

MEGABYTES = 3000


class Disk(Protocol):
    """Where the platform keeps everything."""

    folder: Path
    how: str

    def fill(self) -> None:
        """From now on nothing fits any more."""

    def free(self) -> None:
        """There is room again."""

    def close(self) -> None:
        """Take it away."""


class Mounted:
    """A file system in a file, mounted for the trial."""

    how = "a file system of its own, filled to the last byte"

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "disk"
        image = folder / "disk.img"
        self.folder.mkdir(exist_ok=True)
        with image.open("wb") as file:
            file.truncate(MEGABYTES * 2**20)
        _do("mkfs.ext4", "-q", "-m", "0", str(image))
        _do("mount", "-o", "loop", str(image), str(self.folder))
        self._filler = self.folder / "filler"

    def fill(self) -> None:
        """One file takes all that is left, in two steps: to the block."""
        descriptor = os.open(self._filler, os.O_CREAT | os.O_WRONLY)
        try:
            for step in (2**20, 4096):
                with suppress(OSError):
                    while True:
                        room = os.statvfs(self.folder)
                        most = room.f_bavail * room.f_frsize // step * step
                        size = os.fstat(descriptor).st_size
                        os.posix_fallocate(descriptor, size, max(most, step))
        finally:
            os.close(descriptor)

    def free(self) -> None:
        """Remove that file."""
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount."""
        _do("umount", "-l", str(self.folder))


class Limited:
    """Without rights to mount: the processes may not write to any file for a while."""

    how = "its processes could write to no file (RLIMIT_FSIZE)"

    def __init__(self, folder: Path, processes: Callable[[], Iterable[int]]) -> None:
        self.folder = folder / "disk"
        self.folder.mkdir(exist_ok=True)
        self._processes = processes

    def fill(self) -> None:
        """Every write to a file fails from now on."""
        self._limit(0)

    def free(self) -> None:
        """No limit."""
        self._limit(resource.RLIM_INFINITY)

    def close(self) -> None:
        """Nothing to take away."""

    def _limit(self, size: int) -> None:
        for pid in self._processes():
            with suppress(ProcessLookupError, PermissionError):
                hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def choose(folder: Path, mounts: bool, processes: Callable[[], Iterable[int]]) -> Disk:
    """A disk of its own where that is allowed."""
    if mounts and os.geteuid() == 0:
        with suppress(subprocess.CalledProcessError, FileNotFoundError):
            return Mounted(folder)
    return Limited(folder, processes)


def _do(*line: str) -> None:
    subprocess.run(line, check=True, capture_output=True)
