"""Organizations: legal entities of one's own, their members, identifiers and address book."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_appbuilder import Model
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import (
    JSON,
    Boolean,
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
from app.models.neighbours import organizations_here
from app.models.types import BIG, Id, MaybeMoment, Moment, Money, PublicId, now
from app.tenancy import Owner, Scope, owned


class OrganizationState(StrEnum):
    """The life of an organization on the platform."""

    DRAFT = "draft"
    UNDER_REVIEW = "under_review"
    ACTIVE = "active"
    REJECTED = "rejected"
    CLOSING = "closing"
    CLOSED = "closed"


class MemberRole(StrEnum):
    """What a member may do in an organization."""

    MEMBER = "member"
    ADMINISTRATOR = "administrator"


class MembershipState(StrEnum):
    """Someone of a partner environment is invited first, and must accept."""

    INVITED = "invited"
    ACTIVE = "active"
    ENDED = "ended"


class RegistrationState(StrEnum):
    """Where the publication of an identifier in the network stands."""

    OFF = "off"
    REGISTERING = "registering"
    ACTIVE = "active"
    ELSEWHERE = "elsewhere"  # published by another provider
    FAILED = "failed"
    REMOVING = "removing"


def _sees_organization(scope: Scope) -> ColumnElement[bool]:
    mine = Organization.id.in_(scope.organization_ids)
    if not scope.environment_admin:
        return mine
    return or_(mine, Organization.environment_id == scope.environment_id)


def _writes_organization(scope: Scope, row: Any) -> bool:
    if row.id is not None and row.id in scope.administered_ids:
        return True
    return scope.environment_admin and row.environment_id == scope.environment_id


class Organization(Model):
    """A legal entity on whose behalf documents are sent and received; never a customer."""

    __tablename__ = "organization"
    __table_args__ = (UniqueConstraint("environment_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    environment_id: Mapped[int] = mapped_column(BIG, ForeignKey("environment.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2), default="NL")
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    iban: Mapped[str] = mapped_column(String(34), default="")
    state: Mapped[str] = mapped_column(String(20), default=OrganizationState.DRAFT)
    reason: Mapped[str] = mapped_column(String(500), default="")  # why it was rejected
    number_prefix: Mapped[str] = mapped_column(String(20), default="")
    next_number: Mapped[int] = mapped_column(Integer, default=1)
    # On the PDF of its invoices.
    logo_digest: Mapped[str | None] = mapped_column(String(64))
    colour: Mapped[str] = mapped_column(String(7), default="", server_default="")
    # Which PDF people get, where it differs from the environment; null and none are the same here.
    pdf: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[Moment]
    activated_at: Mapped[MaybeMoment]
    environment: Mapped[Environment] = relationship()

    def __repr__(self) -> str:
        return self.name


owned(Owner.TWO_SIDED, visible=_sees_organization, writable=_writes_organization)(Organization)


def _sees_membership(scope: Scope) -> ColumnElement[bool]:
    mine = Membership.organization_id.in_(scope.organization_ids)
    own = Membership.user_id == scope.person_id if scope.person_id else false()
    if not scope.environment_admin:
        return or_(mine, own)
    return or_(mine, own, Membership.organization_id.in_(organizations_here(scope)))


def _writes_membership(scope: Scope, row: Any) -> bool:
    """Organization administrators, and environment administrators for their environment's own.

    That an environment administrator adds others, never themselves, is checked by the service.
    """
    if row.organization_id in scope.administered_ids:
        return True
    organization = row.organization
    return (
        scope.environment_admin
        and organization is not None
        and organization.environment_id == scope.environment_id
    ) or (row.user_id == scope.person_id and row.id is not None)


class Membership(Model):
    """User × organization, with a role."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("organization_id", "user_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("organization.id"))
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id"), index=True)
    role: Mapped[str] = mapped_column(String(20), default=MemberRole.MEMBER)
    state: Mapped[str] = mapped_column(String(20), default=MembershipState.ACTIVE)
    created_at: Mapped[Moment]
    ended_at: Mapped[MaybeMoment]
    organization: Mapped[Organization] = relationship()
    user: Mapped[Any] = relationship(User)

    def end(self) -> None:
        """From now on this is history; a new start begins as a plain member."""
        self.state = MembershipState.ENDED
        self.role = MemberRole.MEMBER
        self.ended_at = now()


