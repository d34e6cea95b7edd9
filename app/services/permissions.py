"""The framework's own list of permissions, made from the roles in code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu
from sqlalchemy import select

from app.extensions import db
from app.roles import Right, Role, rights_of
from app.tenancy import every_environment
from app.transactions import transaction


@dataclass(frozen=True, slots=True)
class Changes:
    """How many permissions were added and removed."""

    added: int
    removed: int


def synchronise() -> Changes:
    """Make the framework's list say what the roles in code say; doing it twice changes nothing.

    The framework's own way goes view by view, and two views of one resource would undo each other.
    """
    wanted = {(resource, f"can_{verb}") for resource, verb in rights_of(Role)}
    with transaction(), every_environment("the framework's list of permissions"):
        kept = {
            (row.view_menu.name, row.permission.name): row
            for row in db.session.scalars(select(PermissionView)).unique()
        }
        stale, missing = kept.keys() - wanted, wanted - kept.keys()
        for right in stale:
            kept[right].role = []
            db.session.delete(kept[right])
        for right in sorted(missing):
            db.session.add(_permission(right))
    return Changes(len(missing), len(stale))


def _permission(right: Right) -> Any:
    resource, name = right
    return PermissionView(view_menu=_named(ViewMenu, resource), permission=_named(Permission, name))


def _named(model: Any, name: str) -> Any:
    found = db.session.scalars(select(model).where(model.name == name)).one_or_none()
    if found is None:
        found = model(name=name)
        db.session.add(found)
        db.session.flush()
    return found
