"""The product as its users run it: ``python run.py`` with a data folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from config import ROOT, Settings

OURS = frozenset(Settings.__dataclass_fields__)
START = 90  # seconds; the machine is shared
STOP = 30
PATIENCE = 20


class Product:
    """A started platform: its address, its mails, its commands."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self._data_dir = data_dir
        self._terminal = data_dir / "terminal"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._environment = _others() | {
            "DATA_DIR": str(data_dir),
            "PORT": str(port),
            "WORKERS": "1",
            "WEB_WORKERS": "1",
            "FLASK_APP": "run",
            **settings,
        }
        with self._terminal.open("w") as terminal:
            self._process = subprocess.Popen(
                [sys.executable, "run.py"],
                cwd=ROOT,
                env=self._environment,
                stdout=terminal,
                stderr=subprocess.STDOUT,
            )
        until(lambda: f"    {self.url}\n" in self.terminal() or self._ended(), START)
        assert not self._ended(), self.terminal()

    def terminal(self) -> str:
        """What was printed so far."""
        return self._terminal.read_text()

    def stop(self) -> int:
        """Ctrl-C; the answer is the exit code."""
        self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def command(self, *words: str) -> str:
        """Give a ``flask`` command beside the running platform."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", *words],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mails(self, recipient: str) -> list[EmailMessage]:
        """What was mailed to someone so far, the oldest first."""
        files = sorted((self._data_dir / "mail").glob("*.eml"), key=lambda f: f.stat().st_mtime_ns)
        parser = BytesParser(policy=policy.default)
        found = [parser.parsebytes(each.read_bytes()) for each in files]
        return [each for each in found if recipient in str(each["To"])]

    def mail(self, recipient: str, about: str) -> EmailMessage:
        """The mail to someone with these words in its subject; it may still be on its way."""
        found: list[EmailMessage] = []

        def arrived() -> bool:
            found[:] = [m for m in self.mails(recipient) if about in str(m["Subject"])]
            return bool(found)

        until(arrived)
        return found[-1]

    @contextmanager
    def mail_away(self) -> Iterator[None]:
        """For a while nothing can be mailed."""
        folder, aside = self._data_dir / "mail", self._data_dir / "mail-aside"
        if folder.exists():
            folder.rename(aside)
        folder.touch()
        try:
            yield
        finally:
            folder.unlink()
            if aside.exists():
                aside.rename(folder)

    def _ended(self) -> bool:
        return self._process.poll() is not None


def until(done: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for something that happens elsewhere."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def text_of(mail: EmailMessage) -> str:
    """A mail as plain text."""
    body = mail.get_body(preferencelist=("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def _others() -> dict[str, str]:
    """The process environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if name.lower() not in OURS}
