"""The whole platform for measuring: started as anyone starts it, filled with documents, stopped afterwards."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from bench import fill_people
from bench.servers import postgres
from config import ROOT, Settings

OURS = frozenset(name.upper() for name in Settings.__dataclass_fields__)
PATIENCE = 120.0  # seconds until it answers
KILOBYTE = 1024
# A web process normally makes room for a fresh one after some thousand requests; here one has to last.
WITHOUT_RECYCLING = (
    "import sys; from app.running import start, web;"
    " web.REQUESTS_BEFORE_RECYCLING = 0; sys.exit(start.main())"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the platform, and what it takes."""

    pid: int
    name: str
    rss: float  # megabytes
    pss: float  # megabytes; what is shared counts for each in part


@dataclass(frozen=True, slots=True)
class Platform:
    """A running platform."""

    url: str
    pid: int
    started_in: float  # seconds from the command to the first answered page

    def parts(self) -> list[Part]:
        """Every process, the supervisor first."""
        supervisor = psutil.Process(self.pid)
        return [_part(each) for each in (supervisor, *supervisor.children(recursive=True))]

    def web(self) -> list[Part]:
        """The processes that answer requests: children of the web's master."""
        return [_part(each) for each in self._answering()]

    def cpu(self) -> float:
        """The milliseconds of processor time that those have taken, however busy the machine is."""
        times = [each.cpu_times() for each in self._answering()]
        return 1000 * sum(each.user + each.system for each in times)

    def _answering(self) -> list[psutil.Process]:
        children = psutil.Process(self.pid).children()
        return [answering for each in children for answering in each.children()]


def arguments(words: str) -> argparse.ArgumentParser:
    """What every measurement of a running platform asks."""
    asked = argparse.ArgumentParser(description=words)
    asked.add_argument("--database", default="sqlite", choices=["postgresql", "sqlite"])
    asked.add_argument("--documents", type=int, default=100_000, help="made before measuring")
    return asked


@contextmanager
def platform(asked: argparse.Namespace, recycle: bool = True, **chosen: str) -> Iterator[Platform]:
    """A filled platform, for as long as it is measured."""
    with tempfile.TemporaryDirectory(prefix="postiljon-bench-") as name:
        folder = Path(name)
        (folder / "data").mkdir()
        if asked.database == "sqlite":
            with _started(
                folder, f"sqlite:///{folder / 'data' / 'p.db'}", asked, recycle, chosen
            ) as it:
                yield it
        else:
            with postgres(folder) as url, _started(folder, url, asked, recycle, chosen) as it:
                yield it


@contextmanager
def _started(
    folder: Path, url: str, asked: argparse.Namespace, recycle: bool, chosen: dict[str, str]
) -> Iterator[Platform]:
    settings = {"DATABASE_URL": url, "DATA_DIR": str(folder / "data"), **chosen}
    made = [sys.executable, "-m", "flask", "bench", "fill", "--documents", str(asked.documents)]
    environment = {**environment_of(settings), "FLASK_APP": "run"}
    subprocess.run(made, check=True, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    with started(settings, folder / "terminal", recycle=recycle) as it:
        yield it


def environment_of(settings: Mapping[str, str]) -> dict[str, str]:
    """These settings alone: what the shell has set for a platform of its own stays outside."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**kept, **settings, "PYTHONPATH": str(ROOT)}


@contextmanager
def started(
    settings: Mapping[str, str], terminal: Path, *, recycle: bool = True
) -> Iterator[Platform]:
    """A platform with these settings, from its first answered page on; what it says goes into the file."""
    command = [sys.executable, "run.py"] if recycle else [sys.executable, "-c", WITHOUT_RECYCLING]
    began = time.monotonic()
    with terminal.open("wb") as said:
        process = subprocess.Popen(
            command, env=environment_of(settings), cwd=ROOT, stdout=said, stderr=said
        )
        try:
            address = _address(terminal, process)
            yield Platform(address, process.pid, time.monotonic() - began)
        finally:
            process.terminate()
            process.wait(60)


def _address(terminal: Path, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        told = [line.strip() for line in terminal.read_text().splitlines()]
        address = next((line for line in told if line.startswith("http://127.0.0.1:")), "")
        if address and _answers(address):
            return address
        time.sleep(0.05)
    raise SystemExit(f"The platform doesn't start.\n{terminal.read_text()[-4000:]}")


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/login/", timeout=10).ok
    except requests.ConnectionError:
        return False


def signed_in(url: str, username: str) -> requests.Session:
    """A browser without scripts in which this person is signed in."""
    session = requests.Session()
    session.trust_env = False
    fields = {"csrf_token": token_of(session.get(f"{url}/login/").text)}
    fields |= {"name": username, "password": fill_people.PASSWORD}
    answer = session.post(f"{url}/login/", data=fields)
    if "/login/" in answer.url or not answer.ok:
        raise SystemExit(f"{username} cannot sign in: {answer.status_code}")
    return session


def token_of(page: str) -> str:
    """The hidden token of a page's forms."""
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def _part(process: psutil.Process) -> Part:
    memory = process.memory_full_info()
    return Part(
        process.pid,
        " ".join(process.cmdline())[:60] or process.name(),
        memory.rss / KILOBYTE**2,
        memory.pss / KILOBYTE**2,
    )
