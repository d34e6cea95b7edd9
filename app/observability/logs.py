"""One line per event, for people or for programs; each says for whom and by which process."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from app.observability import context, scrubbing

Facts = dict[str, Any]
# What libraries tell while they work is of no use to operators, and some of them tell what rows and
# requests hold; only their warnings are passed on, whatever level was chosen.
WORDY = (
    "PIL",
    "alembic.runtime.plugins",
    "boto3",
    "botocore",
    "flask_appbuilder.base",
    "fontTools",
    "sqlalchemy",
    "urllib3",
    "weasyprint",
)
# Who knows more about the work in hand, such as in whose name it is done.
_asked: list[Callable[[], Facts]] = []


def ask(source: Callable[[], Facts]) -> None:
    """Let every line tell what this source knows."""
    if source not in _asked:
        _asked.append(source)


def configure(level: str, form: str) -> None:
    """Send everything that is logged in this process to the terminal, in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    quieten()


def quieten() -> None:
    """Let libraries only warn."""
    for name in WORDY:
        logging.getLogger(name).setLevel(logging.WARNING)


def facts() -> Facts:
    """What is known about the work in hand; empty values are left out."""
    work = context.current()
    found: Facts = {}
    if work is not None:
        found = {"request": work.request_id, "task": work.task, "job": work.job_id}
    for source in _asked:
        found |= source()
    return {name: value for name, value in found.items() if value}


class JsonLines(logging.Formatter):
    """A line for programs: one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The event and everything around it."""
        line: Facts = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrubbing.clean(record.getMessage()),
            **facts(),
            **getattr(record, "facts", {}),
            "role": context.role(),
            "host": context.HOST,
            "process": os.getpid(),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = type(error).__name__
            line["trace"] = scrubbing.trace(error)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """A line for people; what went wrong follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The event, and at the end for whom."""
        around = " ".join(f"{name}={value}" for name, value in facts().items())
        said = scrubbing.clean(record.getMessage()).replace("\n", " ")
        line = f"{_time(record)} {record.levelname} {context.role()} {record.name}: {said}"
        if around:
            line += f" [{around}]"
        error = record.exc_info[1] if record.exc_info else None
        return f"{line}\n{scrubbing.trace(error)}" if error is not None else line


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
