"""The first staff account, made once with the token that the terminal shows at the start."""

from __future__ import annotations

from flask import flash, redirect, request
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.errors import AppError
from app.extensions import settings
from app.services import operators
from app.views.account_forms import StaffForm
from app.views.sign_in import end_session
from app.views.strangers import language, origin, page, refuse


class SetupView(BaseView):
    """Not there without the token, nor once somebody runs the platform."""

    route_base = "/setup"
    default_view = "set_up"

    @expose("/<token>", methods=["GET", "POST"])
    def set_up(self, token: str) -> Response:
        """Ask for what the account needs, and make it."""
        operators.check_setup(token, origin())
        form, status = StaffForm(), 200
        if request.method == "POST":
            try:
                operators.set_up(token, form.email.data or "", form.entry(), language())
            except AppError as error:
                status = refuse(form, error)
            else:
                end_session()
                flash(gettext("Your staff account is ready. Sign in with it."), "success")
                return redirect("/login/")
        return page(
            self,
            "accounts/setup.html",
            status,
            title=gettext("Set up Postiljon"),
            form=form,
            terms_version=settings().terms_version,
        )


def register(builder: AppBuilder) -> None:
    """Reached by the address in the terminal only."""
    builder.add_view_no_menu(SetupView)
