"""What must never stand in a log: addresses, secrets of links, and words that people typed."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from types import TracebackType

_ADDRESS = re.compile(r"[\w.+%!#$&*=?^{|}~-]+@[\w.-]+")
# What follows these in an address of ours is the secret itself.
_LINK = re.compile(r"(/(?:private|password|activate|accept|setup|invitation)/)[^\s/?\"']+")
_URL_PASSWORD = re.compile(r"(\w+://[^\s:/@]*:)[^\s@]+@")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|“[^”\n]*”|\([^()\n]*\)=\([^()\n]*\)")
_AMOUNT = re.compile(r"\b\d+[.,]\d{2,}\b")
# Names of our own may stay between quotes: files, columns, constraints, modules.
_OUR_NAME = re.compile(r"/[\w./-]+|[a-z]+(?:[_.][a-z0-9]+)+")
MOST_FRAMES = 40


def clean(text: str) -> str:
    """A sentence of ours or of a library, without addresses and secrets."""
    if "/" in text:
        text = _URL_PASSWORD.sub(r"\1…@", text)
        text = _LINK.sub(r"\1…", text)
    return _ADDRESS.sub("…@…", text) if "@" in text else text


def clean_reason(text: str) -> str:
    """What an exception says: its first line, and nothing that it quotes from a document or a form."""
    first = next(iter(text.splitlines()), "")
    return _AMOUNT.sub("…", _QUOTED.sub(_kept_quote, clean(first)))[:300]


def _kept_quote(found: re.Match[str]) -> str:
    text = found[0]
    return text if _OUR_NAME.fullmatch(text[1:-1]) else f"{text[0]}…{text[-1]}"


def trace(error: BaseException) -> str:
    """Where it went wrong, and for which reason, oldest first; values stay out."""
    lines = [line for one in _chain(error) for line in _lines(one)]
    return "\n".join(["Traceback, the first cause first:", *lines])


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found:
        found.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return found[::-1]


def _lines(error: BaseException) -> Iterator[str]:
    yield from _frames(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}: {clean_reason(str(error))}"


def _frames(found: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(found)[-MOST_FRAMES:]:
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
