"""Background entry points: each job is one line, calls one service function, and may run twice."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec

from rq import get_current_job
from sqlalchemy.exc import InterfaceError, OperationalError

from app import counting, queue
from app.extensions import application
from app.observability import context, scrubbing

Arguments = ParamSpec("Arguments")

log = logging.getLogger(__name__)


def job(work: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """Run in a fresh application context: no rows and no scope of an earlier job."""
    task = f"{work.__module__.removeprefix(f'{__name__}.')}.{work.__name__}"

    @functools.wraps(work)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        with application().app_context(), context.job(task, _id()):
            result = "failed"
            queue.taken_up(f"{work.__module__}.{work.__name__}")
            try:
                work(*args, **kwargs)
                result = "done"
            except (OperationalError, InterfaceError) as error:
                # Once per nudge for as long as the database is away: a line, not a page.
                reason = scrubbing.clean_reason(str(error.orig))
                log.warning("the database could not do it (%s); the next sweep does", reason)
            finally:
                counting.job_ended(task, result)

    return run


def _id() -> str:
    found = get_current_job()
    return str(found.id) if found else ""
