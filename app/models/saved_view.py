"""Views that people keep of a list: a name for what it was narrowed to and which columns it shows."""

from __future__ import annotations

from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, ColumnElement, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.types import Id, Moment, PublicId
from app.tenancy import Owner, Scope, owned


class SavedView(Model):
    """One choice of one person for one list, under a name of their own."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "box", "name"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id"))
    box: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(1000), default="")  # of the address, without places
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[Moment]


def _sees_own(scope: Scope) -> ColumnElement[bool]:
    return SavedView.user_id == scope.person_id


def _writes_own(scope: Scope, row: Any) -> bool:
    return scope.person_id is not None and row.user_id == scope.person_id


owned(
    Owner.TWO_SIDED,
    visible=_sees_own,
    writable=_writes_own,
    changeable=_sees_own,
    content=True,
)(SavedView)
