"""Several PDFs as one. What can't be joined is left beside, with the reason; it never stops the rest.

A merged file is no archival PDF (PDF/A): nobody can vouch for pages that other software made. So it doesn't
say that it is one. The XML stays inside.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

from app.invoice.embedded import is_pdf

MOST_BYTES = 20 * 1024 * 1024  # of one part
MOST_PAGES = 500  # of all together
_XML = "invoice.xml"
# What the library meets where a damaged file promises something else than it has.
_DAMAGE = (ValueError, TypeError, LookupError, AttributeError, RuntimeError, RecursionError)


class Why(StrEnum):
    """Why a part is left beside."""

    PROTECTED = "protected"
    BROKEN = "broken"
    TOO_LARGE = "too large"
    NO_PDF = "no pdf"


@dataclass(frozen=True, slots=True)
class Part:
    """A file by its name."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Merged:
    """One PDF of all that could be joined, and what could not, each with the reason."""

    content: bytes
    beside: tuple[tuple[Part, Why], ...] = ()
    archival: bool = False


class _LeftBeside(Exception):
    """This part can't be joined."""


def merge(
    first: Part, others: Sequence[Part], *, in_front: bool = False, xml: bytes = b""
) -> Merged:
    """``first``, which is sound, with the others behind it, or in front of it."""
    beside: list[tuple[Part, Why]] = []
    joined = 0
    with _pikepdf().open(io.BytesIO(first.content)) as pdf:
        place = 0 if in_front else len(pdf.pages)
        for part in others:
            try:
                pages = _add(pdf, part, place)
            except _LeftBeside as reason:
                beside.append((part, reason.args[0]))
            else:
                place, joined = place + pages, joined + 1
        if not joined:
            return Merged(first.content, tuple(beside), _claims(pdf))
        _claim_nothing(pdf)
        _carry(pdf, xml)
        written = io.BytesIO()
        pdf.save(written)
    return Merged(written.getvalue(), tuple(beside))


def why_beside(content: bytes) -> Why | None:
    """Why a file can't be joined to others; nothing when it can."""
    if not is_pdf(content):
        return Why.NO_PDF
    try:
        with _opened(content) as pdf:
            return None if len(pdf.pages) else Why.BROKEN
    except _LeftBeside as reason:
        found: Why = reason.args[0]
        return found


def _add(pdf: Any, part: Part, place: int) -> int:
    """Put the pages of a part at a place; how many they were."""
    with _opened(part.content) as other:
        try:
            pages = list(other.pages)
            if not pages:
                raise _LeftBeside(Why.BROKEN)
            if len(pdf.pages) + len(pages) > MOST_PAGES:
                raise _LeftBeside(Why.TOO_LARGE)
            for number, page in enumerate(pages):
                _quieten(page)
                pdf.pages.insert(place + number, page)
        except (_pikepdf().PdfError, *_DAMAGE) as error:
            raise _LeftBeside(Why.BROKEN) from error
    return len(pages)


def _opened(content: bytes) -> Any:
    if len(content) > MOST_BYTES:
        raise _LeftBeside(Why.TOO_LARGE)
    pikepdf = _pikepdf()
    try:
        return pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError as error:
        raise _LeftBeside(Why.PROTECTED) from error
    except (pikepdf.PdfError, *_DAMAGE) as error:
        raise _LeftBeside(Why.BROKEN) from error


def _quieten(page: Any) -> None:
    """Take away what a page would do by itself when it is opened, and its place in a structure that stays behind."""
    for key in ("/AA", "/StructParents"):
        if key in page.obj:
            del page.obj[key]


def _claims(pdf: Any) -> bool:
    with pdf.open_metadata() as metadata:
        return bool(metadata.pdfa_status)


def _claim_nothing(pdf: Any) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        for name in ("pdfaid:part", "pdfaid:conformance", "pdfaid:rev"):
            if name in metadata:
                del metadata[name]


def _carry(pdf: Any, xml: bytes) -> None:
    """The XML belongs to the invoice wherever its pages are."""
    if xml and not len(pdf.attachments):
        pdf.attachments[_XML] = _pikepdf().AttachedFileSpec(
            pdf, xml, filename=_XML, mime_type="text/xml"
        )


@lru_cache(maxsize=1)
def _pikepdf() -> ModuleType:
    return import_module("pikepdf")
