"""A PostgreSQL of our own for tests: a private cluster on a free port, thrown away afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, make_url

from app.application import create_app
from app.extensions import db
from app.services import installation
from app.tenancy.owner import as_owner
from app.tenancy.row_security import roles_of
from config import Settings
from tests.support import Browser

# Speed instead of durability: the cluster lives as long as the tests.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=150")


def binaries() -> Path | None:
    """The newest PostgreSQL of this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _as_postgres() -> dict[str, object]:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Cluster:
    """A running PostgreSQL and those who use it."""

    def __init__(self) -> None:
        folder = binaries()
        if folder is None:
            pytest.fail(
                "PostgreSQL isn't installed: apt-get install postgresql, or run “make test”."
            )
        self._home = Path(tempfile.mkdtemp(prefix="postiljon-pg-"))
        who = _as_postgres()
        if who:
            os.chown(self._home, int(str(who["user"])), int(str(who["group"])))
        port, data = _free_port(), self._home / "data"
        init = [folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        self._run(init, "--locale=C.UTF-8", "--no-sync")
        options = " ".join(f"-c {option}" for option in FAST)
        options += (
            f" -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._home}"
        )
        self._control = [folder / "pg_ctl", "-D", data, "-w"]
        self._run(self._control, "-l", self._home / "log", "-o", options, "start")
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        self.users = 0

    def stop(self) -> None:
        """Stop it and leave nothing behind."""
        self._run(self._control, "-m", "immediate", "stop")
        shutil.rmtree(self._home, ignore_errors=True)

    def _run(self, command: list[object], *more: object) -> None:
        subprocess.run(
            [*map(str, command), *map(str, more)],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            cwd=self._home,
            **_as_postgres(),
        )


_running: list[Cluster] = []


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a database; one cluster for all folders of tests, stopped with the last of them."""
    if not _running:
        _running.append(Cluster())
    cluster = _running[0]
    cluster.users += 1
    yield cluster.url
    cluster.users -= 1
    if not cluster.users:
        _running.remove(cluster)
        cluster.stop()


@pytest.fixture(scope="session")
def postgres_session_app(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application on that database, migrated once."""
    settings = Settings.load(
        {
            "DATABASE_URL": postgres_url,
            "DATA_DIR": str(tmp_path_factory.mktemp("platform-pg")),
            "PUBLIC_URL": "http://localhost",
            "LEASE_SECONDS": "5",
        }
    )
    app = create_app(settings)
    app.test_client_class = Browser
    app.config["TESTING"] = False
    with app.app_context():
        installation.prepare()
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def another_database(url: str, name: str, owner: str = "postgres") -> Iterator[str]:
    """An empty database beside the others, with the role that Postiljon made for it taken away again."""
    server = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {owner}")
    try:
        yield str(make_url(url).set(database=name, username=owner))
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
            for role in roles_of(name):
                connection.exec_driver_sql(f"DROP ROLE IF EXISTS {role}")


def empty(app: Flask) -> None:
    """Take every row away, so that the next test starts afresh."""
    # Row by row: for a handful of them that is ten times faster than making forty tables anew.
    emptied = "; ".join(f'DELETE FROM "{table.name}"' for table in db.metadata.sorted_tables)
    with app.app_context(), as_owner() as connection:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(emptied)
        connection.exec_driver_sql(
            "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
        )
        connection.commit()
