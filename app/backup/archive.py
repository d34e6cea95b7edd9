"""One archive: a plain tar that any tool can open, written and read as a stream.

Its parts in order: ``manifest.json`` (what is promised), ``secret`` where the platform made its own,
``database``, the files by digest, and ``end.json`` (what is there, and what was missing). Without the
last one the archive was cut off.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import IO, Any, Self

from app.errors import Unreadable
from app.invoice.wording import N_

FORMAT = 1
BLOCK = 512
PIECE = 1024 * 1024
MANIFEST, SECRET, DATABASE, END = "manifest.json", "secret", "database", "end.json"
MOST_FACTS = 64 * PIECE  # of a manifest or an end; a list of damaged files may be long
DAMAGED = N_("This archive is damaged: %(what)s. Use another backup.")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds, known before its files are read."""

    made_at: str
    kind: str  # of the database: sqlite or postgresql
    server: str  # the version of what wrote the database
    revision: str  # of the tables
    size: int  # of the database, in bytes
    digest: str
    files: int
    rows: Mapping[str, int]  # by table
    format: int = FORMAT

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read what ``asdict`` wrote; an archive of a later kind is refused."""
        facts = _facts(content)
        if facts.get("format") != FORMAT:
            raise Unreadable(
                "This archive was made by a newer Postiljon. Install that version first."
            )
        try:
            return cls(**facts)
        except TypeError as error:
            raise Unreadable(DAMAGED, what=MANIFEST) from error


@dataclass(slots=True)
class End:
    """What is in the archive after all."""

    files: int = 0
    size: int = 0  # of the files, in bytes
    missing: list[str] = field(
        default_factory=list
    )  # rows name them, and they were gone or damaged

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read what ``asdict`` wrote."""
        try:
            return cls(**_facts(content))
        except TypeError as error:
            raise Unreadable(DAMAGED, what=END) from error


class Writer:
    """Writes the parts one after another; nothing is kept in memory but the part in hand."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def facts(self, name: str, facts: Manifest | End) -> None:
        """A part that people can read as well."""
        self.content(name, json.dumps(asdict(facts), indent=1, sort_keys=True).encode())

    def content(self, name: str, content: bytes) -> None:
        """A part from memory."""
        self._head(name, len(content))
        self._out.write(content)
        self._fill(len(content))

    def stream(self, name: str, source: IO[bytes], size: int) -> None:
        """A part from a file of this size."""
        self._head(name, size)
        while piece := source.read(PIECE):
            self._out.write(piece)
        self._fill(size)

    def close(self) -> None:
        """Write the end of a tar."""
        self._out.write(bytes(2 * BLOCK))

    def _head(self, name: str, size: int) -> None:
        part = tarfile.TarInfo(name)
        part.size, part.mode, part.mtime = size, 0o600, int(time.time())
        # The older format keeps long names short; only the other one knows sizes above 8 GB.
        short = size < 8**11
        head = part.tobuf(tarfile.USTAR_FORMAT) if short else part.tobuf(tarfile.GNU_FORMAT)
        self._out.write(head)

    def _fill(self, size: int) -> None:
        self._out.write(bytes(-size % BLOCK))


class Part:
    """One part of an archive while it is being read."""

    def __init__(self, name: str, size: int, source: IO[bytes]) -> None:
        self.name, self.size = name, size
        self._source, self._left = source, size
        self._hash = hashlib.sha256()

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, bit by bit."""
        while self._left:
            piece = self._source.read(min(PIECE, self._left))
            if not piece:
                raise Unreadable(DAMAGED, what="it ends too soon")
            self._left -= len(piece)
            self._hash.update(piece)
            yield piece

    def content(self) -> bytes:
        """Its bytes at once; for parts that fit."""
        return b"".join(self.pieces())

    def digest(self) -> str:
        """The digest of everything, read to its end."""
        for _ in self.pieces():
            pass
        return self._hash.hexdigest()

    def facts(self) -> bytes:
        """The bytes of a manifest or an end."""
        if self.size > MOST_FACTS:
            raise Unreadable(DAMAGED, what=self.name)
        return self.content()


def parts(source: IO[bytes]) -> Iterator[Part]:
    """The parts of an archive in order; what a caller leaves unread is skipped."""
    while True:
        head = source.read(BLOCK)
        if head == bytes(BLOCK):
            return
        try:
            info = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            raise Unreadable(DAMAGED, what="a part has no name") from error
        part = Part(info.name, info.size, source)
        yield part
        part.digest()
        source.read(-info.size % BLOCK)


def _facts(content: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(content)
    except ValueError as error:
        raise Unreadable(DAMAGED, what="its facts cannot be read") from error
    if not isinstance(facts, dict):
        raise Unreadable(DAMAGED, what="its facts cannot be read")
    return facts
