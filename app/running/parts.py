"""What runs beside the queue: the web, the workers, the scheduler. Loads the whole application."""

from __future__ import annotations

import importlib
import os
import pkgutil
import socket
from collections.abc import Callable, Iterator
from functools import partial

from flask import Flask

from app import jobs, queue, validation
from app.application import create_app
from app.jobs import schedule
from app.observability import alive, context
from app.running import figures, migrating, scheduler, waiting, web, worker
from app.running.supervisor import Child
from config import Settings


def load(settings: Settings, say: Callable[[str], None]) -> tuple[Flask, str | None]:
    """The application with its database up to date, and the set-up token of an empty platform."""
    application = create_app(settings)
    _load_jobs()
    validation.prepare()
    waiting.for_storage(settings, say)
    patience = settings.wait_seconds if settings.database_url.startswith("postgresql:") else 0
    waiting.until(lambda: migrating.reach(application, settings), patience, say)
    return application, migrating.bring_up_to_date(application, settings)


def children(
    application: Flask, settings: Settings, listener: socket.socket | None
) -> Iterator[Child]:
    """What was chosen for this host: one web master with its own workers, workers, one scheduler."""
    if listener is not None:
        descriptor = listener.fileno()
        serve = partial(web.serve, application, settings, descriptor)
        yield Child("The web", partial(_at_work, "web", settings, serve))
    if "workers" in settings.parts:
        for number in range(1, settings.workers + 1):
            queues = queue.queues_for(number, settings.workers)
            work = partial(worker.main, settings.redis_url, queues)
            yield Child(f"Worker {number}", partial(_at_work, "worker", settings, work, number))
    if "scheduler" in settings.parts:
        beat = partial(scheduler.main, settings.redis_url, schedule.SCHEDULE)
        yield Child("The scheduler", partial(_at_work, "scheduler", settings, beat))
    if settings.metrics_port:
        yield Child("The figures", partial(figures.serve, application, settings))


def _at_work(role: str, settings: Settings, run: Callable[[], None], number: int = 1) -> None:
    """Do it, and let everyone who looks know that somebody does."""
    context.become(role)
    # Two platforms may stand on one host; their supervisors tell them apart.
    alive.keep_signing(queue.connect(settings.redis_url), f"{os.getppid()}-{number}")
    run()


def _load_jobs() -> None:
    # Loaded once, before the fork: a worker then starts its first job at once.
    for module in pkgutil.iter_modules(jobs.__path__, f"{jobs.__name__}."):
        importlib.import_module(module.name)
