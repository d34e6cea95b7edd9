"""The tables are brought up to date once, by whoever starts first, while older processes go on serving."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask_migrate import upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.invoice.wording import N_
from app.tenancy import row_security
from app.tenancy.owner import as_owner
from config import SettingError

log = logging.getLogger(__name__)

LOCK_NOT_AVAILABLE = "55P03"  # as PostgreSQL calls it
LOCK = 7_253_001  # any number, the same everywhere
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
TRIES, PAUSE = 40, 1.5  # about a minute and a half, with what each try waits
IN_USE = N_(
    "The tables could not be changed, because a long query or a backup keeps one of them in use. "
    "Start again when it has ended; until then the older version goes on."
)


@contextmanager
def alone() -> Iterator[None]:
    """Of several processes that start one is at work here, and the others wait for it."""
    # SQLite has one file and one starting supervisor; its own lock is enough.
    if db.engine.dialect.name != "postgresql":
        yield
        return
    with as_owner() as owner:
        # Asked for again and again, never waited for: an index that is built while others write waits
        # for every statement that is under way, so for the one of a second process waiting here.
        connection = owner.execution_options(isolation_level="AUTOCOMMIT")
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
            time.sleep(0.2)
        yield  # the lock ends with the connection


def bring_up_to_date(directory: Path = MIGRATIONS) -> None:
    """Migrate, and make the policies what they are now; a database of a newer version stays as it is."""
    newer = _unknown_revision(directory)
    if newer:
        log.warning("the database is at %s, newer than this Postiljon; left as it is", newer)
        return
    _patiently(lambda: upgrade(directory=str(directory)))
    if db.engine.dialect.name == "postgresql":
        _patiently(_bring_policies_up_to_date)
        db.engine.dispose()  # connections from before don't have the role that is there now


def _bring_policies_up_to_date() -> None:
    with as_owner() as connection:
        row_security.bring_up_to_date(connection)
        connection.commit()


def _unknown_revision(directory: Path) -> str | None:
    """Where the database stands, when it is further than this code knows."""
    with as_owner() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        stands = connection.scalar(text("SELECT version_num FROM alembic_version"))
    try:
        ScriptDirectory(str(directory)).get_revision(stands or "base")
    except CommandError:
        return str(stands)
    return None


def _patiently(change: Callable[[], None]) -> None:
    """Come back as long as a table is in use; meanwhile everybody goes on."""
    for left in reversed(range(TRIES)):
        try:
            change()
        except OperationalError as error:
            if getattr(error.orig, "pgcode", None) != LOCK_NOT_AVAILABLE:
                raise
            if not left:
                raise SettingError(IN_USE) from error
            log.warning("a table is in use; trying again")
            time.sleep(PAUSE)
        else:
            return
