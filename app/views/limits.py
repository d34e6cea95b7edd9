"""How much one request may bring: documents and pictures where they are taken in, little everywhere else."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, request
from werkzeug.exceptions import BadRequest

from app.services.pictures import MOST_BYTES
from config import Settings

MEGABYTE = 1024 * 1024
MOST_ELSEWHERE = MEGABYTE
MOST_FIELDS = 1000  # parts of a form with files
FORM_AROUND = MEGABYTE // 4  # a form's own words beside its files
MOST_ATTACHED = 20  # megabytes of files that are chosen at once for one invoice
MANY_FIELDS = ("DocumentView.add", "DocumentView.edit")
MOST_PARTS_OF_INVOICE = 8000  # fields of 500 lines
MOST_TOGETHER = 10  # of the largest documents in one upload


def register(app: Flask, settings: Settings) -> None:
    """Set the limit before anything reads the body; the guard of forms reads it first."""
    with_files = MOST_ATTACHED * MEGABYTE + MOST_ELSEWHERE
    largest = {
        "DocumentView.add": with_files,
        "DocumentView.edit": with_files,
        "UploadView.upload": MOST_TOGETHER * settings.max_upload_mb * MEGABYTE + FORM_AROUND,
        "ProfileView.index": MOST_BYTES + FORM_AROUND,
        # As much as for a picture of a person: a larger logo is refused in words, on its page.
        "OrganizationPdfView.design": MOST_BYTES + FORM_AROUND,
    }
    app.config["MAX_CONTENT_LENGTH"] = max(largest.values())
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_ELSEWHERE
    app.config["MAX_FORM_PARTS"] = MOST_FIELDS

    @app.before_request
    def limit() -> None:
        if (request.endpoint or "") in MANY_FIELDS:
            request.max_form_parts = MOST_PARTS_OF_INVOICE
        request.max_content_length = largest.get(request.endpoint or "", MOST_ELSEWHERE)
        if any("\0" in text for text in _texts()):
            raise BadRequest  # no database takes it, and no keyboard makes it


def _texts() -> Iterator[str]:
    yield request.path
    yield from request.args
    yield from request.args.values()
    yield from request.form.values()
