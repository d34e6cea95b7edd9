"""What tests of operations share: the lines that were logged."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from app.observability import logs


class Lines:
    """What was logged, as a program reads it."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, logger: str) -> list[dict[str, Any]]:
        return [line for line in self.all if line["logger"] == logger]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Everything, down to what is only for looking for mistakes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(lambda record: not record.name.startswith("mail."))  # the receiver's own
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logs.quieten()
    yield Lines(stream)
    root.removeHandler(handler)
    root.setLevel(before)
