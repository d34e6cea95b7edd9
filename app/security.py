"""Sign-in, entering the scope, and the permissions of this request, for the framework."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request
from flask_appbuilder.security.sqla.manager import SecurityManager as FrameworkSecurityManager
from flask_login import current_user

from app import tenancy, transactions
from app.extensions import db
from app.roles import Right
from app.services import scopes

# The same for everybody: no person, no statement.
STATIC = ("static", "appbuilder.static", "watching.alive", "watching.ready", "watching.metrics")
# Menu categories are shown when one of their resources may be read.
CATEGORIES = {
    "Administration": (
        "MyEnvironment",
        "PdfSettings",
        "Organizations",
        "Users",
        "Environments",
        "Roles",
        "Audit",
    ),
    "Support": ("Reviews", "Queues", "Audit", "Network", "Platform"),
}


class RoleName:
    """A role as the framework knows it: something with a name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.id = 0


class SecurityManager(FrameworkSecurityManager):
    """The framework's own, with roles from code and our scope opened at the moment of loading."""

    def register_views(self) -> None:
        """Only the sign-in page: the framework's other security screens are replaced by ours."""
        self.auth_view = self.appbuilder.add_view_no_menu(self.authdbview)

    def load_user(self, pk: str) -> Any | None:
        """The person of a session cookie, when the session has not been ended since."""
        user_id, _, epoch = str(pk).partition(":")
        person = scopes.person(int(user_id)) if user_id.isdigit() else None
        if person is None or str(person.user.epoch) != epoch:
            return None
        self.begin(person)
        return person.user

    def begin(self, person: scopes.Person) -> None:
        """Open the scope of this person for the rest of the request."""
        db.session.commit()  # ends the read, so that a service may begin as a writer
        tenancy.enter(person.scope)
        g.person = person

    def get_user_roles(self, user: Any) -> list[RoleName]:
        """The roles of the person at work; strangers have none."""
        person = g.get("person")
        return [RoleName(role.value) for role in person.roles] if person else []

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether the person at work may do this; no statement is needed to know."""
        return self.rights_include((view_name, permission_name.removeprefix("can_")))

    def rights_include(self, right: Right) -> bool:
        """Whether the roles of the person at work hold this right."""
        if (
            "person" in g
        ):  # a menu asks seventy times; the library would look the session up each time
            return right in g.person.rights
        return bool(current_user.is_authenticated) and right in g.person.rights

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing of the framework's is public; our open pages say so themselves."""
        return False

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """The menu items whose resource may be read, and the categories that hold one."""
        readable = {name for name in menu_names or [] if self.rights_include((name, "read"))}
        for category, resources in CATEGORIES.items():
            if any(self.rights_include((name, "read")) for name in resources):
                readable.add(category)
        return readable


def bind_requests(app: Flask) -> None:
    """Know the person before any view runs, and close the scope afterwards, whatever happens."""

    @app.before_request
    def know_the_person() -> None:
        if request.endpoint not in STATIC:
            _ = current_user.is_authenticated  # loads the session's person, which opens the scope

    @app.teardown_appcontext
    def close_the_scope(_error: BaseException | None) -> None:
        transactions.let_go()
        g.pop("scopes", None)
        g.pop("person", None)
