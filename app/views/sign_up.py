"""Signing up: an address, a mail, a page that says what will happen, an account."""

from __future__ import annotations

from flask import redirect, request, session
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.errors import AppError
from app.extensions import settings
from app.services import joining
from app.services.joining import Way
from app.views.account_forms import AccountForm, AddressForm
from app.views.sign_in import end_session
from app.views.strangers import broken_link, file_mail, language, origin, page, refuse

ADDRESS = "sign_up_address"  # in the session, for *send again*
DONE = "sign_up_done"


class SignUpView(BaseView):
    """Open to everyone."""

    route_base = ""
    default_view = "start"

    @expose("/sign-up/", methods=["GET", "POST"])
    def start(self) -> Response:
        """Ask for the address; the answer is the same whether there is an account or not."""
        form, status = AddressForm(), 200
        if request.method == "POST":
            try:
                session[ADDRESS] = joining.start(form.email.data or "", language(), origin())
                return redirect("/sign-up/check-mail")
            except AppError as error:
                status = refuse(form, error)
        return page(self, "accounts/sign_up.html", status, title=gettext("Sign up"), form=form)

    @expose("/sign-up/check-mail")
    def check_mail(self) -> Response:
        """Say where the mail went, and what to do when it doesn't come."""
        if ADDRESS not in session:
            return redirect("/sign-up/")
        return page(
            self,
            "accounts/check_mail.html",
            title=gettext("Check your mail"),
            email=session[ADDRESS],
            again="/sign-up/",
            file_mail=file_mail(),
        )

    @expose("/activate/<token>")
    def prospect(self, token: str) -> Response:
        """Say what will happen with this address, and ask; nothing is used up by looking."""
        try:
            seen = joining.prospect(token)
        except AppError as error:
            return _broken(self, error)
        title = gettext("Activate your environment")
        return page(self, "accounts/prospect.html", title=title, seen=seen, token=token)

    @expose("/activate/<token>/account", methods=["GET", "POST"])
    def account(self, token: str) -> Response:
        """Ask for what an account needs, and make it."""
        try:
            seen = joining.prospect(token)
        except AppError as error:
            return _broken(self, error)
        form, status = AccountForm(), 200
        if request.method != "POST":
            form.username.data, form.environment_name.data = seen.email, seen.environment
        else:
            try:
                return self._registered(joining.register(token, form.entry(), language()))
            except AppError as error:
                status = refuse(form, error)
        return page(
            self,
            "accounts/account.html",
            status,
            title=gettext("Make your account"),
            form=form,
            email=seen.email,
            names_environment=seen.way is Way.NAMED,
            environment=seen.environment,
            terms_version=settings().terms_version,
        )

    def _registered(self, welcome: joining.Welcome) -> Response:
        end_session()  # of whoever was signed in here before
        session[DONE] = {
            "username": welcome.username,
            "environment": welcome.environment,
            "made": welcome.made,
            "administrators": list(welcome.administrators),
        }
        return redirect("/sign-up/done")

    @expose("/activate/<token>/ask", methods=["POST"])
    def ask(self, token: str) -> Response:
        """Ask the administrators for an invitation."""
        try:
            seen = joining.ask_administrators(token)
        except AppError as error:
            return _broken(self, error)
        return page(self, "accounts/asked.html", title=gettext("We have asked"), seen=seen)

    @expose("/sign-up/done")
    def done(self) -> Response:
        """Say what was made, and where to sign in."""
        if DONE not in session:
            return redirect("/login/")
        return page(
            self, "accounts/done.html", title=gettext("Your account is ready"), **session[DONE]
        )

    @expose("/terms/")
    def terms(self) -> Response:
        """What one agrees to."""
        return page(
            self,
            "accounts/terms.html",
            title=gettext("Terms and conditions"),
            version=settings().terms_version,
        )


def _broken(view: SignUpView, error: AppError) -> Response:
    return broken_link(view, error, "/sign-up/", _("Ask for a new link"))


def register(builder: AppBuilder) -> None:
    """Reached from the sign-in page and from mails, so not in the menu."""
    builder.add_view_no_menu(SignUpView)
