"""What people keep of a list for themselves: its columns, and views under a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from app import tenancy
from app.errors import Conflict, NotFound, Unreadable
from app.extensions import db
from app.models import SavedView, User
from app.services import typed_values
from app.services.document_filters import Box
from app.transactions import transaction

MOST_VIEWS = 20  # of one list
LONGEST_NAME = 60


def of(box: Box) -> Sequence[SavedView]:
    """My views of a list, by name."""
    mine = select(SavedView).where(
        SavedView.user_id == tenancy.current().person_id, SavedView.box == box
    )
    found: Sequence[SavedView] = db.session.scalars(mine.order_by(SavedView.name)).all()
    return found


def keep(box: Box, name: str, query: str, columns: Sequence[str]) -> str:
    """Keep a view under a name; the one that had this name is replaced."""
    named = " ".join(typed_values.tidy(name).split())
    if not named:
        raise Unreadable("Give the view a name.", field="name")
    if len(named) > LONGEST_NAME:
        raise Unreadable(
            "This is %(found)s characters; at most %(most)s fit.",
            field="name",
            found=len(named),
            most=LONGEST_NAME,
        )
    with transaction():
        views = {each.name: each for each in of(box)}
        view = views.get(named)
        if view is None:
            if len(views) >= MOST_VIEWS:
                raise Conflict("A list keeps at most %(most)s views.", most=MOST_VIEWS)
            view = SavedView(user_id=tenancy.current().person_id, box=box, name=named)
            db.session.add(view)
        view.query, view.columns = query, list(columns)
        db.session.flush()
        return view.public_id


def remove(public_id: str) -> Box:
    """Forget a view; the answer is its list."""
    with transaction():
        view = db.session.scalars(
            select(SavedView).where(SavedView.public_id == public_id)
        ).one_or_none()
        if view is None:
            raise NotFound("This isn't here, or it isn't yours.")
        box = Box(view.box)
        db.session.execute(delete(SavedView).where(SavedView.id == view.id))
    return box


def choose_columns(box: Box, columns: Sequence[str] | None) -> None:
    """Show these columns in a list from now on; none: those that it shows by itself."""
    with transaction():
        me: Any = db.session.scalars(
            select(User).where(User.id == tenancy.current().person_id)
        ).one()
        chosen = dict(me.list_columns or {})
        chosen.pop(box.value, None)
        if columns is not None:
            chosen[box.value] = list(columns)
        me.list_columns = chosen
