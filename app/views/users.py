"""Users: administrators divide the work of their environment; staff see who there is."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask_appbuilder import AppBuilder, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_appbuilder.security.sqla.models import User
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.errors import Unreadable
from app.models import EnvironmentRole, MemberRole
from app.services import invitations, user_grid, users
from app.services.invitations import Guest
from app.views import pieces
from app.views.listing import (
    CheckboxesField,
    EagerTable,
    ListedView,
    OfMyEnvironment,
    ServiceView,
    moment,
    worded,
    yes_or_no,
)

ROLES = {
    EnvironmentRole.BASIC: _l("Basic user"),
    EnvironmentRole.ADVANCED: _l("Advanced user"),
    EnvironmentRole.ADMINISTRATOR: _l("Administrator"),
}
MEMBER_ROLES = {
    user_grid.NONE: _l("no member"),
    MemberRole.MEMBER: _l("member"),
    MemberRole.ADMINISTRATOR: _l("administrator"),
}


NEW_USER: dict[str, Any] = {
    "email": StringField(
        _l("E-mail"),
        validators=[InputRequired(), Length(max=320)],
        description=_l("They get a mail with a link to choose a password and sign in."),
    ),
    "first_name": StringField(_l("First name"), validators=[InputRequired(), Length(max=64)]),
    "last_name": StringField(_l("Last name"), validators=[InputRequired(), Length(max=64)]),
    "role": SelectField(
        _l("Role"), choices=[SelectChoice(role.value, label) for role, label in ROLES.items()]
    ),
    "memberships": CheckboxesField(
        _l("Member of"),
        choices=lambda: [
            SelectChoice(one.public_id, one.name) for one in user_grid.organizations_to_choose()
        ],
        validators=[Optional()],
        render_kw={"translate": "no"},  # names, by no browser
    ),
}


class UserView(ServiceView):
    """The people of the reader's environment."""

    datamodel = EagerTable(User, eager=(joinedload(User.environment),))
    class_permission_name = "Users"
    route_base = "/users"
    base_permissions = [
        "can_read",
        "can_create",
        "can_edit",
        "can_invite",
        "can_block",
    ]
    exclude_route_methods = ListedView.exclude_route_methods | {"edit", "delete"}
    base_filters = [["environment_id", OfMyEnvironment, None]]
    list_title = _l("Users")
    show_title = _l("User")
    add_title = _l("Add user")
    add_label = _l("Add user")
    add_columns = list(NEW_USER)
    add_form_extra_fields = NEW_USER
    base_order = ("last_name", "asc")
    list_columns = ["name", "email", "environment_role", "state", "last_login"]
    show_columns = [
        "name",
        "username",
        "email",
        "environment",
        "environment_role",
        "relationship_manager",
        "state",
        "last_login",
    ]
    label_columns = {
        "name": _l("Name"),
        "username": _l("Username"),
        "email": _l("E-mail"),
        "environment": _l("Environment"),
        "environment_role": _l("Role"),
        "relationship_manager": _l("Relationship manager"),
        "state": _l("State"),
        "last_login": _l("Last signed in"),
    }
    formatters_columns = {
        "environment_role": worded(ROLES),
        "state": pieces.pill,
        "relationship_manager": yes_or_no,
        "last_login": moment,
        "environment": lambda environment: environment.name if environment else "–",
    }

    def beside(self, item: Any) -> dict[str, Any]:
        """The choices of the page."""
        return {"roles": ROLES, "manages": self.may("edit"), "blocks": self.may("block")}

    def keep_new(self, form: Any) -> None:
        """An account that its owner completes: they choose their own password."""
        guest = Guest(
            email=form.email.data,
            role=form.role.data,
            first_name=form.first_name.data,
            last_name=form.last_name.data,
            memberships=[(one, MemberRole.MEMBER) for one in form.memberships.data or []],
        )
        invitations.invite(guest)

    @expose("/grid", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def grid(self) -> Response | str:
        """Users × organizations, on one page."""
        pages = _number("users"), _number("organizations")
        if request.method == "POST":
            count = user_grid.change(_places("place"), _places("seen"))
            flash(
                ngettext("One membership changed.", "%(num)s memberships changed.", count),
                "success",
            )
            return redirect(self.address("grid", users=pages[0], organizations=pages[1]))
        page: str = self.render_template(
            "users/grid.html",
            title=gettext("Who works for which organization"),
            grid=user_grid.show(*pages),
            pages=pages,
            roles=MEMBER_ROLES,
        )
        return page

    @expose("/role/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def role(self, pk: str) -> Response:
        """Another role in the environment."""
        users.change_role(pk, request.form.get("role", ""))
        return self._changed(pk)

    @expose("/manager/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def manager(self, pk: str) -> Response:
        """Relationship manager, or not any more."""
        users.set_relationship_manager(pk, request.form.get("on") == "yes")
        return self._changed(pk)

    @expose("/block/<pk>", methods=["POST"])
    @has_access
    @permission_name("block")
    def block(self, pk: str) -> Response:
        """May not sign in any more."""
        users.block(pk)
        return self._changed(pk)

    @expose("/unblock/<pk>", methods=["POST"])
    @has_access
    @permission_name("block")
    def unblock(self, pk: str) -> Response:
        """May sign in again."""
        users.unblock(pk)
        return self._changed(pk)

    def _changed(self, pk: str) -> Response:
        flash(gettext("Saved. It works at once."), "success")
        return redirect(self.address("show", pk=pk))


def _number(name: str) -> int:
    text = request.args.get(name, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Unreadable("This list has no such page.")
    return int(text)


def _places(prefix: str) -> dict[user_grid.Place, str]:
    """Fields named prefix:user:organization, as the grid sends them."""
    found = {}
    for name, value in request.form.items():
        kind, _, place = name.partition(":")
        user, separator, organization = place.partition(":")
        if kind == prefix and separator:
            found[user, organization] = value
    return found


def register(builder: AppBuilder) -> None:
    """The menu item of administrators and staff."""
    builder.add_view(
        UserView,
        "Users",
        label=_l("Users"),
        category="Administration",
        category_label=_l("Administration"),
    )
