"""Servers that can be taken away and come back, and a platform that stands on them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from redis import Redis
from redis.exceptions import RedisError

from app.application import create_app
from app.services import installation
from config import ROOT, Settings
from tests.delivery.conftest import Walk, build_walk
from tests.factories import PASSWORD, World
from tests.postgres import FAST, _as_postgres, _free_port, binaries
from tests.support import token

PATIENCE = 90  # seconds; the machine is shared


def until(happened: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Wait for something that happens elsewhere; the answer is how long it took."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() < began + seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - began


class Postgres:
    """A private cluster."""

    def __init__(self) -> None:
        folder = binaries()
        assert folder is not None, "PostgreSQL isn't installed: run “make test”."
        self._binaries, self._who = folder, _as_postgres()
        self._home = Path(tempfile.mkdtemp(prefix="postiljon-pg-"))
        if self._who:
            os.chown(self._home, int(str(self._who["user"])), int(str(self._who["group"])))
        self.port = _free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        init = [folder / "initdb", "-D", self._home / "data", "-U", "postgres", "-A", "trust"]
        self._run([*init, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])

    def start(self) -> None:
        options = " ".join(f"-c {option}" for option in FAST) + f" -p {self.port}"
        options += f" -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._home}"
        self._control("-l", self._home / "log", "-o", options, "start")

    def stop(self) -> None:
        """Cut everybody off, as a restart does."""
        self._control("-m", "fast", "stop")

    def remove(self) -> None:
        if (self._home / "data" / "postmaster.pid").exists():
            self._control("-m", "immediate", "stop")
        shutil.rmtree(self._home, ignore_errors=True)

    def _control(self, *words: object) -> None:
        self._run([self._binaries / "pg_ctl", "-D", self._home / "data", "-w", *words])

    def _run(self, line: list[object]) -> None:
        words = [str(word) for word in line]
        quiet = subprocess.DEVNULL
        subprocess.run(words, check=True, stdout=quiet, stderr=quiet, cwd=self._home, **self._who)


class RedisServer:
    """A server on a port, which keeps what it was told."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="postiljon-redis-"))
        self.port = _free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        line = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        line += [
            "--appendonly",
            "yes",
            "--dir",
            str(self._home),
            "--logfile",
            str(self._home / "log"),
        ]
        self._process = subprocess.Popen(line, stdout=subprocess.DEVNULL)
        until(self.answers)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def answers(self) -> bool:
        client = Redis.from_url(self.url)
        try:
            return bool(client.ping())
        except RedisError:
            return False
        finally:
            client.close()


@contextmanager
def away(*servers: Postgres | RedisServer) -> Iterator[None]:
    """Without these for a while; afterwards they are there again, whatever happened."""
    for server in servers:
        server.stop()
    try:
        yield
    finally:
        for server in servers:
            server.start()


class Ground:
    """Both servers, the platform on them, and the two customers of a delivery."""

    def __init__(self) -> None:
        self.postgres, self.redis = Postgres(), RedisServer()
        self.data_dir = Path(tempfile.mkdtemp(prefix="postiljon-outage-"))
        self.data_dir.chmod(0o700)
        self.postgres.start()
        self.redis.start()
        self.environ = {
            "DATABASE_URL": self.postgres.url,
            "DATA_DIR": str(self.data_dir),
            "PORT": str(_free_port()),
            "PUBLIC_URL": "http://localhost",
            "METRICS_PORT": str(_free_port()),
        }
        self.app = create_app(Settings.load(self.environ))  # the rows as the test sees them
        with self.app.app_context():
            installation.prepare()
        self._process: subprocess.Popen[bytes] | None = None
        self._terminal = self.data_dir / "terminal"

    def customers(self) -> Walk:
        """A sender with an organization, and a receiver. Inside a context of the application."""
        return build_walk(World())

    def run(self, **more: str) -> None:
        """Start the platform as its users do."""
        ours = {name.upper() for name in Settings.__dataclass_fields__}
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        parts = {"WORKERS": "1", "WEB_WORKERS": "1", "LOG_LEVEL": "info", "LOG_FORMAT": "json"}
        before = self.terminal().count("Ctrl-C stops")
        environ = {**kept, **self.environ, "REDIS_URL": self.redis.url, **parts, **more}
        with self._terminal.open("a") as terminal:
            self._process = subprocess.Popen(
                [sys.executable, "run.py"],
                cwd=ROOT,
                env=environ,
                stdout=terminal,
                stderr=subprocess.STDOUT,
            )
        until(lambda: self.terminal().count("Ctrl-C stops") > before or not self.runs())
        assert self.runs(), self.terminal()

    def terminal(self) -> str:
        return self._terminal.read_text() if self._terminal.exists() else ""

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.environ['PORT']}{path}"

    def ask_to_stop(self) -> None:
        """Press Ctrl-C; a second time makes no difference."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)

    def stop(self) -> int:
        self.ask_to_stop()
        assert self._process is not None
        try:
            return self._process.wait(30)
        finally:
            self._process.kill()
            self._process.wait()

    def remove(self) -> None:
        """Stop everything that runs, and leave nothing behind."""
        if self.runs():
            self.stop()
        self.redis.remove()
        self.postgres.remove()
        shutil.rmtree(self.data_dir, ignore_errors=True)


class Visitor:
    """A browser on a running platform; it speaks English."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._session = requests.Session()
        self._session.headers["Accept-Language"] = "en"

    def get(self, path: str) -> requests.Response:
        return self._session.get(self._ground.url(path), timeout=PATIENCE)

    def watch(self, path: str) -> requests.Response:
        """The same at the port for machines that watch."""
        port = self._ground.environ["METRICS_PORT"]
        return self._session.get(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE)

    def post(self, path: str, form: Any, *, page: str, **options: Any) -> requests.Response:
        """Send a form of a page that was fetched before."""
        fields = {"csrf_token": token(page), **form}
        return self._session.post(
            self._ground.url(path), data=fields, timeout=PATIENCE, allow_redirects=False, **options
        )

    def sign_in(self, name: str, password: str = PASSWORD) -> int:
        form = {"name": name, "password": password}
        return self.post("/login/", form, page=self.get("/login/").text).status_code

    def upload(
        self, organization: str, name: str, content: bytes, *, page: str
    ) -> requests.Response:
        """Upload one document; the page with the form was fetched before."""
        files = {"files": (name, content, "text/xml")}
        return self.post(
            "/documents/upload", {"organization": organization}, page=page, files=files
        )

    def close(self) -> None:
        self._session.close()


def documents_in(page: str) -> list[str]:
    """The documents that a page leads to."""
    return list(dict.fromkeys(re.findall(r"/documents/show/([0-9a-f-]{36})", page)))
