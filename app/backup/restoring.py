"""``flask backup restore``: everything is looked through first; then all of it is put, or nothing."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.script import ScriptDirectory
from alembic.util import CommandError

from app import durable
from app.backup import archive, databases, files, kinds
from app.backup import converting as conversion
from app.backup.archive import DAMAGED, End, Manifest, Part
from app.backup.databases import Database
from app.backup.files import File
from app.errors import Conflict, Unreadable
from app.extensions import db, settings
from app.services import leftovers, marks, silence, upgrades
from app.services.silence import Why

log = logging.getLogger(__name__)
VERSION = "alembic_version"  # a table of one row; tables that were made here count it later


@dataclass(frozen=True, slots=True)
class Checked:
    """An archive that is whole: what it promises, and what is in it."""

    manifest: Manifest
    end: End


def check(path: Path) -> Checked:
    """Read all of an archive; refuse it when a byte is wrong or missing."""
    manifest, end, count = None, None, 0
    with _opened(path) as found:
        for part in found:
            if part.name == archive.MANIFEST:
                manifest = Manifest.parse(part.facts())
            elif manifest is None:
                raise Unreadable("%(file)s isn’t a backup of Postiljon.", file=path.name)
            elif part.name == archive.DATABASE:
                _refuse_other(part, manifest.digest)
            elif part.name == archive.END:
                end = End.parse(part.facts())
            else:
                count += _checked(part)
    if manifest is None or end is None or end.files != count:
        raise Unreadable(DAMAGED, what="it ends too soon")
    return Checked(manifest, end)


def restore(path: Path, *, replacing: bool = False, converting: bool = False) -> Checked:
    """Put an archive into the empty place that the settings name; the copy stays silent.

    Converting, the rows of a SQLite archive go into PostgreSQL.
    """
    checked = check(path)
    database = kinds.of_settings()
    with _nobody_at_work():
        _refuse_unfit(checked.manifest, database, converting)
        if not replacing:
            _refuse_full(database)
        database.refuse_unusable("0" if converting else checked.manifest.server)
        try:
            _put(path, database, replacing, converting)
            _refuse_fewer(checked.manifest)
            _finish()
        except BaseException:
            if not replacing:
                log.warning("the restore broke off; what was put is taken away again")
                _clear(path, database)
            raise
    return checked


def _checked(part: Part) -> int:
    file = File.parse(part.name)
    if file is None:
        return 0  # the secret, or what a later version adds
    _refuse_other(part, file.digest)
    return 1


def _refuse_other(part: Part, digest: str) -> None:
    if part.digest() != digest:
        raise Unreadable(DAMAGED, what=f"{part.name} was changed")


def _refuse_unfit(manifest: Manifest, database: Database, converting: bool) -> None:
    if converting:
        _refuse_conversion(manifest, database)
    elif manifest.kind != database.kind:
        raise Conflict(
            "This backup holds a %(kind)s database, and DATABASE_URL names another kind. "
            "Restore it into its own kind; a SQLite backup goes into PostgreSQL with --convert.",
            kind={"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(manifest.kind, manifest.kind),
        )
    try:
        ScriptDirectory(str(upgrades.MIGRATIONS)).get_revision(manifest.revision)
    except CommandError as error:
        raise Conflict(
            "This backup was made by a newer Postiljon. Install that version or a later one first."
        ) from error


def _refuse_conversion(manifest: Manifest, database: Database) -> None:
    if (manifest.kind, database.kind) != ("sqlite", "postgresql"):
        raise Conflict("Only a SQLite backup is converted, and only into PostgreSQL.")
    if manifest.revision != ScriptDirectory(str(upgrades.MIGRATIONS)).get_current_head():
        raise Conflict(
            "This backup is of another version. Start its platform once with this version of Postiljon, "
            "make a backup, and convert that."
        )


def _refuse_full(database: Database) -> None:
    if not database.empty():
        raise Conflict(
            "This database isn’t empty. Name an empty one, or add --replace to put the backup in its place."
        )
    if not files.empty():
        raise Conflict(
            "There are files here already. Name an empty place, or add --replace to put the backup in its place."
        )


@contextmanager
def _nobody_at_work() -> Iterator[None]:
    """Hold the data folder as a running platform would."""
    folder = settings().data_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                "Postiljon runs with DATA_DIR %(folder)s. Stop it, then try again.", folder=folder
            ) from error
        yield


def _put(path: Path, database: Database, replacing: bool, converting: bool) -> None:
    """The files, and then in one step the rows that name them."""
    with TemporaryDirectory(dir=settings().data_dir, prefix=".restoring-") as aside:
        copy = Path(aside) / "database"
        with _opened(path) as found:
            files.keep(_read(found, copy))
        # A mark of the same installation may stand here: what comes now is a copy all the same.
        marks.remove(marks.found())
        if converting:
            conversion.put(copy, database)
        else:
            database.put(copy, replace=replacing)


def _read(found: Iterator[Part], copy: Path) -> Iterator[tuple[File, bytes]]:
    """The files of an archive; what else is in it is put where it belongs on the way."""
    for part in found:
        file = File.parse(part.name)
        if part.name == archive.DATABASE:
            _spool(part, copy)
        elif part.name == archive.SECRET:
            _put_secret(part.content())
        elif file is not None:
            yield file, part.content()


def _spool(part: Part, copy: Path) -> None:
    with copy.open("wb") as out:
        out.writelines(part.pieces())
    durable.flush(copy)


def _put_secret(content: bytes) -> None:
    path = settings().data_dir / "secret"
    if not path.exists():
        durable.write(path, content)


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[Part]]:
    try:
        with path.open("rb") as source:
            yield archive.parts(source)
    except FileNotFoundError as error:
        raise Unreadable("There is no file %(file)s.", file=path) from error


def _clear(path: Path, database: Database) -> None:
    """Take away what was put into the empty place."""
    database.clear()
    with _opened(path) as found:
        for part in found:
            file = File.parse(part.name)
            if file is not None:
                files.store_of(file.kind).remove(file.owner, file.digest)


def _refuse_fewer(manifest: Manifest) -> None:
    """Count what is there now."""
    with kinds.of_settings().connected() as connection:
        there = databases.rows(connection)
    if {**there, VERSION: 1} != {**manifest.rows, VERSION: 1}:
        raise Unreadable(DAMAGED, what="rows are missing")


def _finish() -> None:
    """Bring the tables up to date, and hold everything that would leave."""
    with upgrades.alone():
        upgrades.bring_up_to_date()
        silence.hold(Why.RESTORED)
    leftovers.forget_pauses()
    db.session.remove()
    db.engine.dispose()
