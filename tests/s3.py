"""An S3-compatible server of our own for tests, made by others, and thrown away afterwards."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from botocore.session import Session

PATIENCE = 90  # seconds for it to start, on a machine that is busy with other things
KEY, SECRET = "postiljon", "hush/hush+hush"


class S3Server:
    """Runs in a process of its own, so that it can be stopped; what it kept is then gone."""

    def __init__(
        self, address: str = "127.0.0.1", port: int = 0, within: Sequence[str] = ()
    ) -> None:
        self.address = address
        self.port = port or _free_port()
        self._within = within  # a command before ours, such as one that enters a namespace
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed in stop()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://{self.address}:{self.port}"

    def url(self, bucket: str) -> str:
        """The setting STORAGE_URL for a bucket."""
        secret = SECRET.replace("/", "%2F").replace("+", "%2B")
        return f"s3://{KEY}:{secret}@{self.address}:{self.port}/{bucket}?tls=no"

    def start(self) -> None:
        program = [sys.executable, "-m", "moto.server", "-H", self.address, "-p", str(self.port)]
        self._process = subprocess.Popen(
            [*self._within, *program], stdout=self._log, stderr=subprocess.STDOUT, cwd="/"
        )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, self._said()
            assert time.monotonic() < deadline, self._said()
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self._log.close()

    def client(self) -> Any:
        return Session().create_client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )

    def make_bucket(self, name: str) -> str:
        """Make a bucket; the answer is the setting for it."""
        self.client().create_bucket(Bucket=name)
        return self.url(name)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.endpoint, timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def _said(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """One server for all tests of a process; each makes buckets of its own."""
    server = S3Server()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
