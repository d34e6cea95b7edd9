"""What several tests need and no factory makes: a browser, counting statements, finding forms in a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

BEGIN = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


class Browser(FlaskClient):
    """A browser without JavaScript. Its requests know nothing of the test's own context.

    Flask lets a request share an application context that is open already, with its person and its
    scope: the second request of a test would run in the name of the first one's person.
    """

    def open(self, *args: Any, **options: Any) -> Any:
        """Send a request from outside."""
        return Context().run(super().open, *args, **options)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect every statement that is sent to the database meanwhile.

    with statements() as sent: client.get("/"); assert len(sent) <= 12
    """
    sent: list[str] = []

    def note(_conn, _cursor, statement, _parameters, _context, _many):
        if not statement.startswith(BEGIN):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def token(page: str) -> str:
    """The hidden token of a page's forms."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "this page has no form"
    return found[1]


def post(client, address: str, data: dict | None = None, *, at: str = "/profile/", **options):
    """Send a form as a browser would: with the token of a page that was shown before."""
    fields = {"csrf_token": token(client.get(at).text), **(data or {})}
    return client.post(address, data=fields, **options)
