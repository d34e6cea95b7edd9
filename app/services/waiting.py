"""What waits for the person at work: the numbers beside the menu and on the bell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g
from sqlalchemy import Select, func, literal, select, union_all

from app import tenancy
from app.extensions import db
from app.models import Request, RequestState
from app.services import document_lists, notifications

MOST_COUNTED = 100  # the menu says 99+


def counts() -> Mapping[str, int]:
    """By item of the menu, counted no further than is shown; once per page."""
    known: dict[int | None, Mapping[str, int]] = g.setdefault("waiting", {})
    scope = tenancy.current()
    if scope.person_id not in known:
        unread = document_lists.unread() if scope.organization_ids else 0
        known[scope.person_id] = {"Inbox": unread, **_counted()}
    return known[scope.person_id]


def _counted() -> dict[str, int]:
    """Unread messages, and open requests of others for who may answer them; one statement."""
    parts = {"Notifications": notifications.unread(), "Requests": _requests()}
    named = [
        select(literal(name).label("name"), part.limit(MOST_COUNTED).subquery().c.id)
        for name, part in parts.items()
        if part is not None
    ]
    rows = union_all(*named).subquery()
    found = db.session.execute(select(rows.c.name, func.count()).group_by(rows.c.name)).all()
    return dict.fromkeys(parts, 0) | {row[0]: row[1] for row in found}


def _requests() -> Select[Any] | None:
    scope = tenancy.current()
    if not scope.environment_admin:
        return None
    return select(Request.id).where(
        Request.state == RequestState.OPEN,
        Request.environment_id == scope.environment_id,
        Request.user_id != scope.person_id,
    )
