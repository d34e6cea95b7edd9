"""People: our columns on the framework's user, their outside identities and one-time links."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_appbuilder import Model
from flask_appbuilder.security.sqla import models as framework
from flask_appbuilder.security.sqla.models import User as User
from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models import rules
from app.models.environment import Environment
from app.models.types import BIG, Id, MaybeMoment, Moment, UtcDateTime, new_public_id
from app.tenancy import Owner, Scope, owned


class EnvironmentRole(StrEnum):
    """What someone may do in their environment; rights are the union with organization roles."""

    BASIC = "basic"
    ADVANCED = "advanced"
    ADMINISTRATOR = "administrator"


class UserState(StrEnum):
    """Where a person stands."""

    ACTIVE = "active"
    INVITED = "invited"
    BLOCKED = "blocked"


class Alert(StrEnum):
    """When to mail about a kind of activity."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    OFF = "off"


# The framework's documentation warns against a subclass of its User: other relations would still
# give the base class, without our columns. So the columns stand on its own class.
User.public_id = mapped_column(String(36), unique=True, nullable=False, default=new_public_id)
User.environment_id = mapped_column(BIG, ForeignKey("environment.id"), index=True, nullable=True)
User.environment_role = mapped_column(String(20), nullable=False, default=EnvironmentRole.BASIC)
User.relationship_manager = mapped_column(Boolean, nullable=False, default=False)
User.staff_role = mapped_column(String(20), nullable=True)
User.state = mapped_column(String(20), nullable=False, default=UserState.ACTIVE)
User.epoch = mapped_column(Integer, nullable=False, default=0)  # raised: every session ends
User.phone = mapped_column(String(40), nullable=False, default="")
User.language = mapped_column(String(5), nullable=False, default="nl")
User.time_zone = mapped_column(String(64), nullable=False, default="Europe/Amsterdam")
User.picture_digest = mapped_column(String(64), nullable=True)
User.ask_receive = mapped_column(Boolean, nullable=False, default=True)  # the pop-up at sign-in
User.alert_feed = mapped_column(String(10), nullable=False, default=Alert.DAILY)
User.alert_document = mapped_column(String(10), nullable=False, default=Alert.AT_ONCE)
User.alert_request = mapped_column(String(10), nullable=False, default=Alert.AT_ONCE)
User.alert_group = mapped_column(String(10), nullable=False, default=Alert.AT_ONCE)
User.list_columns = mapped_column(JSON, nullable=True)  # which columns each list shows, by list
User.terms_version = mapped_column(String(20), nullable=True)
User.terms_accepted_at = mapped_column(UtcDateTime, nullable=True)
User.environment = relationship(Environment, foreign_keys=[User.environment_id])


def _sees_user(scope: Scope) -> ColumnElement[bool]:
    """Myself, my environment, and whoever is a member of one of my organizations."""
    if scope.person_id is None and not scope.organization_ids:
        return false()
    # The bare table, because a condition must not get conditions itself; by name, because
    # memberships refer to users.
    memberships = Model.metadata.tables["membership"].c
    together = select(memberships.user_id).where(
        memberships.organization_id.in_(scope.organization_ids)
    )
    return or_(
        User.id == scope.person_id,
        User.environment_id == scope.environment_id if scope.environment_id else false(),
        User.id.in_(together),
    )


def _writes_user(scope: Scope, row: Any) -> bool:
    if row.id is not None and row.id == scope.person_id:
        return True
    return scope.environment_admin and row.environment_id == scope.environment_id


owned(Owner.TWO_SIDED, visible=_sees_user, writable=_writes_user)(User)
for _model in (
    framework.Permission,
    framework.ViewMenu,
    framework.PermissionView,
    framework.Role,
):
    owned(Owner.FRAMEWORK, visible=lambda _scope: true(), writable=lambda _s, _r: True)(_model)
for _model in (framework.RegisterUser, framework.Group, framework.ApiKey):
    owned(Owner.PLATFORM, visible=rules.never, writable=rules.nobody)(_model)


class UserIdentity(Model):
    """An outside identity: the pair (provider, subject) that signs this person in."""

    __tablename__ = "user_identity"
    __table_args__ = (UniqueConstraint("provider", "subject"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id"), index=True)
    provider: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[Moment]


owned(Owner.PLATFORM, visible=rules.never, writable=rules.nobody)(UserIdentity)


class Purpose(StrEnum):
    """What a link in a mail is for."""

    ACTIVATE = "activate"
    RESET = "reset"
    INVITATION = "invitation"


class OneTimeLink(Model):
    """A link in a mail; only its hash is kept, it ends, and it works once."""

    __tablename__ = "one_time_link"
    __table_args__ = (Index("one_time_link_of", "email", "purpose"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(320))
    user_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id"))
    environment_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("environment.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[MaybeMoment]


owned(Owner.PLATFORM, visible=rules.never, writable=rules.nobody)(OneTimeLink)


def _session_id(self: Any) -> str:
    # Raising the epoch ends every session: the cookie carries the old one.
    return f"{self.id}:{self.epoch}"


User.get_id = _session_id
User.name = property(lambda self: self.get_full_name().strip())
