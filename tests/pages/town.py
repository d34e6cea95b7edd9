"""The demonstration, and everyone who looks at it: a session of each, in any language, without signing in."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response
from sqlalchemy import select
from werkzeug.serving import make_server

from app import tenancy
from app.application import create_app
from app.extensions import db
from app.models import User
from app.services import demonstration, installation
from config import Settings
from tests.pages import events

STRANGER = "stranger"
BROKEN = "/broken-on-purpose"
UNSEALED = "unsealed"
AXE = "/axe.js"  # from the platform itself, as its policy asks; the browser then keeps it compiled
AXE_SCRIPT = Path(__file__).parent.parent / "vendor/axe.min.js"
# Who looks, and as whom of the demonstration.
ROLES = {
    STRANGER: "",
    "guest": "dirk",
    "basic": "carla",
    "advanced": "ben",
    "organization administrator": "olga",
    "administrator": "anna",
    "newcomer": "nora",  # administers an environment in which there is nothing yet
    "support": "sander",
    "technical support": "sofie",
}

# What the session of a stranger says who asked for links a moment ago, and made an account.
JUST_NOW: dict[str, Any] = {
    "sign_up_address": "nieuw@nergens.example",
    "forgotten_address": "anna@dekorenaar.example",
    "sign_up_done": {
        "username": "nieuw@nergens.example",
        "environment": "Nergens",
        "made": True,
        "administrators": [],
    },
}


@dataclass(frozen=True, slots=True)
class Town:
    """The platform with its demonstration, as a browser meets it."""

    app: Flask
    url: str
    folder: Path
    people: dict[str, str]  # role → what the session says of the person
    links: tuple[str, ...]  # what stands in mails, for whoever holds it

    def cookie(self, role: str, language: str, **more: Any) -> tuple[str, str]:
        """The session of someone of this role who reads this language: its name and value."""
        session = {"locale": language, "_fresh": True} | more
        session |= {"_user_id": self.people[role]} if self.people[role] else JUST_NOW
        serializer: Any = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return self.app.config["SESSION_COOKIE_NAME"], str(serializer.dumps(session))

    def get(self, role: str, language: str, address: str, **options: Any) -> Any:
        """What this person gets at an address, without a browser."""
        client = self.app.test_client(use_cookies=False)
        name, value = self.cookie(role, language)
        headers = {"Cookie": f"{name}={value}", "Accept": "text/html"}
        return client.open(address, base_url=self.url, headers=headers, **options)


@contextmanager
def town(folder: Path, *, past: bool = False) -> Iterator[Town]:
    """Fill a platform of its own, and serve it; the year before today makes it look used, not different."""
    with _served(folder, lambda: _inhabited(past)) as made:
        yield made


@contextmanager
def unclaimed(folder: Path) -> Iterator[Town]:
    """A platform on which nobody has an account yet; whoever started it holds the link to set it up."""
    with _served(
        folder, lambda: ({STRANGER: ""}, (f"/setup/{installation.setup_token()}",))
    ) as made:
        yield made


Inhabitants = tuple[dict[str, str], tuple[str, ...]]  # who looks, and the links that they were sent


def _inhabited(past: bool) -> Inhabitants:
    demonstration.fill(past=past)
    links = tuple(events.happen())
    return {role: _session(username) for role, username in ROLES.items()}, links


@contextmanager
def _served(folder: Path, inhabit: Callable[[], Inhabitants]) -> Iterator[Town]:
    settings = {"DATA_DIR": str(folder), "LEASE_SECONDS": "5"}
    app = create_app(Settings.load(settings | {"PUBLIC_URL": "http://127.0.0.1:8080"}))
    app.add_url_rule(BROKEN, BROKEN, _fail)
    app.wsgi_app = _Unsealing(_WithAxe(app.wsgi_app))  # type: ignore[method-assign]
    with app.app_context():
        installation.prepare()
        people, links = inhabit()
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="town")
    thread.start()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    url = f"http://127.0.0.1:{server.port}"
    try:
        yield Town(app, url, folder, people, links)
    finally:
        server.shutdown()
        thread.join(timeout=20)
        server.server_close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


class _WithAxe:
    """Hands out axe beside the platform, to be fetched once."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._script = AXE_SCRIPT.read_bytes()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != AXE:
            return self._application(environ, start_response)
        headers = {"Cache-Control": "max-age=86400"}
        answer = Response(self._script, mimetype="text/javascript", headers=headers)
        return answer(environ, start_response)


class _Unsealing:
    """Leaves out the policy of an answer where the address asks for that: axe is a script too."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if environ.get("QUERY_STRING") == UNSEALED:
                headers = [each for each in headers if each[0] != "Content-Security-Policy"]
            return start_response(status, headers, *more)

        return self._application(environ, start)


def _fail() -> str:
    raise ZeroDivisionError


def _session(username: str) -> str:
    if not username:
        return ""
    with tenancy.every_environment("test: who looks"):
        user = db.session.scalars(select(User).where(User.username == username)).one()
    return f"{user.id}:{user.epoch}"
