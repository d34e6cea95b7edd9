"""Files on a disk of this machine, or on one that all machines share."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from app import durable
from app.errors import Conflict
from app.storage.base import FULL, SILENT, Kept, Unreachable, digest_of, name_of, parts_of, whole

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# A disk over the network that is gone; anything else is our own mistake and says so in the log.
NOT_NOW = (errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EROFS, errno.ENOTCONN)


class FileStore:
    """One file for each digest, below a folder for each organization."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where they are; beside them the platform leaves its mark."""
        return self._folder

    def keep(self, organization: str, content: bytes) -> str:
        """Put the bytes safely on disk; the answer is their digest. Twice is once."""
        digest = digest_of(content)
        path = self._path(organization, digest)
        try:
            if not _renewed(path, len(content)):
                durable.write(path, content)
        except OSError as error:
            raise _refusal(error) from error
        return digest

    def fetch(self, organization: str, digest: str) -> bytes:
        """The bytes with this digest, whole and unchanged."""
        try:
            content = self._path(organization, digest).read_bytes()
        except FileNotFoundError:
            return whole(None, digest)
        except OSError as error:
            raise _refusal(error) from error
        return whole(content, digest)

    def has(self, organization: str, digest: str) -> bool:
        """Whether bytes with this digest are kept."""
        return self._path(organization, digest).is_file()

    def remove(self, organization: str, digest: str) -> None:
        """Take the bytes away; once gone they may be removed again."""
        self._path(organization, digest).unlink(missing_ok=True)

    def kept(self, organization: str | None = None) -> Iterator[Kept]:
        """Every kept file, in order of its name; one that goes meanwhile is left out."""
        for folder in _sorted(self._folder, organization):
            for shelf in _sorted(folder):
                yield from filter(None, map(self._seen, _sorted(shelf)))

    def check(self) -> None:
        """Come back when files can be kept: the folder is there, or can be made."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.statvfs(self._folder)
        except OSError as error:
            raise _refusal(error) from error
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise Unreachable(SILENT)

    def prepare(self) -> None:
        """Make the folder; the first file would make it as well."""
        self.check()

    def _path(self, organization: str, digest: str) -> Path:
        return self._folder / name_of(organization, digest)

    def _seen(self, path: Path) -> Kept | None:
        parts = parts_of(str(path.relative_to(self._folder)))
        if parts is None:
            return None  # one that is being written, or not ours
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
        return Kept(*parts, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _renewed(path: Path, size: int) -> bool:
    """Whether the file is there; its age then begins anew, or a sweep might take it for forgotten."""
    try:
        if path.stat().st_size != size:
            return False
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _sorted(folder: Path, only: str | None = None) -> list[Path]:
    try:
        found = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [path for path in found if only is None or path.name == only]


def _refusal(error: OSError) -> Exception:
    if error.errno in NO_ROOM:
        return Conflict(FULL)
    return Unreachable(SILENT) if error.errno in NOT_NOW else error
