"""Signing in and out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import current_app, redirect, request, session
from flask_appbuilder import expose
from flask_appbuilder.const import FLAMSG_ERR_SEC_ACCESS_DENIED
from flask_appbuilder.security.views import AuthDBView
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from app import counting
from app.errors import AppError, NotAllowed
from app.services import accounts
from app.views.account_forms import SignInForm
from app.views.base import sentence
from app.views.languages import own_page
from app.views.strangers import origin, page

KEPT_AT_SIGN_IN = ("locale",)  # everything else in the session belonged to a stranger
UNAUTHORIZED = 401


class SignInView(AuthDBView):
    """The sign-in page, and the way out."""

    # Other ways to prove who one is, largest on the page; each with a name, an address, an icon.
    providers: tuple[Any, ...] = ()

    @expose("/login/", methods=["GET", "POST"])
    def login(self) -> Response:
        """Let someone in who knows the password, and bring them to where they were going."""
        wanted = wanted_page(request.args.get("next", ""))
        if current_user.is_authenticated:
            return redirect(wanted)
        form = SignInForm()
        if request.method != "POST":
            _drop_denials()
            return self._page(form, 200, gettext("Sign in to go on.") if wanted != "/" else "")
        try:
            person = accounts.sign_in(form.name.data or "", form.password.data or "", origin())
        except AppError as error:
            status = UNAUTHORIZED if isinstance(error, NotAllowed) else error.status
            counting.sign_in_refused("wrong" if status == UNAUTHORIZED else "too often")
            return self._page(form, status, refusal=sentence(error))
        begin_session(person)
        return redirect(wanted)

    def _page(self, form: SignInForm, status: int, note: str = "", refusal: str = "") -> Response:
        return page(
            self,
            "accounts/sign_in.html",
            status,
            title=gettext("Sign in"),
            form=form,
            note=note,
            refusal=refusal,
            providers=self.providers,
        )

    @expose("/logout/", methods=["GET", "POST"])
    def logout(self) -> Response:
        """End the session, by its button only: a picture in a mail must not sign anyone out."""
        if request.method == "POST":
            end_session()
            return redirect("/login/")
        if not current_user.is_authenticated:
            return redirect("/login/")
        return page(self, "accounts/sign_out.html", title=gettext("Sign out"))


def begin_session(person: Any) -> None:
    """A session of its own for this person: nothing that a stranger put in it stays."""
    end_session()
    login_user(person)
    session.permanent = True
    if person.ask_receive:
        session["ask_receive"] = True


def end_session() -> None:
    """Forget who it was, and all but the chosen language."""
    logout_user()
    kept = {name: session[name] for name in KEPT_AT_SIGN_IN if name in session}
    session.clear()
    session.update(kept)


def wanted_page(address: str) -> str:
    """Where someone was going: a page of ours that can be opened again, else the first page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    if parts.netloc not in ("", request.host):
        return "/"
    path = own_page(urlunsplit(("", "", parts.path, parts.query, "")))
    doors = current_app.url_map.bind("")
    opens = doors.test(urlsplit(path).path, "GET") and not path.startswith(("/login", "/logout"))
    return path if opens else "/"


def _drop_denials() -> None:
    # The framework says “access is denied” to whoever isn't signed in; the page itself explains.
    messages = [
        message
        for message in session.get("_flashes", [])
        if message[1] != str(FLAMSG_ERR_SEC_ACCESS_DENIED)
    ]
    if messages or "_flashes" in session:
        session["_flashes"] = messages
