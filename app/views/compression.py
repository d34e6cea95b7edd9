"""Pages travel compressed, each with a little noise in its length.

Where an answer is compressed, its length tells something of its content. Someone who sees the encrypted line
and can make a reader's browser ask for pages of ours with words of their choice in them could guess secrets
letter by letter (BREACH). Two things stand against it: our cookies are SameSite=Lax, so nothing but opening
a page of ours in full view carries them, and every answer is longer by a random number of bytes, so that a
guess needs thousands of those. Static files hold no secrets; they were compressed at set-up.
"""

from __future__ import annotations

import gzip
import io
import secrets

from flask import Flask, request
from werkzeug.wrappers import Response

KINDS = ("text/html", "application/json")
SMALLEST = 1024  # bytes; below it fits in one packet anyway
MOST_NOISE = 256  # bytes
LEVEL = 5  # a page of 40 kB takes half a millisecond


def register(app: Flask) -> None:
    """Compress pages on their way out; comes first, so that it sees them as they will be sent."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in KINDS or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip") or "Content-Encoding" in response.headers:
        return response
    content = response.get_data()
    if len(content) >= SMALLEST:
        response.set_data(_compressed(content))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _compressed(content: bytes) -> bytes:
    packed = io.BytesIO()
    # A gzip file may carry a name, which readers skip: that is where the noise goes.
    noise = "a" * secrets.randbelow(MOST_NOISE)
    with gzip.GzipFile(noise, "wb", LEVEL, packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()
