"""Who sees and who writes a row of ours, table by table: the whole of the wall on one page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_appbuilder.security.sqla.models import User

from app import models
from app.tenancy import Owner, registry
from tests.wall.scene import Eye

MEMBERS = {Eye.OWNER, Eye.PARTNER_MEMBER, Eye.KEY}
HOUSE = {Eye.OWNER, Eye.COLLEAGUE, Eye.ADMINISTRATOR}
PARTNERS = {Eye.PARTNER_MEMBER, Eye.PARTNER}
ADMINISTRATORS = {Eye.OWNER, Eye.ADMINISTRATOR}
STAFF = {Eye.STAFF}


@dataclass(frozen=True)
class Expected:
    """Who may see a row, change it, and add one like it; nobody else may."""

    sees: frozenset[Eye]
    changes: frozenset[Eye]
    adds: frozenset[Eye]


def _expect(sees: set[Eye], changes: set[Eye], adds: set[Eye] | None = None) -> Expected:
    return Expected(
        frozenset(sees), frozenset(changes), frozenset(changes if adds is None else adds)
    )


# Tables with a condition of their own; the others follow their owner kind.
OWN = {
    models.Environment: _expect(HOUSE | PARTNERS | STAFF, ADMINISTRATORS, set()),
    models.AuditEntry: _expect(ADMINISTRATORS | STAFF, set(), set(Eye)),  # entries are only added
    models.Partnership: _expect(HOUSE | PARTNERS | STAFF, HOUSE | PARTNERS),
    models.Request: _expect(ADMINISTRATORS | STAFF, ADMINISTRATORS),
    User: _expect(HOUSE | STAFF, ADMINISTRATORS),
    models.Organization: _expect(
        MEMBERS | ADMINISTRATORS | STAFF, ADMINISTRATORS | {Eye.KEY}, ADMINISTRATORS
    ),
    models.Membership: _expect(
        MEMBERS | ADMINISTRATORS | STAFF, ADMINISTRATORS | {Eye.KEY}, {Eye.OWNER, Eye.KEY}
    ),
    models.GroupMember: _expect(HOUSE | STAFF, HOUSE),
    models.DocumentShare: _expect(MEMBERS | {Eye.SHARED} | STAFF, MEMBERS),
    models.Notification: _expect({Eye.OWNER}, {Eye.OWNER}),
    models.Tally: _expect(MEMBERS | STAFF, set()),  # counted behind the gate
    models.SavedView: _expect({Eye.OWNER}, {Eye.OWNER}),
}


def _expected(model: type) -> Expected:
    if model in OWN:
        return OWN[model]
    rule = registry[model]
    staff: set[Eye] = set() if rule.content else STAFF
    if rule.owner is Owner.PLATFORM:
        return _expect(STAFF, set())
    if rule.owner is Owner.ENVIRONMENT:
        return _expect(HOUSE | staff, HOUSE)
    if rule.owner is Owner.DOCUMENT:
        return _expect(MEMBERS | {Eye.SHARED} | staff, MEMBERS)
    return _expect(MEMBERS | staff, MEMBERS)


# Made once: what is expected doesn't change when a test opens a hole in the wall.
EXPECTED = {
    model: _expected(model) for model, rule in registry.items() if rule.owner is not Owner.FRAMEWORK
}


def expected(model: type) -> Expected:
    """Who may do what with our row of this table."""
    return EXPECTED[model]
