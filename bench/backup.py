"""``make bench-backup``: how fast a backup is made and restored, and what the platform loses meanwhile.

The platform delivers the same number of documents twice: alone, and while one backup after another is
made on the same processors. What a backup is made of then, and when it is quiet, is printed beside it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from app import tenancy
from app.application import create_app
from app.backup import restoring
from app.extensions import db
from app.models import Attempt, Delivery, DeliveryState
from app.models.types import now
from app.services import installation
from app.transactions import transaction
from bench import supply
from bench.platform import Platform, servers
from bench.running import environment_of
from config import ROOT, Settings
from tests.factories import World

OPEN = [DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.RETRYING]
DONE_WITHIN = 1800  # seconds


def main() -> None:
    """Measure what the command line asks for."""
    asked = _arguments().parse_args()
    for backend in asked.backends.split(","):
        print(f"== {backend}: {asked.documents} documents sent and as many received, twice")
        with (
            tempfile.TemporaryDirectory(prefix="postiljon-bench-") as text,
            servers(backend, Path(text)) as environ,
        ):
            folder = Path(text)
            environ |= {"DATA_DIR": str(folder / "var")}
            _measure(folder, environ, asked.documents)


def _measure(folder: Path, environ: dict[str, str], count: int) -> None:
    platform = Platform(environ)
    with _application(environ):
        installation.prepare()
        world = World()
        sender = supply.sender(world, 0, supply.receivers(world))
        supply.queue(world, sender, [f"A{number}" for number in range(count)])
        alone = _delivered(platform, count)
        supply.queue(world, sender, [f"B{number}" for number in range(count)])
        with _backups(folder, environ) as durations:
            beside = _delivered(platform, count)
    print(f"delivering alone: {alone:.0f} documents/s; while backups are made: {beside:.0f}")
    print(
        f"    it keeps {100 * beside / alone:.0f} %; a backup then took {_middle(durations):.1f} s"
    )
    archive, seconds = _backup(folder, environ)
    size = archive.stat().st_size
    print(
        f"a quiet backup: {seconds:.1f} s with the start of the command, {size / 1e6:.0f} MB, "
        f"{size / 1e6 / seconds:.0f} MB/s, {4 * count / seconds:.0f} documents/s"
    )
    with _empty_place(folder, environ) as place, _application(place):
        began = time.monotonic()
        restored = restoring.restore(archive)
        seconds = time.monotonic() - began
    print(
        f"restored: {seconds:.1f} s, {size / 1e6 / seconds:.0f} MB/s, "
        f"{restored.end.files / seconds:.0f} files/s, looked through first"
    )


@contextmanager
def _application(environ: dict[str, str]) -> Iterator[None]:
    # Without its queue: what is handed in here waits until the platform runs.
    bare = {name: value for name, value in environ.items() if name != "REDIS_URL"}
    with create_app(Settings.load(bare)).app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def _delivered(platform: Platform, count: int) -> float:
    """Documents per second, from the first claim to the last delivered."""
    began = now()
    with platform.running():
        deadline = time.monotonic() + DONE_WITHIN
        while _open() and time.monotonic() < deadline:
            time.sleep(0.2)
    with transaction(), tenancy.every_environment("measure"):
        first, last = db.session.execute(
            select(func.min(Attempt.started_at), func.max(Attempt.ended_at)).where(
                Attempt.started_at >= began
            )
        ).one()
    span: timedelta = last - first
    return count / span.total_seconds()


def _open() -> int:
    query = select(func.count()).select_from(Delivery).where(Delivery.state.in_(OPEN))
    with transaction(), tenancy.every_environment("measure"):
        return db.session.scalar(query) or 0


@contextmanager
def _backups(folder: Path, environ: dict[str, str]) -> Iterator[list[float]]:
    """One backup after another, by the command that operators use."""
    enough, durations = Event(), []

    def work() -> None:
        while not enough.is_set():
            archive, seconds = _backup(folder, environ)
            archive.unlink()
            durations.append(seconds)

    thread = Thread(target=work)
    thread.start()
    try:
        yield durations
    finally:
        enough.set()
        thread.join()


def _backup(folder: Path, environ: dict[str, str]) -> tuple[Path, float]:
    archive = folder / "backup.tar"
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "run", "backup", "make", str(archive)],
        cwd=ROOT,
        env=environment_of(environ),
        check=True,
        capture_output=True,
    )
    return archive, time.monotonic() - began


@contextmanager
def _empty_place(folder: Path, environ: dict[str, str]) -> Iterator[dict[str, str]]:
    url = environ.get("DATABASE_URL", "")
    place = {"DATA_DIR": str(folder / "restored")}
    if url:
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE restored")
        place["DATABASE_URL"] = urlsplit(url)._replace(path="/restored").geturl()
    yield place


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backends", default="embedded,postgres")
    parser.add_argument("--documents", type=int, default=2000)
    return parser


if __name__ == "__main__":
    main()
