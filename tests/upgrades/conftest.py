"""A database of its own for each test, and migrations of a version that doesn't exist yet."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import tenancy
from app.extensions import db, migrate
from app.services.upgrades import MIGRATIONS
from tests.postgres import another_database, postgres_url

__all__ = ["postgres_url"]

_numbers = itertools.count(1)
MIGRATION = """
import sqlalchemy as sa
from alembic import op

from app import steps

revision = "{revision}"
down_revision = "{before}"


def upgrade():
    {step}
"""


def small_application(url: str) -> Flask:
    """As much of the application as migrating needs."""
    app = Flask("upgrades")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        tenancy.narrow(db.engine)
    return app


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    """The address of an empty database on PostgreSQL."""
    with another_database(postgres_url, f"upgrade_{next(_numbers)}") as url:
        yield url


@pytest.fixture
def application(database: str) -> Iterator[Flask]:
    """An application on it, at work."""
    app = small_application(database)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


class NextVersion:
    """The migrations of now, and more after them."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(
            MIGRATIONS, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
        self.folder = folder
        self._versions = folder / "versions"
        self.head = max(path.name[:4] for path in self._versions.glob("*.py"))

    def add(self, step: str) -> None:
        """One more migration."""
        before, self.head = self.head, f"{int(self.head) + 1:04}"
        source = MIGRATION.format(revision=self.head, before=before, step=step)
        (self._versions / f"{self.head}_sample.py").write_text(source)


@pytest.fixture
def next_version(tmp_path: Path) -> NextVersion:
    """A version of tomorrow, without anything new yet."""
    return NextVersion(tmp_path / "migrations")
