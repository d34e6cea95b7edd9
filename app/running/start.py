"""The start, told in steps: queue, application, database, then the processes that do the work."""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from types import FrameType, ModuleType
from typing import NoReturn

from app.observability import context, logs
from app.running import listening, lock, processes, queue_server, several, waiting
from app.running.supervisor import Child, Supervisor
from config import SettingError, Settings

STEPS = 4
# From malloc.h: one heap, and what is larger than this is given back as soon as it is free.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
LARGE = 64 * 1024


def main() -> int:
    """Start everything, look after it, stop everything; the answer is the exit code."""
    for number in processes.STOPPING:
        signal.signal(number, _interrupt)
    supervisor = Supervisor(say)
    try:
        return _run(supervisor, time.monotonic())
    except (SettingError, queue_server.QueueError) as refusal:
        print(f"Postiljon cannot start. {refusal}", file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        return 0
    finally:
        supervisor.stop()


def say(sentence: str) -> None:
    """Tell the person at the terminal, if it is still there."""
    with suppress(OSError):
        print(sentence, flush=True)


def _run(supervisor: Supervisor, began: float) -> int:
    settings = Settings.load()
    several.refuse(settings, os.environ)
    context.become("supervisor")
    logs.configure(settings.log_level, settings.log_format)
    held = lock.take(settings.data_dir)
    # A host without the web listens to nobody.
    listener = listening.listen(settings.bind, settings.port) if "web" in settings.parts else None
    step(1, "Looking for the queue" if settings.redis_url else "Starting the queue")
    settings = settings_of_this_run(listener, start_queue(supervisor, settings))
    step(2, "Bringing the database up to date")
    parts = _parts()
    application, token = parts.load(settings, say)
    step(3, f"Starting {several.names(settings)}")
    _keep_memory_together()
    _freeze()
    for child in parts.children(application, settings, listener):
        supervisor.start(child)
    lock.note(held, settings.public_url if listener else f"this host ({settings.parts})")
    step(4, f"Ready in {time.monotonic() - began:.1f} seconds")
    welcome(settings, token)
    code = supervisor.run()
    say("Stopping …")
    supervisor.stop()
    say("Everything has stopped.")
    return code


def step(number: int, sentence: str) -> None:
    """Say how far we are."""
    say(f"{number}/{STEPS} {sentence}{' …' if number < STEPS else '.'}")


def start_queue(supervisor: Supervisor, settings: Settings) -> str:
    """Find the queue that is set, or start our own; the answer is its address."""
    if settings.redis_url:
        waiting.until(lambda: queue_server.check(settings.redis_url), settings.wait_seconds, say)
        return settings.redis_url
    queue_server.prepare(settings)
    child = Child(
        "The queue",
        queue_server.serve(queue_server.binary(), settings),
        stage=0,
        at_parents_death=signal.SIGTERM,  # it keeps what it has, then ends
    )
    supervisor.start(child)
    queue_server.wait(settings, lambda: supervisor.alive(child))
    return settings.own_queue_url


def settings_of_this_run(listener: socket.socket | None, queue_url: str) -> Settings:
    """The settings with the port and the queue that were found; children read them likewise."""
    if listener is not None:
        os.environ["PORT"] = str(listener.getsockname()[1])
    os.environ["REDIS_URL"] = queue_url
    return Settings.load()


def welcome(settings: Settings, token: str | None) -> None:
    """Say where it is, and on an empty platform how to make the first staff account."""
    if "web" in settings.parts:
        say(f"\n    {settings.public_url}\n")
    if "web" in settings.parts and token:
        say(f"Nobody runs this platform yet. Set it up here: {settings.public_url}/setup/{token}\n")
    if advice := several.advice(settings):
        say(advice)
    say("Ctrl-C stops everything.")


def _parts() -> ModuleType:
    # Loading the application takes longer than everything before it together: a wrong setting
    # should be refused at once, and the queue reads its files meanwhile.
    return importlib.import_module("app.running.parts")


def _keep_memory_together() -> None:
    # Each thread would otherwise get a heap of its own, whose free space the others cannot use; and a large
    # document would leave a hole that nothing fills.
    with suppress(AttributeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in (
            (M_ARENA_MAX, 1),
            (M_TRIM_THRESHOLD, LARGE),
            (M_MMAP_THRESHOLD, LARGE),
        ):
            mallopt(option, value)


def _freeze() -> None:
    # What exists now never goes away: the collector needn't visit it, so children go on sharing its memory.
    gc.collect()
    gc.freeze()


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
