"""Partnerships: finding another environment, asking it, answering, and ending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound, Unreadable
from app.extensions import db
from app.invoice.wording import N_
from app.models import (
    Environment,
    EnvironmentKind,
    EnvironmentRole,
    Identifier,
    Organization,
    Partnership,
    PartnershipState,
    User,
    UserState,
)
from app.models.types import now
from app.services import audit, notifications, shares_of_partners
from app.transactions import transaction

SHORTEST_SEARCH = 3
MOST_FOUND = 10
LONGEST_MESSAGE = 500
OPEN = (PartnershipState.REQUESTED, PartnershipState.ACTIVE)
PAGE = "/partners/list/"


@dataclass(frozen=True, slots=True)
class Found:
    """An environment that could become a partner: its name, and nothing else about it."""

    public_id: str
    name: str


def find(text: str) -> list[Found]:
    """Environments of customers by name, or by a number of one of their organizations."""
    _need_relationship_manager()
    wanted = " ".join(text.split())
    if len(wanted) < SHORTEST_SEARCH:
        raise Unreadable("Type at least %(least)s characters.", field="q", least=SHORTEST_SEARCH)
    own = tenancy.current().environment_id
    with tenancy.every_environment("find partners: names of environments only"):
        rows = db.session.execute(
            select(Environment.public_id, Environment.name)
            .where(
                Environment.kind == EnvironmentKind.CUSTOMER,
                Environment.id != own,
                or_(
                    func.lower(Environment.name).contains(wanted.lower(), autoescape=True),
                    Environment.id.in_(_by_number(wanted)),
                ),
            )
            .order_by(Environment.name, Environment.id)
            .limit(MOST_FOUND)
        ).all()
    return [Found(row.public_id, row.name) for row in rows]


def _by_number(text: str) -> Any:
    digits = "".join(character for character in text if character.isalnum()).upper()
    return (
        select(Organization.environment_id)
        .join(Identifier, Identifier.organization_id == Organization.id)
        .where(Identifier.value == digits, Identifier.owned.is_(True))
    )


def request(environment_public_id: str, message: str = "") -> str:
    """Ask another environment for a partnership; its relationship managers are told."""
    with transaction():
        person = _need_relationship_manager()
        other_id, other_name = _customer(environment_public_id)
        _refuse_second(person.environment_id, other_id, other_name)
        partnership = Partnership(
            environment_id=person.environment_id,
            partner_environment_id=other_id,
            message=" ".join(message.split())[:LONGEST_MESSAGE],
            requested_by=person.name,
        )
        db.session.add(partnership)
        db.session.flush()
        audit.record("partnership requested", f"partnership {partnership.public_id}")
        notifications.tell(
            _to_tell(other_id),
            N_("%(person)s of %(partner)s would like to become partners."),
            PAGE,
            alert="request",
            mail="request",
            person=person.name,
            partner=person.environment.name,
        )
        return str(partnership.public_id)


def accept(public_id: str) -> None:
    """The other side says yes."""
    _answer(
        public_id, PartnershipState.ACTIVE, N_("%(partner)s accepted your relationship request.")
    )


def refuse(public_id: str) -> None:
    """The other side says no."""
    _answer(
        public_id, PartnershipState.REFUSED, N_("%(partner)s refused your relationship request.")
    )


def end(public_id: str) -> None:
    """Either side stops; what was shared through the partnership ends with it."""
    with transaction():
        person = _need_relationship_manager()
        partnership = _one(public_id)
        if partnership.state not in OPEN:
            raise Conflict("This partnership has ended already.")
        other_id = other_environment_id(partnership)
        active = partnership.state == PartnershipState.ACTIVE
        partnership.state, partnership.ended_at = PartnershipState.ENDED, now()
        audit.record("partnership ended", f"partnership {public_id}")
        if active:
            shares_of_partners.end(partnership.environment_id, partnership.partner_environment_id)
        notifications.tell(
            _to_tell(other_id),
            N_("%(partner)s ended the partnership.")
            if active
            else N_("%(partner)s withdrew the relationship request."),
            PAGE,
            alert="request",
            partner=person.environment.name,
        )


def other_environment_id(partnership: Partnership) -> int:
    """Who the partner is, seen from the environment of the person at work."""
    if partnership.environment_id == tenancy.current().environment_id:
        return partnership.partner_environment_id
    return partnership.environment_id


def other_name(partnership: Partnership) -> str:
    """What the partner is called; staff, who belong to neither, read both names."""
    first, second = partnership.environment, partnership.partner_environment
    if tenancy.current().environment_id not in (
        partnership.environment_id,
        partnership.partner_environment_id,
    ):
        return f"{first.name} – {second.name}" if first and second else ""
    other = second if partnership.environment_id == tenancy.current().environment_id else first
    return str(other.name) if other else ""


def awaits_answer(partnership: Partnership) -> bool:
    """Whether it is the reader's environment that has to answer."""
    return (
        partnership.state == PartnershipState.REQUESTED
        and partnership.partner_environment_id == tenancy.current().environment_id
    )


