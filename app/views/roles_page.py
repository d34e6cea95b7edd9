"""Roles and rights: what each role may do, as the running platform decides it. Nothing to change here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.roles import RIGHTS, Role
from app.views.right_words import RESOURCES, VERBS

FOR_PROGRAMS = {"MenuApi"}  # of the framework; nobody holds it


@dataclass(frozen=True, slots=True)
class Line:
    """One right in words: what it is about, what it lets one do, and who holds it."""

    resource: Any
    verb: Any
    holders: frozenset[Role]


class RolesView(BaseView):
    """A table of rights × roles, made from the permissions that the running screens ask for."""

    class_permission_name = "Roles"
    route_base = "/roles"
    base_permissions = ["can_read"]
    default_view = "overview"

    @expose("/")
    @has_access
    @permission_name("read")
    def overview(self) -> str:
        """The whole table on one page."""
        page: str = self.render_template(
            "screens/roles.html",
            title=gettext("Roles and rights"),
            roles=list(Role),
            lines=lines(self.appbuilder),
        )
        return page


def lines(builder: Any) -> list[Line]:
    """Every right that a role holds or a screen asks for, by resource and verb."""
    return [
        Line(
            RESOURCES.get(resource, resource),
            VERBS.get(verb, verb),
            frozenset(role for role, rights in RIGHTS.items() if (resource, verb) in rights),
        )
        for resource, verb in sorted(_asked(builder).union(*RIGHTS.values()))
        if resource not in FOR_PROGRAMS
    ]


def _asked(builder: Any) -> set[tuple[str, str]]:
    """The rights that the running screens ask for."""
    return {
        (str(view.class_permission_name), str(permission).removeprefix("can_"))
        for view in builder.baseviews
        for permission in getattr(view, "base_permissions", None) or ()
    }


def register(builder: AppBuilder) -> None:
    """The menu item of administrators and staff."""
    builder.add_view(
        RolesView,
        "Roles",
        label=_l("Roles and rights"),
        category="Administration",
        category_label=_l("Administration"),
    )
