"""Environments: the tenants, their domains and their groups."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models import rules
from app.models.types import BIG, Id, MaybeMoment, Moment, PublicId
from app.tenancy import Owner, Scope, owned


class EnvironmentKind(StrEnum):
    """Customers' environments, and the operator's own (the built-in test receiver)."""

    CUSTOMER = "customer"
    OPERATOR = "operator"


class JoinPolicy(StrEnum):
    """What happens to a newcomer with an address in a domain of the environment."""

    JOIN = "join"
    ASK = "ask"
    INVITATION = "invitation"


def _sees_environment(scope: Scope) -> ColumnElement[bool]:
    # The bare table, because a condition must not get conditions itself; by name, because
    # partnerships refer to environments.
    links = Model.metadata.tables["partnership"].c
    mine = scope.environment_id
    open_now = links.state.in_(("requested", "active"))
    ours = select(links.partner_environment_id).where(links.environment_id == mine, open_now)
    theirs = select(links.environment_id).where(links.partner_environment_id == mine, open_now)
    return or_(Environment.id == mine, Environment.id.in_(ours), Environment.id.in_(theirs))


def _writes_environment(scope: Scope, row: Any) -> bool:
    return scope.environment_admin and row.id == scope.environment_id


class Environment(Model):
    """The tenant: owns users, organizations, plan, settings and partnerships."""

    __tablename__ = "environment"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20), default=EnvironmentKind.CUSTOMER)
    language: Mapped[str] = mapped_column(String(5), default="nl")
    plan: Mapped[str] = mapped_column(String(20), default="portal")
    pdf: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # which PDF people get; see services
    created_at: Mapped[Moment]

    def __repr__(self) -> str:
        return self.name


owned(Owner.TWO_SIDED, visible=_sees_environment, writable=_writes_environment)(Environment)


class EnvironmentDomain(Model):
    """A mail domain whose newcomers land here; proven domains are unique on the platform."""

    __tablename__ = "environment_domain"
    __table_args__ = (
        Index("environment_domain_once", "domain", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    environment_id: Mapped[int] = mapped_column(BIG, ForeignKey("environment.id"), index=True)
    domain: Mapped[str] = mapped_column(String(253))
    policy: Mapped[str] = mapped_column(String(20), default=JoinPolicy.JOIN)
    proven_at: Mapped[MaybeMoment]


owned(
    Owner.ENVIRONMENT,
    visible=rules.of_my_environment(EnvironmentDomain),
    writable=rules.writes_my_environment,
    changeable=rules.of_my_environment(EnvironmentDomain),
)(EnvironmentDomain)


class Group(Model):
    """Users for sharing and assigning."""

    __tablename__ = "user_group"
    __table_args__ = (
        UniqueConstraint("environment_id", "name"),
        UniqueConstraint("environment_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    environment_id: Mapped[int] = mapped_column(BIG, ForeignKey("environment.id"))
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[Moment]
    environment: Mapped[Environment] = relationship()

    def __repr__(self) -> str:
        return self.name


owned(
    Owner.ENVIRONMENT,
    visible=rules.of_my_environment(Group),
    writable=rules.writes_my_environment,
    changeable=rules.of_my_environment(Group),
)(Group)
