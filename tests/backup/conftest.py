"""Places for platforms on both databases, and the mark of the application that all tests share."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.extensions import remember_application
from app.services import marks
from tests.backup.places import Place
from tests.delivery.conftest import walk
from tests.postgres import postgres_url
from tests.s3 import S3Server, s3_server

__all__ = ["postgres_url", "s3_server", "walk"]

BACK_ENDS = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgres),
]


@pytest.fixture
def mark(app: Flask, data_dir: Path) -> Iterator[Path]:
    """The mark beside the files; afterwards it is the same file again."""
    path = data_dir / "files" / marks.NAME
    kept = path.with_suffix(".kept")
    os.link(path, kept)
    app.extensions.pop("marks", None)
    yield path
    path.unlink(missing_ok=True)  # renaming one name of a file over another does nothing
    kept.rename(path)
    app.extensions.pop("marks", None)


@pytest.fixture(params=BACK_ENDS)
def place(
    request: pytest.FixtureRequest, tmp_path: Path, session_app: Flask
) -> Iterator[Callable[..., Place]]:
    """Makes empty places: SQLite and files, or PostgreSQL and a bucket."""

    def make(name: str, **more: str) -> Place:
        if request.param == "sqlite":
            return Place(tmp_path / name, **more)
        base: str = request.getfixturevalue("postgres_url")
        server: S3Server = request.getfixturevalue("s3_server")
        database = new_database(base, name)
        bucket = server.make_bucket(database.rpartition("/")[2])
        return Place(tmp_path / name, database, bucket, **more)

    yield make
    remember_application(session_app)


def new_database(base: str, name: str) -> str:
    """The address of an empty database beside this one."""
    unique = f"{name}-{uuid.uuid4().hex[:12]}"
    with create_engine(base, poolclass=NullPool).connect() as connection:
        plain = connection.execution_options(isolation_level="AUTOCOMMIT")
        plain.exec_driver_sql(f'CREATE DATABASE "{unique}"')
    return f"{base.rpartition('/')[0]}/{unique}"