def _answer(public_id: str, state: PartnershipState, said: str) -> None:
    with transaction():
        person = _need_relationship_manager()
        partnership = _one(public_id)
        if not awaits_answer(partnership):
            raise Conflict("This request has been answered or withdrawn already.")
        partnership.state, partnership.answered_at = state, now()
        audit.record(f"partnership {state}", f"partnership {public_id}")
        notifications.tell(
            _to_tell(partnership.environment_id),
            said,
            PAGE,
            alert="request",
            partner=person.environment.name,
        )


def _need_relationship_manager() -> Any:
    """The person at work, who must be an advanced user or administrator with that extra role."""
    person_id = tenancy.current().person_id
    person = db.session.scalars(
        select(User).options(joinedload(User.environment)).where(User.id == person_id)
    ).one_or_none()
    if (
        person is None
        or person.environment_id is None
        or not person.relationship_manager
        or person.environment_role == EnvironmentRole.BASIC
    ):
        raise NotAllowed(
            "Only relationship managers make partnerships. An administrator can make you one."
        )
    return person


def _customer(public_id: str) -> tuple[int, str]:
    own = tenancy.current().environment_id
    with tenancy.every_environment("ask another environment for a partnership"):
        found = db.session.execute(
            select(Environment.id, Environment.name).where(
                Environment.public_id == public_id,
                Environment.kind == EnvironmentKind.CUSTOMER,
                Environment.id != own,
            )
        ).one_or_none()
    if found is None:
        raise NotFound("There is no such environment to become partners with.")
    return found.id, found.name


def _refuse_second(own: int, other: int, name: str) -> None:
    pair = Partnership.environment_id, Partnership.partner_environment_id
    existing = db.session.scalars(
        select(Partnership)
        .where(
            Partnership.state.in_(OPEN),
            or_(and_(pair[0] == own, pair[1] == other), and_(pair[0] == other, pair[1] == own)),
        )
        .limit(1)
    ).first()
    if existing is None:
        return
    if existing.state == PartnershipState.ACTIVE:
        raise Conflict("You and %(name)s are partners already.", name=name)
    if existing.environment_id == own:
        raise Conflict("You have asked %(name)s already; they haven't answered yet.", name=name)
    raise Conflict("%(name)s has asked you already. Accept that request instead.", name=name)


def _one(public_id: str) -> Partnership:
    found: Partnership | None = db.session.scalars(
        select(Partnership).where(Partnership.public_id == public_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound("This partnership isn't here, or it isn't yours.")
    return found


def _to_tell(environment_id: int) -> Sequence[int]:
    """The relationship managers of an environment; its administrators where there are none."""
    with tenancy.every_environment("tell the other side of a partnership"):
        people = db.session.execute(
            select(User.id, User.relationship_manager).where(
                User.environment_id == environment_id,
                User.state == UserState.ACTIVE,
                or_(
                    User.relationship_manager.is_(True),
                    User.environment_role == EnvironmentRole.ADMINISTRATOR,
                ),
            )
        ).all()
    managers = [row.id for row in people if row.relationship_manager]
    return managers or [row.id for row in people]
