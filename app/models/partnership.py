"""Links between environments, memberships of groups, and requests that wait for an answer."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_appbuilder import Model
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    and_,
    false,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models import rules
from app.models.environment import Environment
from app.models.organization import Organization
from app.models.types import BIG, Id, MaybeMoment, Moment, PublicId
from app.tenancy import Owner, Scope, owned


class PartnershipState(StrEnum):
    """From asking to ending."""

    REQUESTED = "requested"
    ACTIVE = "active"
    REFUSED = "refused"
    ENDED = "ended"


def _sees_partnership(scope: Scope) -> ColumnElement[bool]:
    if scope.environment_id is None:
        return false()
    return or_(
        Partnership.environment_id == scope.environment_id,
        Partnership.partner_environment_id == scope.environment_id,
    )


def _writes_partnership(scope: Scope, row: Any) -> bool:
    return scope.environment_id is not None and scope.environment_id in (
        row.environment_id,
        row.partner_environment_id,
    )


class Partnership(Model):
    """A symmetric link between two environments, asked for by one and accepted by the other."""

    __tablename__ = "partnership"
    __table_args__ = (
        CheckConstraint("environment_id <> partner_environment_id", name="not_with_oneself"),
        Index(
            "partnership_once",
            "environment_id",
            "partner_environment_id",
            unique=True,
            sqlite_where=text("state IN ('requested', 'active')"),
            postgresql_where=text("state IN ('requested', 'active')"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    environment_id: Mapped[int] = mapped_column(BIG, ForeignKey("environment.id"))
    partner_environment_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("environment.id"), index=True
    )
    state: Mapped[str] = mapped_column(String(20), default=PartnershipState.REQUESTED)
    message: Mapped[str] = mapped_column(String(500), default="")
    requested_by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[Moment]
    answered_at: Mapped[MaybeMoment]
    ended_at: Mapped[MaybeMoment]
    environment: Mapped[Environment] = relationship(foreign_keys=[environment_id])
    partner_environment: Mapped[Environment] = relationship(foreign_keys=[partner_environment_id])


owned(Owner.TWO_SIDED, visible=_sees_partnership, writable=_writes_partnership)(Partnership)


def _sees_group_member(scope: Scope) -> ColumnElement[bool]:
    mine = GroupMember.environment_id == scope.environment_id if scope.environment_id else false()
    own = GroupMember.user_id == scope.person_id if scope.person_id else false()
    return or_(mine, own)


class GroupMember(Model):
    """A user in a group, also one of a partner environment."""

    __tablename__ = "user_group_member"
    __table_args__ = (UniqueConstraint("group_id", "user_id"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    environment_id: Mapped[int] = mapped_column(BIG, ForeignKey("environment.id"), index=True)
    group_id: Mapped[int] = mapped_column(BIG, ForeignKey("user_group.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id"), index=True)


owned(Owner.TWO_SIDED, visible=_sees_group_member, writable=rules.writes_my_environment)(
    GroupMember
)


class RequestKind(StrEnum):
    """What is asked."""

    ACCESS = "access"  # a guest asks the administrators of an environment for access


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def _sees_request(scope: Scope) -> ColumnElement[bool]:
    own = Request.user_id == scope.person_id if scope.person_id else false()
    if not scope.environment_admin:
        return own
    return or_(own, and_(Request.environment_id == scope.environment_id))


def _writes_request(scope: Scope, row: Any) -> bool:
    if row.user_id == scope.person_id and row.environment_id == scope.environment_id:
        return True
    return scope.environment_admin and row.environment_id == scope.environment_id


class Request(Model):
    """Something a person asks of an environment's administrators; it stands in their inbox."""

    __tablename__ = "request"
    __table_args__ = (
        Index(
            "request_open_once",
            "environment_id",
            "user_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    environment_id: Mapped[int] = mapped_column(BIG, ForeignKey("environment.id"))
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("organization.id"))
    kind: Mapped[str] = mapped_column(String(20), default=RequestKind.ACCESS)
    state: Mapped[str] = mapped_column(String(20), default=RequestState.OPEN)
    message: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[Moment]
    answered_at: Mapped[MaybeMoment]
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    answer: Mapped[str] = mapped_column(String(500), default="")  # a word about why not
    user: Mapped[Any] = relationship(User)
    organization: Mapped[Organization | None] = relationship()


owned(Owner.TWO_SIDED, visible=_sees_request, writable=_writes_request, changeable=_sees_request)(
    Request
)
