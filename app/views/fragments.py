"""A part of a page that stays up to date: a script gets the part alone, everyone else the whole page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, make_response, redirect, request
from werkzeug.wrappers import Response

from app.errors import AppError
from app.views.base import sentence

HEADER = "X-Fragment"


def wanted() -> bool:
    """Whether a script asks for a part only."""
    return HEADER in request.headers


def part(html: str, status: int = 200) -> Response:
    """A part, marked as one: a script that gets anything else loads the whole page."""
    answer = make_response(html, status)
    answer.headers[HEADER] = "1"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def done(deed: Callable[[], Any], said: str, show: Callable[..., str], page: str) -> Response:
    """Do something, then answer with the part and a word about it, or with the page that holds it."""
    wrong = ""
    try:
        deed()
    except AppError as error:
        if error.status in (403, 404):
            raise
        said, wrong = "", sentence(error)
    if wanted():
        return part(show(said=said, wrong=wrong))
    if said or wrong:
        flash(wrong or said, "danger" if wrong else "success")
    return redirect(page)
