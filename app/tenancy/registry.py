"""Which kind of owner each table has, and its condition; a table that isn't here fails a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Table

if TYPE_CHECKING:
    from app.tenancy.scope import Scope

Row = TypeVar("Row", bound=type)
Visible = Callable[["Scope"], ColumnElement[bool]]
Writable = Callable[["Scope", Any], bool]


class Owner(StrEnum):
    """Whose a row is."""

    FRAMEWORK = "framework"  # permissions and roles by name: the same for everybody, no secrets
    PLATFORM = "platform"  # staff, or named services only
    ENVIRONMENT = "environment"
    ORGANIZATION = "organization"
    DOCUMENT = "document"
    TWO_SIDED = "two-sided"  # each its own written condition


@dataclass(frozen=True, slots=True)
class Rule:
    """The condition of one model: what a scope may see of it, and which of its rows it may write."""

    owner: Owner
    visible: Visible
    writable: Writable
    changeable: Visible | None  # rows that one UPDATE or DELETE may touch together; none without
    content: bool  # what customers wrote or received: support staff see it only with a grant


registry: dict[type, Rule] = {}
_tables: dict[Table, type] = {}


def owned(
    owner: Owner,
    *,
    visible: Visible,
    writable: Writable,
    changeable: Visible | None = None,
    content: bool = False,
) -> Callable[[Row], Row]:
    """Enter a model into the registry, with what may be seen and written of it."""

    def enter(model: Row) -> Row:
        registry[model] = Rule(owner, visible, writable, changeable, content)
        _tables[model.__table__] = model  # type: ignore[attr-defined]  # a mapped class
        return model

    return enter


def rule_of(model: type) -> Rule:
    """The rule of a model; a model without one may not be touched."""
    return registry[model]


def owner_of(model: type) -> Owner:
    """Whose rows of this model are."""
    return registry[model].owner


def model_of(table: Table) -> type | None:
    """The model that a table belongs to, where it is in the registry."""
    return _tables.get(table)
