"""Both kinds of store, as an operator sets them."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from app import storage
from app.storage import Store
from config import Settings
from tests.s3 import S3Server, s3_server

__all__ = ["s3_server"]


@pytest.fixture
def bucket(s3_server: S3Server) -> str:
    """The setting for an empty bucket."""
    return s3_server.make_bucket(f"b-{uuid.uuid4()}")


@pytest.fixture(params=["files", "shared", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The settings of a host for each kind of store."""
    environ = {"DATA_DIR": str(tmp_path / "data")}
    if request.param == "shared":
        environ["STORAGE_URL"] = f"file://{tmp_path / 'shared folder'}".replace(" ", "%20")
    if request.param == "s3":
        environ["STORAGE_URL"] = request.getfixturevalue("bucket")
    return Settings.load(environ)


@pytest.fixture
def store(settings: Settings) -> Store:
    """A store that is empty."""
    return storage.store(settings)
