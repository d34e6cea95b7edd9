"""The conditions of the wall that several tables share, written once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Index, false, or_, select, text

from app.tenancy import Scope


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of only those rows that one list asks for: small, and in the order of the list."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def of_my_environment(model: Any) -> Any:
    """Rows that name my own environment."""

    def visible(scope: Scope) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = model.environment_id == scope.environment_id
        return condition if scope.environment_id is not None else false()

    return visible


def writes_my_environment(scope: Scope, row: Any) -> bool:
    """A row that names my own environment."""
    return scope.environment_id is not None and row.environment_id == scope.environment_id


def of_my_organizations(model: Any) -> Any:
    """Rows of organizations of which I am an active member."""

    def visible(scope: Scope) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = model.organization_id.in_(scope.organization_ids)
        return condition

    return visible


def writes_my_organizations(scope: Scope, row: Any) -> bool:
    """A row that names one of my organizations."""
    return row.organization_id in scope.organization_ids


def of_my_documents(model: Any, shares: Any, document_id: str = "document_id") -> Any:
    """Rows of my organizations' documents, and of documents that are shared with me now."""

    def visible(scope: Scope) -> ColumnElement[bool]:
        mine: ColumnElement[bool] = model.organization_id.in_(scope.organization_ids)
        if scope.person_id is None:
            return mine
        table = shares()
        shared = select(table.document_id).where(
            table.user_id == scope.person_id, table.ended_at.is_(None)
        )
        return or_(mine, getattr(model, document_id).in_(shared))

    return visible


def never(_scope: Scope) -> ColumnElement[bool]:
    """Nobody but staff and named services."""
    return false()


def nobody(_scope: Scope, _row: Any) -> bool:
    """Nobody but named services."""
    return False
