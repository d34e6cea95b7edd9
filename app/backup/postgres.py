"""PostgreSQL: dumped and put back by its own programs, of the very moment that our connection reads."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, inspect
from sqlalchemy.pool import NullPool

from app.backup.databases import Snapshot
from app.errors import Conflict, Unreadable
from app.extensions import db

KIND = "postgresql"
PACKAGED = Path("/usr/lib/postgresql")
QUICKLY = "--compress=1"  # half of the processor's time for a tenth more bytes
# The second wall belongs to this server and this database: each start makes it anew.
WALL = re.compile(
    r"^\d+; \d+ \d+ (POLICY|ROW SECURITY|ACL|DEFAULT ACL|COMMENT - POLICY|COMMENT \S+ POLICY) "
)
OURS_ALONE = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


SEQUENCES = (
    "SELECT oid::regclass::text FROM pg_class"
    " WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace"
)


class PostgresDatabase:
    """The database that DATABASE_URL names, as its owner."""

    kind = KIND

    def __init__(self, url: URL) -> None:
        self._url = url

    @contextmanager
    def snapshot(self, folder: Path) -> Iterator[Snapshot]:
        """Dump one moment; the connection stays in it while the files are being listed."""
        path = folder / "database"
        with self._engine().connect() as opened:
            connection = opened.execution_options(isolation_level="REPEATABLE READ")
            server = _server(connection)
            pg_dump = program("pg_dump", server)
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            moment = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
            self._run(
                [
                    pg_dump,
                    "--format=custom",
                    QUICKLY,
                    f"--snapshot={moment}",
                    f"--file={path}",
                    f"--dbname={self._plain()}",
                ]
            )
            yield Snapshot(path, server, connection)

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection that sees everything."""
        with self._engine().connect() as connection:
            yield connection

    def refuse_unusable(self, server: str) -> None:
        """The programs must be there and new enough; nobody else may be at work in the database."""
        db.session.remove()
        db.engine.dispose()
        with self.connected() as connection:
            program("pg_restore", max(server, _server(connection), key=int))
            if connection.exec_driver_sql(OURS_ALONE).scalar_one():
                raise Conflict(
                    "Others are connected to this database. Stop the platform on every machine, then try again."
                )

    def empty(self) -> bool:
        """Whether there are no tables."""
        with self.connected() as connection:
            return not inspect(connection).get_table_names()

    def put(self, path: Path, *, replace: bool) -> None:
        """Restore in one transaction, without what the next start makes for this server."""
        db.session.remove()
        db.engine.dispose()
        server = self._server()
        pg_restore = program("pg_restore", server)
        wanted = path.with_suffix(".list")
        listed = self._run([pg_restore, "--list", str(path)])
        wanted.write_text("".join(_without_wall(listed)))
        restore = [pg_restore, "--exit-on-error", "--no-owner", f"--use-list={wanted}"]
        if replace:
            self._put_instead(path, restore)
        else:
            self._run([*restore, "--single-transaction", f"--dbname={self._plain()}", str(path)])
        self._take_functions_from_the_public()

    def clear(self) -> None:
        """Drop every table."""
        db.session.remove()
        db.engine.dispose()
        with self._engine().begin() as connection:
            for statement in _drops(connection):
                connection.exec_driver_sql(statement)

    def _put_instead(self, path: Path, restore: Sequence[str]) -> None:
        """Drop what is there and restore, in one transaction: both or nothing."""
        first, then = path.with_suffix(".drops"), path.with_suffix(".script")
        with self.connected() as connection:
            first.write_text("".join(f"{statement};\n" for statement in _drops(connection)))
        self._run([*restore, f"--file={then}", str(path)])
        psql = [program("psql", self._server()), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        files = [f"--file={first}", f"--file={then}"]
        self._run([*psql, "--single-transaction", *files, f"--dbname={self._plain()}"])

    def _engine(self) -> Engine:
        # Not the application's: its connections take a role that doesn't see everything.
        return create_engine(self._url, poolclass=NullPool)

    def _server(self) -> str:
        with self.connected() as connection:
            return _server(connection)

    def _take_functions_from_the_public(self) -> None:
        with self._engine().begin() as connection:
            for name in _functions(connection):
                connection.exec_driver_sql(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")

    def _plain(self) -> str:
        """The address without its password, because every user of a machine sees its commands."""
        bare = URL.create(
            "postgresql",
            username=self._url.username,
            host=self._url.host,
            port=self._url.port,
            database=self._url.database,
            query=self._url.query,
        )
        return bare.render_as_string(hide_password=False)

    def _run(self, command: Sequence[str]) -> str:
        secret = {"PGPASSWORD": str(self._url.password)} if self._url.password else {}
        done = subprocess.run(  # noqa: S603  # a list of our own words, no shell
            list(command), env=os.environ | secret, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Unreadable(
                "%(program)s said: %(words)s",
                program=Path(command[0]).name,
                words=_said(done.stderr),
            )
        return done.stdout


def _drops(connection: Connection) -> list[str]:
    """What takes all tables and functions away, with all that hangs on them."""
    quoted = connection.dialect.identifier_preparer.quote
    tables = [
        f"DROP TABLE {quoted(name)} CASCADE" for name in inspect(connection).get_table_names()
    ]
    functions = [f"DROP FUNCTION {name}" for name in _functions(connection)]
    there = connection.exec_driver_sql(SEQUENCES).scalars()
    return [*tables, *functions, *(f"DROP SEQUENCE IF EXISTS {name}" for name in there)]


def _functions(connection: Connection) -> list[str]:
    found = connection.exec_driver_sql(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
    )
    return list(found.scalars())


def _said(lines: str) -> str:
    """The line that says what was wrong; commands and hints stand around it."""
    found = [line for line in lines.splitlines() if "error" in line.lower()]
    return (found or lines.splitlines() or ["nothing"])[0]


def _without_wall(listed: str) -> Iterator[str]:
    return (line for line in listed.splitlines(keepends=True) if not WALL.match(line))


def _server(connection: Connection) -> str:
    number = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    return str(number // 10_000)


def program(name: str, server: str) -> str:
    """The newest of its kind on this machine; it must be at least as new as the server."""
    packaged = sorted(
        PACKAGED.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True
    )
    found = str(packaged[0]) if packaged else shutil.which(name)
    if found is None:
        raise Conflict(
            "PostgreSQL’s programs aren’t on this machine. Install them: apt-get install postgresql-client."
        )
    said = subprocess.run(  # noqa: S603  # PostgreSQL's own program
        [found, "--version"], capture_output=True, text=True, check=True
    ).stdout
    version = re.search(r"(\d+)(\.\d+)?", said)
    if version is None or int(version[1]) < int(server):
        raise Conflict(
            "%(program)s on this machine is older than PostgreSQL %(server)s. "
            "Install postgresql-client-%(server)s.",
            program=name,
            server=server,
        )
    return found
