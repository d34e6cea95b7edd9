"""The scope: a person, their own environment, and all their active memberships; or one organization."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask import g

from app.extensions import db
from app.tenancy.registry import Owner, registry

log = logging.getLogger(__name__)


class NoScope(RuntimeError):
    """Nobody said in whose name; that is a bug, and it must never become rows."""


class StaffRole(StrEnum):
    """What people of the operator may do; they belong to no customer's environment."""

    SUPPORT = "support"
    TECHNICAL = "technical_support"


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Whose eyes and hands these are. Not an authority by itself: services check roles too."""

    person_id: int | None = None
    person_name: str = ""
    environment_id: int | None = None
    environment_admin: bool = False
    organization_ids: frozenset[int] = frozenset()
    administered_ids: frozenset[int] = frozenset()
    staff: StaffRole | None = None
    everything: bool = False
    reason: str = ""
    options: dict[type, object] = field(default_factory=dict)  # the wall's conditions, made once


def current() -> Scope:
    """The scope that is open; raises where none is."""
    found = current_or_none()
    if found is None:
        raise NoScope("No scope is open: nobody said in whose name rows are read.")
    return found


def current_or_none() -> Scope | None:
    """The scope that is open, if any."""
    stack: list[Scope] = g.get("scopes") or []
    return stack[-1] if stack else None


def enter(new: Scope) -> None:
    """Open a scope for the rest of this request or job, instead of any other."""
    _forget_owned_rows([])
    g.scopes = [new]


def leave() -> None:
    """Close every scope: at sign-out, and at the end of a request or job."""
    _forget_owned_rows([])
    g.scopes = []


@contextmanager
def scope(new: Scope) -> Iterator[Scope]:
    """Open a scope for a while; rows of before and after don't mix with those of inside."""
    # Held while the scope is open, so that none of their addresses is given to another row.
    keep = list(db.session()) if new.everything else []
    _forget_owned_rows(keep)
    g.scopes = [*(g.get("scopes") or []), new]
    try:
        yield new
        db.session.flush()
        _forget_owned_rows(keep)
    except BaseException:
        db.session.expunge_all()  # half-made rows must not be written under another scope
        raise
    finally:
        g.scopes = g.scopes[:-1]


@contextmanager
def every_environment(reason: str) -> Iterator[Scope]:
    """Open the gate for a named service: sweeps, sign-in, staff. Rows seen inside don't stay."""
    outer = current_or_none()
    log.debug("gate opened: %s", reason)
    with scope(
        Scope(
            person_id=outer.person_id if outer else None,
            person_name=outer.person_name if outer else "",
            environment_id=outer.environment_id if outer else None,
            staff=outer.staff if outer else None,
            everything=True,
            reason=reason,
        )
    ) as opened:
        yield opened


@contextmanager
def in_organization(organization_id: int) -> Iterator[Scope]:
    """A job's scope, or a key's: one organization, no person."""
    one = frozenset({organization_id})
    with scope(Scope(organization_ids=one, administered_ids=one)) as opened:
        yield opened


@contextmanager
def hand_over(reason: str) -> Iterator[Scope]:
    """The one gate through which a document crosses from one organization to another."""
    with every_environment(f"hand over: {reason}") as opened:
        yield opened


def _forget_owned_rows(keep: list[Any]) -> None:
    # A row already in the identity map is returned without a query, so without the
    # condition. Rows must not outlive the scope they came from.
    session = db.session()
    if session.new or session.dirty or session.deleted:
        session.flush()
    kept = {id(row) for row in keep}
    for row in list(session):
        rule = registry.get(type(row))
        if id(row) not in kept and (rule is None or rule.owner is not Owner.FRAMEWORK):
            session.expunge(row)
