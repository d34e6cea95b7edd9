"""What the pages for people without an account share: private answers, forms, refusals at their fields."""

from __future__ import annotations

from typing import Any, Protocol

from flask import current_app, make_response, request
from flask_babel import get_locale
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app.errors import AppError
from app.services.credentials import Several
from app.views.base import say_no, sentence


class _Renders(Protocol):
    def render_template(self, template: str, **values: Any) -> str: ...


def page(view: _Renders, template: str, status: int = 200, **values: Any) -> Response:
    """A page that is kept nowhere and whose address, which may hold a secret, isn't passed on."""
    response = make_response(view.render_template(template, **values), status)
    return private(response)


def private(response: Response) -> Response:
    """Keep this answer out of caches, histories of proxies and search engines."""
    response.headers["Cache-Control"] = "no-store"
    # To ourselves it goes along: over https the guard of forms wants to see it.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def broken_link(view: _Renders, error: AppError, href: str, label: Any) -> Response:
    """A link that doesn't work: why, and the one thing to do next."""
    return page(
        view,
        "accounts/broken_link.html",
        error.status,
        text=sentence(error),
        href=href,
        label=label,
    )


def refuse(form: FlaskForm, error: AppError) -> int:
    """Put each refusal at its field; the answer is the status of the page."""
    for one in error.refusals if isinstance(error, Several) else (error,):
        say_no(form, one)
    return error.status


def origin() -> str:
    """Where a request comes from, to count attempts by."""
    return request.remote_addr or ""


def language() -> str:
    """The language that the page is read in."""
    found = str(get_locale() or "")
    return found if found in current_app.config["LANGUAGES"] else "nl"


def file_mail() -> bool:
    """Whether kept mails can be read in the browser."""
    settings = current_app.config["SETTINGS"]
    return not settings.mail_url and bool(settings.loopback)
