"""Inviting colleagues, and accepting an invitation."""

from __future__ import annotations

from flask import flash, redirect, request, session
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.errors import AppError
from app.extensions import settings
from app.services import invitations
from app.services.invitations import Guest
from app.views.account_forms import AccountForm, InvitationForm
from app.views.sign_in import end_session
from app.views.sign_up import DONE
from app.views.strangers import broken_link, language, page, refuse


class InviteView(BaseView):
    """What administrators do about people who aren't here yet."""

    route_base = "/users"
    default_view = "invite"
    class_permission_name = "Users"

    @expose("/invite", methods=["GET", "POST"])
    @has_access
    @permission_name("invite")
    def invite(self) -> Response:
        """Ask whom to invite, and mail them."""
        form, status = InvitationForm(), 200
        if request.method == "POST":
            guest = Guest(
                email=form.email.data or "",
                role=form.role.data or "",
                first_name=form.first_name.data or "",
                last_name=form.last_name.data or "",
            )
            try:
                invitations.invite(guest)
                flash(gettext("The invitation is on its way to %(to)s.", to=guest.email), "success")
                return redirect("/users/")
            except AppError as error:
                status = refuse(form, error)
        title = gettext("Invite by e-mail")
        return page(self, "accounts/invite.html", status, title=title, form=form)

    @expose("/<public_id>/invite-again", methods=["POST"])
    @has_access
    @permission_name("invite")
    def send_again(self, public_id: str) -> Response:
        """Mail a fresh link."""
        email = invitations.send_again(public_id)
        flash(gettext("The invitation is on its way to %(to)s.", to=email), "success")
        return redirect("/users/")

    @expose("/<public_id>/withdraw", methods=["POST"])
    @has_access
    @permission_name("invite")
    def withdraw(self, public_id: str) -> Response:
        """Take an invitation back."""
        email = invitations.withdraw(public_id)
        flash(gettext("The invitation of %(to)s has been withdrawn.", to=email), "success")
        return redirect("/users/")


class AcceptView(BaseView):
    """Open to whoever has the link."""

    route_base = "/invitation"
    default_view = "accept"

    @expose("/<token>", methods=["GET", "POST"])
    def accept(self, token: str) -> Response:
        """Say who invites to what, ask for what an account needs, and make it."""
        try:
            seen = invitations.invitation(token)
        except AppError as error:
            return broken_link(self, error, "/login/", _("To the sign-in page"))
        form, status = AccountForm(), 200
        if request.method != "POST":
            form.username.data = seen.username
            form.first_name.data, form.last_name.data = seen.first_name, seen.last_name
        else:
            try:
                return self._accepted(token, form)
            except AppError as error:
                status = refuse(form, error)
        return page(
            self,
            "accounts/account.html",
            status,
            title=gettext("Accept the invitation"),
            form=form,
            email=seen.email,
            inviter=seen.inviter,
            environment=seen.environment,
            names_environment=False,
            terms_version=settings().terms_version,
        )

    def _accepted(self, token: str, form: AccountForm) -> Response:
        entry = form.entry()
        seen = invitations.accept(token, entry, language())
        end_session()  # of whoever was signed in here before
        session[DONE] = {
            "username": entry.username,
            "environment": seen.environment,
            "made": False,
            "administrators": [seen.inviter],
        }
        return redirect("/sign-up/done")


def register(builder: AppBuilder) -> None:
    """Reached from the page of users and from mails, so not in the menu."""
    builder.add_view_no_menu(InviteView)
    builder.add_view_no_menu(AcceptView)
