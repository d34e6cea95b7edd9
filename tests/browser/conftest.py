"""A real browser before a real server: pages, scripts, workers and mails, all on loopback.

``site`` serves the application and does a worker's work; ``page`` is a new browser window on it,
``window(user)`` one that is signed in.
"""

from __future__ import annotations

import dataclasses
import importlib
import threading
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from werkzeug.serving import make_server

from app.queue import Task
from config import Settings
from tests.factories import World

WORK = (Task.PROCESS_DOCUMENTS, Task.DELIVER, Task.SEND_MAILS, Task.REGISTER)
PATIENCE = 15_000  # milliseconds; the machine is shared
BEAT = 0.2


@dataclasses.dataclass(frozen=True)
class Site:
    """The platform as a browser meets it."""

    url: str
    app: Flask
    mail_dir: Path

    def mails(self, recipient: str = "") -> list[EmailMessage]:
        """What was mailed so far, the oldest first."""
        files = sorted(self.mail_dir.glob("*.eml"), key=lambda each: each.stat().st_mtime_ns)
        parser = BytesParser(policy=policy.default)
        found = [parser.parsebytes(each.read_bytes()) for each in files]
        return [each for each in found if recipient in str(each["To"])]


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    """The application on a free port, with a worker beside it."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    before: Settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(before, public_url=url, port=server.port)
    done = threading.Event()
    threads = [
        threading.Thread(target=server.serve_forever, name="server"),
        threading.Thread(target=_work, args=(done,), name="worker"),
    ]
    for thread in threads:
        thread.start()
    yield Site(url, app, before.mail_dir)
    done.set()
    server.shutdown()
    for thread in threads:
        thread.join(timeout=20)
    server.server_close()
    app.config["SETTINGS"] = before


def _work(done: threading.Event) -> None:
    """What the workers do, without waiting for a nudge."""
    jobs = [_job(task) for task in WORK]
    while not done.wait(BEAT):
        for job in jobs:
            job()


def _job(task: Task) -> Callable[[], Any]:
    module, _, name = task.value.rpartition(".")
    found: Callable[[], Any] = getattr(importlib.import_module(module), name)
    return found


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The real browser; its windows are closed after each test."""
    return chromium


@pytest.fixture
def open_window(site: Site, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens windows, each with its own cookies; a script that fails or is forbidden fails the test."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def window(**options: Any) -> Page:
        context = browser.new_context(base_url=site.url, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.extend(_reports(message)))
        return page

    yield window
    for context in contexts:
        context.close()
    assert troubles == []


def _reports(message: ConsoleMessage) -> list[str]:
    """What the browser refused because our own headers forbid it."""
    return [message.text] if "Content Security Policy" in message.text else []


@pytest.fixture
def page(open_window: Callable[..., Page]) -> Page:
    """One window of a stranger."""
    return open_window()


@pytest.fixture
def window(site: Site, open_window: Callable[..., Page]) -> Callable[..., Page]:
    """A window that is signed in as this person."""

    def signed_in(user: Any, **options: Any) -> Page:
        opened = open_window(**options)
        opened.context.add_cookies(
            [
                {
                    "name": site.app.config["SESSION_COOKIE_NAME"],
                    "value": _session(site.app, user),
                    "url": site.url,
                }
            ]
        )
        return opened

    return signed_in


def _session(app: Flask, user: Any) -> str:
    """The cookie that signing in would have given."""
    serializer = app.session_interface.get_signing_serializer(app)
    return str(serializer.dumps({"_user_id": f"{user.id}:{user.epoch}", "_fresh": True}))


@pytest.fixture
def people(world: World) -> World:
    """Makes environments, people and organizations."""
    return world
