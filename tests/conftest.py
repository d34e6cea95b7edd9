"""The platform under test: a fresh database for each test, real files, and people to act for."""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from xdist.scheduler import LoadGroupScheduling

from app.application import create_app
from app.extensions import db, remember_application
from app.services import attempts, installation
from config import ROOT, Settings
from scripts import catalogues, static_files
from tests.factories import World
from tests.support import Browser

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-quic", "--disable-background-networking")


@pytest.fixture(scope="session", autouse=True)
def compiled_catalogues() -> None:
    """The translations of now, also where nobody ran make."""
    catalogues.compile_stale()


@pytest.fixture(scope="session", autouse=True)
def built_static_files() -> None:
    """The style sheets and modules of now, under the names that pages give them."""
    static_files.build()


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("platform")


@pytest.fixture(scope="session")
def session_app(data_dir: Path) -> Flask:
    """One application for all tests, on a migrated SQLite file that each test gets afresh."""
    settings = Settings.load(
        {
            "DATABASE_URL": f"sqlite:///{data_dir / 'test.db'}",
            "DATA_DIR": str(data_dir),
            "PUBLIC_URL": "http://localhost",
            "LEASE_SECONDS": "5",
        }
    )
    app = create_app(settings)
    app.test_client_class = Browser
    app.config["TESTING"] = False  # errors answer as they do for people
    with app.app_context():
        installation.prepare()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    shutil.copy(data_dir / "test.db", data_dir / "template.db")
    return app


@pytest.fixture
def app(session_app: Flask, data_dir: Path) -> Iterator[Flask]:
    """The application with an empty database."""
    with session_app.app_context():
        db.engine.dispose()
    for leftover in data_dir.glob("test.db*"):
        leftover.unlink()
    shutil.copy(data_dir / "template.db", data_dir / "test.db")
    # Folders of organizations, but not the mark of this platform that stands beside them.
    kept = (data_dir / "files").glob("*-*-*")
    for folder in (data_dir / "mail", data_dir / "pictures", *kept):
        shutil.rmtree(folder, ignore_errors=True)
    attempts.forget_everything()
    remember_application(session_app)  # another test may have made one of its own meanwhile
    yield session_app
    with session_app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """An application context for tests that call services."""
    with app.app_context():
        yield app


@pytest.fixture
def world(context: Flask) -> World:
    """Makes environments, people and organizations."""
    return World()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One real browser for every test that walks pages: Playwright allows no second one beside it."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield launched
        launched.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep everything with a browser on one worker, and all the pages on another: each starts one browser."""
    for item in items:
        if group := _browser_group(item.path, item.name):
            item.add_marker(pytest.mark.xdist_group(group))


SHARE = re.compile(
    r"\[(nl|en|fr|de)\b"
)  # what tests/pages falls apart in when it looks at everything


def _browser_group(path: Path, name: str = "") -> str:
    if "pages" in path.parts:  # alone as long as the walks and the browser tests together
        share = SHARE.search(name)
        return f"pages-{share[1]}" if share else "pages"
    return "browser" if {"walks", "browser"} & set(path.parts) else ""


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell what tests measured, also where each ran in a worker of its own."""
    reports = chain(terminalreporter.getreports("passed"), terminalreporter.getreports("failed"))
    for report in reports:
        for name, text in report.user_properties:
            if name == "told":
                terminalreporter.write_line(text)


class Together(LoadGroupScheduling):
    """What says that it belongs together runs on one worker, in its order.

    The library marks the names of tests with their group; the present pytest doesn't let it, and every
    worker would start the platform, the browser and the servers for itself. So the files are asked.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, name = nodeid.partition("::")
        return _group_of(file, name) or nodeid


@functools.cache
def _group_of(file: str, name: str) -> str:
    path = ROOT / file
    found = re.search(r"xdist_group\(\"(\w+)\"\)", path.read_text())
    return _browser_group(path, name) or (found[1] if found else "")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadGroupScheduling | None:
    """Keep groups together, where several workers are asked for by group."""
    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None
