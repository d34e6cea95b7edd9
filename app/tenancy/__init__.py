"""The wall between customers: who owns a table, and which rows one may see or change now.

Every statement of the database session gets the condition of the scope that is open; with no scope open,
touching a row that isn't the platform's own raises. See docs/tenancy.md.
"""

from __future__ import annotations

from app.tenancy.connections import narrow
from app.tenancy.registry import Owner, Rule, owned, owner_of, registry, rule_of
from app.tenancy.row_security import row_security_active
from app.tenancy.scope import (
    NoScope,
    Scope,
    StaffRole,
    current,
    current_or_none,
    enter,
    every_environment,
    hand_over,
    in_organization,
    leave,
    scope,
)
from app.tenancy.wall import WallBreach, guard

__all__ = [
    "NoScope",
    "Owner",
    "Rule",
    "Scope",
    "StaffRole",
    "WallBreach",
    "current",
    "current_or_none",
    "enter",
    "every_environment",
    "guard",
    "hand_over",
    "in_organization",
    "leave",
    "narrow",
    "owned",
    "owner_of",
    "registry",
    "row_security_active",
    "rule_of",
    "scope",
]