owned(Owner.TWO_SIDED, visible=_sees_membership, writable=_writes_membership)(Membership)


class Identifier(Model):
    """A number of an organization under a scheme, with its switches Send and Receive."""

    __tablename__ = "identifier"
    __table_args__ = (
        UniqueConstraint("organization_id", "scheme", "value"),
        # One active owner on the whole platform: nobody can collect a stranger's invoices.
        Index(
            "identifier_owned_once",
            "scheme",
            "value",
            unique=True,
            sqlite_where=text("owned = 1"),
            postgresql_where=text("owned"),
        ),
        Index(
            "identifier_receives_once",
            "scheme",
            "value",
            unique=True,
            sqlite_where=text("receive = 1"),
            postgresql_where=text("receive"),
        ),
        CheckConstraint("owned OR NOT receive", name="only_an_owner_receives"),
        Index(
            "identifier_registration_due",
            "registration_next_at",
            sqlite_where=text("registration IN ('registering', 'removing')"),
            postgresql_where=text("registration IN ('registering', 'removing')"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("organization.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(4))  # EAS code
    value: Mapped[str] = mapped_column(String(130))
    verified_at: Mapped[MaybeMoment]
    review_asked_at: Mapped[MaybeMoment]  # support staff look at it before it is verified
    owned: Mapped[bool] = mapped_column(Boolean, default=False)
    send: Mapped[bool] = mapped_column(Boolean, default=False)
    receive: Mapped[bool] = mapped_column(Boolean, default=False)
    registration: Mapped[str] = mapped_column(String(20), default=RegistrationState.OFF)
    registration_note: Mapped[str] = mapped_column(String(500), default="")
    registration_tries: Mapped[int] = mapped_column(Integer, default=0)
    registration_next_at: Mapped[MaybeMoment]
    registration_lease: Mapped[MaybeMoment]  # until then one worker is asking the network
    created_at: Mapped[Moment]
    organization: Mapped[Organization] = relationship()

    def __repr__(self) -> str:
        return f"{self.scheme}:{self.value}"


owned(
    Owner.ORGANIZATION,
    visible=rules.of_my_organizations(Identifier),
    writable=rules.writes_my_organizations,
    changeable=rules.of_my_organizations(Identifier),
)(Identifier)


class ReceiveAgreement(Model):
    """Who agreed to pay for receiving, when and at what price."""

    __tablename__ = "receive_agreement"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("organization.id"), index=True)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id"))
    person_name: Mapped[str] = mapped_column(String(200))
    price: Mapped[Any] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    agreed_at: Mapped[Moment]


owned(
    Owner.ORGANIZATION,
    visible=rules.of_my_organizations(ReceiveAgreement),
    writable=rules.writes_my_organizations,
    changeable=rules.of_my_organizations(ReceiveAgreement),
)(ReceiveAgreement)


def _sees_contact(scope: Scope) -> ColumnElement[bool]:
    mine = Contact.organization_id.in_(scope.organization_ids)
    return or_(
        mine,
        and_(Contact.shared.is_(True), Contact.organization_id.in_(organizations_here(scope))),
    )


class Contact(Model):
    """An address-book entry for a customer or supplier; can be shared with its environment."""

    __tablename__ = "contact"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    scheme: Mapped[str] = mapped_column(String(4), default="")
    value: Mapped[str] = mapped_column(String(130), default="")
    vat_number: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    country: Mapped[str] = mapped_column(String(2), default="NL")
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[Moment]
    organization: Mapped[Organization] = relationship()

    def __repr__(self) -> str:
        return self.name


owned(
    Owner.ORGANIZATION,
    visible=_sees_contact,
    writable=rules.writes_my_organizations,
    changeable=rules.of_my_organizations(Contact),
    content=True,
)(Contact)
