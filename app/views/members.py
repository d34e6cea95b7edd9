"""The members of an organization, and the invitation that someone of a partner answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app import tenancy
from app.errors import AppError
from app.models import MemberRole, Organization
from app.services import member_invitations, members, organizations
from app.views.base import sentence

ROLES: Mapping[str, Any] = {
    MemberRole.MEMBER: _("Member"),
    MemberRole.ADMINISTRATOR: _("Administrator"),
}


class MemberView(BaseView):
    """Who works in an organization; administrators divide the work."""

    class_permission_name = "Members"
    route_base = "/members"
    base_permissions = ["can_read", "can_edit"]

    @expose("/<pk>/", methods=["GET"])
    @has_access
    @permission_name("read")
    def members(self, pk: str) -> str:
        """The tab Members."""
        return self._page(organizations.find(pk))

    @expose("/add/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def add(self, pk: str) -> Any:
        """Add someone by e-mail address."""
        typed = {name: request.form.get(name, "") for name in ("email", "role")}
        try:
            row = members.add(pk, typed["email"], typed["role"])
        except AppError as error:
            if error.status == 404:
                raise
            return self._page(organizations.find(pk), {**typed, "wrong": sentence(error)}), (
                error.status
            )
        invited = row.state == "invited"
        flash(gettext("Invited. They have to accept.") if invited else gettext("Added."), "success")
        return redirect(url_for("MemberView.members", pk=pk))

    @expose("/role/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def role(self, pk: str) -> Response:
        """Give someone another role."""
        home = members.home_of(pk)
        role = request.form.get("role", "")
        return self._done(home, lambda: members.change_role(pk, role), gettext("Changed."))

    @expose("/remove/<pk>", methods=["POST"])
    @has_access
    @permission_name("read")
    def remove(self, pk: str) -> Response:
        """End a membership; one's own too, so the service decides who may."""
        home = members.home_of(pk)
        own: list[bool] = []
        page = self._done(home, lambda: own.append(members.remove(pk)), gettext("Removed."))
        return redirect("/") if any(own) else page  # what one has left is out of sight

    def _done(self, home: str, deed: Callable[[], Any], said: str) -> Response:
        try:
            deed()
            flash(said, "success")
        except AppError as error:
            if error.status == 404:
                raise
            flash(sentence(error), "danger")
        return redirect(url_for("MemberView.members", pk=home))

    def _page(self, organization: Organization, typed: Mapping[str, str] | None = None) -> str:
        page: str = self.render_template(
            "members/members.html",
            organization=organization,
            members=members.of(organization),
            divides=members.may_divide(organization),
            me=tenancy.current().person_id,
            roles=ROLES,
            typed=typed or {},
        )
        return page


class MemberInvitationView(BaseView):
    """An organization of a partner asks someone to become a member."""

    class_permission_name = "Requests"
    route_base = "/members/invitation"
    base_permissions = ["can_read"]

    @expose("/<pk>", methods=["GET"])
    @has_access
    @permission_name("read")
    def show(self, pk: str) -> str:
        """What is asked, with two buttons."""
        page: str = self.render_template(
            "members/invitation.html", invitation=member_invitations.invitation(pk), roles=ROLES
        )
        return page

    @expose("/<pk>", methods=["POST"])
    @has_access
    @permission_name("read")
    def answer(self, pk: str) -> Response:
        """Accept or decline; refusals have a page of their own."""
        accept = request.form.get("answer") == "accept"
        member_invitations.answer(pk, accept)
        flash(
            gettext("You are a member now.") if accept else gettext("Declined. They hear it."),
            "success",
        )
        return redirect(url_for("OrganizationView.list") if accept else "/")


def register(builder: AppBuilder) -> None:
    """No menu items: members stand on the page of their organization."""
    builder.add_view_no_menu(MemberView)
    builder.add_view_no_menu(MemberInvitationView)
