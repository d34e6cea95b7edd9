"""``flask backup make``: the database of one moment and every file that it names, while people work."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from app import durable
from app.backup import archive, databases, files, kinds
from app.backup.archive import End, Manifest, Writer
from app.backup.databases import Snapshot
from app.backup.files import File
from app.errors import Conflict
from app.extensions import settings
from app.models.types import now
from app.services import leftovers

NAME = "postiljon-%Y-%m-%dT%H-%M-%SZ.tar"
PATTERN = "postiljon-*Z.tar"


@dataclass(frozen=True, slots=True)
class Made:
    """The archive that was made."""

    path: Path | None  # none: it went to the terminal's next program
    manifest: Manifest
    end: End


def make(target: Path) -> Made:
    """Write an archive into this folder, or to this file; it has its name only when it is whole."""
    path = target if target.suffix == ".tar" else target / now().strftime(NAME)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Conflict(
            "The folder %(folder)s cannot be made. Name another one.", folder=path.parent
        ) from error
    aside = path.with_name(f"{path.name}.part")
    try:
        # Everything that customers wrote is in it: for the eyes of its owner alone.
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            made = write(out, path.parent)
            out.flush()
            os.fsync(out.fileno())
        os.rename(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    durable.flush(path.parent)
    return Made(path, made.manifest, made.end)


def write(out: IO[bytes], folder: Path) -> Made:
    """Write an archive to a stream; the database of that moment stands in the folder meanwhile."""
    database = kinds.of_settings()
    # What a row of this moment names may lose its row while we copy: nothing is removed till we end.
    with leftovers.held_back(), TemporaryDirectory(dir=folder, prefix=".postiljon-") as aside:
        with database.snapshot(Path(aside)) as snapshot:
            names = _listed(snapshot, Path(aside) / "names")
            manifest = _manifest(database.kind, snapshot, sum(1 for _ in _read(names)))
        writer = Writer(out)
        writer.facts(archive.MANIFEST, manifest)
        secret = settings().data_dir / "secret"
        if secret.is_file():
            writer.content(archive.SECRET, secret.read_bytes())
        with snapshot.path.open("rb") as copy:
            writer.stream(archive.DATABASE, copy, manifest.size)
        snapshot.path.unlink()
        end = _files(writer, _read(names))
        writer.facts(archive.END, end)
        writer.close()
    return Made(None, manifest, end)


def forget_older(folder: Path, keep: int) -> int:
    """Remove all archives in a folder but the newest; the answer is how many went."""
    old = sorted(folder.glob(PATTERN), reverse=True)[keep:]
    for path in old:
        path.unlink()
    return len(old)


def _listed(snapshot: Snapshot, path: Path) -> Path:
    """The names of the files, on disk: there may be ten million."""
    with path.open("w") as names:
        names.writelines(f"{file.name}\n" for file in files.named(snapshot.connection))
    return path


def _read(names: Path) -> Iterator[File]:
    with names.open() as lines:
        yield from filter(None, (File.parse(line.rstrip("\n")) for line in lines))


def _manifest(kind: str, snapshot: Snapshot, count: int) -> Manifest:
    with snapshot.path.open("rb") as copy:
        digest = hashlib.file_digest(copy, "sha256").hexdigest()
    return Manifest(
        made_at=now().isoformat(),
        kind=kind,
        server=snapshot.server,
        revision=databases.revision(snapshot.connection),
        size=snapshot.path.stat().st_size,
        digest=digest,
        files=count,
        rows=databases.rows(snapshot.connection),
    )


def _files(writer: Writer, wanted: Iterable[File]) -> End:
    end = End()
    for file, content in files.fetched(wanted):
        if content is None:
            end.missing.append(file.name)
            continue
        writer.content(file.name, content)
        end.files += 1
        end.size += len(content)
    return end
