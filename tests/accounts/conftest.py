"""Visitors for the walks through sign-up and sign-in."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.visitor import Visitor
from tests.postgres import empty, postgres_session_app, postgres_url

__all__ = ["postgres_session_app", "postgres_url"]


@pytest.fixture
def visitor(context: Flask, client: FlaskClient) -> Visitor:
    """A stranger who reads English."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return Visitor(client)


@pytest.fixture
def postgres_app(postgres_session_app: Flask) -> Flask:
    """The application on PostgreSQL, empty."""
    empty(postgres_session_app)
    return postgres_session_app
