"""The scene of the wall, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app import tenancy
from app.extensions import db, remember_application
from app.transactions import transaction
from tests import postgres
from tests.factories import World
from tests.postgres import postgres_session_app, postgres_url
from tests.wall.scene import Scene

__all__ = ["postgres_session_app", "postgres_url"]

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def each_database(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with an empty database of either kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("app")
        return
    usual = request.getfixturevalue("session_app")
    app = request.getfixturevalue("postgres_session_app")
    postgres.empty(app)
    remember_application(app)
    yield app
    remember_application(usual)


@pytest.fixture
def scene(each_database: Flask) -> Iterator[Scene]:
    """One row of ours in every table, and everyone around it."""
    yield from made(each_database)


@pytest.fixture
def first_wall_alone(app: Flask) -> Iterator[Scene]:
    """The scene where no second wall hides what the first one lets through."""
    yield from made(app)


def made(app: Flask) -> Iterator[Scene]:
    """The scene in an empty database."""
    with app.app_context():
        with transaction(), tenancy.every_environment("test"):  # one commit for all of it
            scene = Scene(World())
        yield scene
        db.session.remove()
