"""A document as files: its own bytes, a PDF, and a page that can do nothing but be read."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from flask import make_response
from werkzeug.wrappers import Response

from app import rendering

# The rendered invoice holds other people's words: no script, no form, nothing from elsewhere.
SEALED = (
    f"sandbox; default-src 'none'; style-src {rendering.style_source()}; img-src data:; font-src data:; "
    "frame-ancestors 'self'"
)
# For the browser's own viewer, which draws it with means of its own; a page of ours may hold it.
VIEWED = "default-src 'none'; frame-ancestors 'self'"
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def page(html: str) -> Response:
    """The readable invoice, sealed."""
    answer = _answer(html.encode(), "text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = SEALED
    return answer


def xml(content: bytes, name: str) -> Response:
    """The bytes as they came; never shown by the browser, because they may be anything."""
    answer = _answer(content, "application/xml")
    answer.headers["Content-Disposition"] = _disposition("attachment", f"{name}.xml")
    return answer


def pdf(content: bytes, name: str) -> Response:
    """The PDF, for the browser's own viewer."""
    answer = _answer(content, "application/pdf")
    answer.headers["Content-Security-Policy"] = VIEWED
    answer.headers["Content-Disposition"] = _disposition("inline", f"{name}.pdf")
    return answer


def file(content: bytes, name: str) -> Response:
    """Any other file, to be kept by the reader; it may be anything, so no browser shows it."""
    answer = _answer(content, "application/octet-stream")
    answer.headers["Content-Disposition"] = _disposition("attachment", name)
    return answer


def archive(pieces: Iterable[bytes]) -> Response:
    """Many files in one, sent while it is being made."""
    answer = Response(pieces, mimetype="application/zip")
    answer.headers.update(PRIVATE)
    answer.headers["Content-Disposition"] = _disposition("attachment", "documents.zip")
    return answer


def _answer(content: bytes, kind: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = kind
    answer.headers.update(PRIVATE)
    return answer


def _disposition(way: str, name: str) -> str:
    plain = name.encode("ascii", "replace").decode().replace("?", "-")
    safe = "".join(each if each.isalnum() or each in "-_." else "-" for each in plain)
    return f"{way}; filename=\"{safe}\"; filename*=UTF-8''{quote(name, safe='')}"
