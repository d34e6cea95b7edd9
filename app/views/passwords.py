"""A new password for who forgot theirs."""

from __future__ import annotations

from flask import flash, redirect, request, session
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.errors import AppError
from app.services import accounts
from app.views.account_forms import AddressForm, PasswordForm
from app.views.sign_in import end_session
from app.views.strangers import broken_link, file_mail, language, origin, page, refuse

ADDRESS = "forgotten_address"  # in the session, for *send again*


class PasswordView(BaseView):
    """Open to everyone."""

    route_base = "/password"
    default_view = "forgotten"

    @expose("/forgotten", methods=["GET", "POST"])
    def forgotten(self) -> Response:
        """Ask for the address; the answer is the same whether there is an account or not."""
        form, status = AddressForm(), 200
        if request.method == "POST":
            try:
                session[ADDRESS] = accounts.forgotten(form.email.data or "", language(), origin())
                return redirect("/password/check-mail")
            except AppError as error:
                status = refuse(form, error)
        title = gettext("Forgot your password?")
        return page(self, "accounts/forgotten.html", status, title=title, form=form)

    @expose("/check-mail")
    def check_mail(self) -> Response:
        """Say where the mail went, and what to do when it doesn't come."""
        if ADDRESS not in session:
            return redirect("/password/forgotten")
        return page(
            self,
            "accounts/check_mail.html",
            title=gettext("Check your mail"),
            email=session[ADDRESS],
            again="/password/forgotten",
            file_mail=file_mail(),
        )

    @expose("/<token>", methods=["GET", "POST"])
    def choose(self, token: str) -> Response:
        """Ask for a new password; only its button uses the link up."""
        form, status = PasswordForm(), 200
        try:
            email = accounts.password_link(token)
        except AppError as error:
            return broken_link(self, error, "/password/forgotten", _("Ask for a new link"))
        if request.method == "POST":
            try:
                accounts.set_password(token, form.password.data or "", form.again.data or "")
            except AppError as error:
                status = refuse(form, error)
            else:
                end_session()
                flash(gettext("Your new password is set. Sign in with it."), "success")
                return redirect("/login/")
        title = gettext("Set a new password")
        return page(self, "accounts/new_password.html", status, title=title, form=form, email=email)


def register(builder: AppBuilder) -> None:
    """Reached from the sign-in page and from mails, so not in the menu."""
    builder.add_view_no_menu(PasswordView)
