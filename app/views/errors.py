"""Pages for what went wrong: a sentence, what to do next, a reference; never a traceback."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, g, render_template, request, url_for
from flask_babel import gettext
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from werkzeug.exceptions import HTTPException

from app.errors import AppError
from app.extensions import db
from app.invoice.wording import N_
from app.observability import context, scrubbing
from app.views.base import sentence
from app.views.sign_in import wanted_page

log = logging.getLogger(__name__)

SENTENCES = {
    400: N_("We could not understand this request. Go back and try again."),
    403: N_("You may not see this page. Ask an administrator of your environment for access."),
    404: N_("This page isn't here, or it isn't yours."),
    405: N_("This address works only through its button. Go back and use the button."),
    408: N_("Your request took too long to arrive. Check your connection and try again."),
    413: N_("This is too large. Send smaller files, or fewer at a time."),
    414: N_("This address is too long. Go back and ask for less at a time."),
    429: N_("That was too often in a short time. Wait a minute and try again."),
    431: N_("Your browser sent too much with its question. Remove our cookies and sign in again."),
}
AWAY = N_("The database doesn't answer right now. Nothing was stored; try again in a few seconds.")
BUSY = N_("We are very busy. Nothing was stored; try again in a moment.")
FULL = N_("The storage is full; nothing was stored. Tell the operator of this platform.")
SLOW = N_(
    "This took too long, so we stopped it. Nothing was stored; ask for less, or try again later."
)
# What PostgreSQL and SQLite say, in codes; anything else means that the database is away.
REASONS = {
    "57014": SLOW,  # query canceled, by the limit that we set
    "55P03": BUSY,  # lock not available
    "40001": BUSY,  # could not serialize
    "40P01": BUSY,  # deadlock
    "53100": FULL,  # disk full
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_FULL": FULL,
}
RETRY_SECONDS = "5"


def register(app: Flask) -> None:
    """Answer every error with our own page."""
    app.register_error_handler(AppError, _refusal)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    for trouble in (OperationalError, InterfaceError, NoFreeConnection):
        app.register_error_handler(trouble, _outage)
    app.register_error_handler(Exception, _bug)


def _page(status: int, text: str, back: str = "") -> Any:
    reference = context.request_id()
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return {"error": text, "reference": reference}, status
    words = {"text": text, "status": status, "reference": reference, "back": back}
    return render_template("error.html", **words), status


def _refusal(error: AppError) -> Any:
    return _page(error.status, sentence(error))


def _expired(_error: CSRFError) -> Any:
    if current_user.is_authenticated:
        return _page(400, gettext("This page stood open too long. Go back and try again."))
    text = gettext("Your session has ended while you were typing. Sign in to go on.")
    pages = (wanted_page(address) for address in (request.path, request.referrer or ""))
    back = next((page for page in pages if page != "/"), "/")
    return _page(400, text, back=url_for("SignInView.login", next=back))


def _http(error: HTTPException) -> Any:
    if error.code is not None and error.code < 400:
        return error
    status = error.code or 500
    return _page(status, gettext(SENTENCES.get(status, SENTENCES[400])))


def _outage(error: SQLAlchemyError) -> Any:
    """The database cannot do it now: no question to it may stand on this page."""
    _let_go()
    code = _code(error)
    reason = scrubbing.clean_reason(str(error.orig if isinstance(error, DBAPIError) else error))
    log.warning("the database could not do it: %s %s", code, reason)
    text, status = _page(503, gettext(REASONS.get(code, AWAY)))
    return text, status, {"Retry-After": RETRY_SECONDS}


def _code(error: BaseException | None) -> str:
    """The first reason that we have words for; going back after it can fail in its own way."""
    while error is not None:
        if isinstance(error, NoFreeConnection):
            return "SQLITE_BUSY"  # everyone waits for everyone
        told = error.orig if isinstance(error, DBAPIError) else error
        for name in ("pgcode", "sqlite_errorname"):
            if getattr(told, name, None) in REASONS:
                return str(getattr(told, name))
        error = error.__cause__ or error.__context__
    return ""


def _bug(error: Exception) -> Any:
    _let_go()
    log.error("a request failed", exc_info=error)
    return _page(500, gettext("Something went wrong on our side. Nothing was stored."))


def _let_go() -> None:
    db.session.rollback()
    # Where the person could not be read, the page must not ask for them once more.
    g.setdefault("_login_user", AnonymousUserMixin())
