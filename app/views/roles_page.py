"""Roles and rights: what each role may do, as the running platform decides it. Nothing to change here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.roles import RIGHTS, Role


@dataclass(frozen=True, slots=True)
class Line:
    """One right: a verb on a resource, the screens that ask for it, and who holds it."""

    resource: str
    verb: str
    screens: tuple[str, ...]
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
    asked = _asked(builder)
    every = sorted({*asked, *(right for rights in RIGHTS.values() for right in rights)})
    return [
        Line(
            resource,
            verb,
            tuple(sorted(asked.get((resource, verb), ()))),
            frozenset(role for role, rights in RIGHTS.items() if (resource, verb) in rights),
        )
        for resource, verb in every
    ]


def _asked(builder: Any) -> Mapping[tuple[str, str], set[str]]:
    """Which running screens ask for which right."""
    asked: dict[tuple[str, str], set[str]] = {}
    for view in builder.baseviews:
        for permission in getattr(view, "base_permissions", None) or ():
            right = str(view.class_permission_name), str(permission).removeprefix("can_")
            asked.setdefault(right, set()).add(type(view).__name__)
    return asked


def register(builder: AppBuilder) -> None:
    """The menu item of administrators and staff."""
    builder.add_view(
        RolesView,
        "Roles",
        label=_l("Roles and rights"),
        category="Administration",
        category_label=_l("Administration"),
    )
