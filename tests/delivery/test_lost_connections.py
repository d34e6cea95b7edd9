"""The database goes away in the middle of a request: what was read is still shown, the next one works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from app.errors import Conflict
from app.extensions import db
from app.services import sending
from tests.factories import World, sign_in
from tests.postgres import empty, postgres_session_app, postgres_url
from tests.support import post

__all__ = ["postgres_session_app", "postgres_url"]
pytestmark = pytest.mark.postgres


@pytest.fixture
def app(postgres_session_app: Flask) -> Flask:
    empty(postgres_session_app)
    return postgres_session_app


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """Signed in; and no context is open around its requests, so that each ends as in a real server."""
    with app.app_context():
        world = World()
        environment = world.environment()
        person = world.user(environment)
        world.organization(environment, administrator=person)
        sign_in(client, person)
    return client


@pytest.fixture
def end_connection(postgres_url: str) -> Callable[[], None]:
    """Ends the connection of the session at work, as a database that is restarted does."""

    def end() -> None:
        process = db.session.scalar(text("SELECT pg_backend_pid()"))
        engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": process})
        engine.dispose()

    return end


def test_a_page_that_was_made_already_is_shown(
    app: Flask,
    browser: FlaskClient,
    end_connection: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lose(response: Any) -> Any:
        end_connection()
        return response

    monkeypatch.setitem(app.after_request_funcs, None, [lose])

    assert browser.get("/outbox/").status_code == 200
    monkeypatch.undo()
    assert browser.get("/outbox/").status_code == 200


def test_lost_inside_a_savepoint_the_page_says_that_it_can_be_tried_again(
    browser: FlaskClient, end_connection: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(_public_id: str, *_more: Any) -> None:
        with db.session.begin_nested():
            end_connection()
            db.session.scalar(text("SELECT 1"))
        raise Conflict("The connection was not lost.")

    monkeypatch.setattr(sending, "send", lose)

    answer = post(browser, "/documents/send-many", {"document": "any"})

    assert answer.status_code == 503
    assert browser.get("/outbox/").status_code == 200
