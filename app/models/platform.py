"""The platform's own tables: mails to send, settings, the loopback registry; and blobs, keys, alerts, audit."""

from __future__ import annotations

from typing import Any

from flask_appbuilder import Model
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models import rules
from app.models.types import BIG, Id, MaybeMoment, Moment, PublicId
from app.tenancy import Owner, Scope, owned


class OutgoingMail(Model):
    """A mail of the platform itself, kept before it is promised; documents travel as deliveries."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        Index(
            "outgoing_mail_due",
            "next_at",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(
        String(20), default="queued"
    )  # queued, sending, sent, failed
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[Moment]
    note: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[Moment]
    sent_at: Mapped[MaybeMoment]


owned(Owner.PLATFORM, visible=rules.never, writable=rules.nobody)(OutgoingMail)


class Setting(Model):
    """A value that the platform keeps for itself, such as how the loopback registry behaves."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


owned(Owner.PLATFORM, visible=rules.never, writable=rules.nobody)(Setting)


class NetworkRegistration(Model):
    """The registry of the loopback network: who is published, and by which provider."""

    __tablename__ = "network_registration"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[Id]
    participant: Mapped[str] = mapped_column(String(140), unique=True)  # scheme:value, lower case
    provider: Mapped[str] = mapped_column(String(60), default="postiljon")
    document_types: Mapped[list[str]] = mapped_column(JSON, default=list)
    registered_at: Mapped[Moment]


owned(Owner.PLATFORM, visible=rules.never, writable=rules.nobody)(NetworkRegistration)


class Blob(Model):
    """Bytes kept by digest under an organization; the file is on disk before this row is."""

    __tablename__ = "blob"
    __table_args__ = (UniqueConstraint("organization_id", "digest"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("organization.id"))
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[Moment]


owned(
    Owner.ORGANIZATION,
    visible=rules.of_my_organizations(Blob),
    writable=rules.writes_my_organizations,
    changeable=rules.of_my_organizations(Blob),
)(Blob)


class Connection(Model):
    """A key for one organization's software; the secret is shown once and kept hashed."""

    __tablename__ = "connection"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    app_key: Mapped[str] = mapped_column(String(40), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    last_used_at: Mapped[MaybeMoment]
    revoked_at: Mapped[MaybeMoment]


owned(
    Owner.ORGANIZATION,
    visible=rules.of_my_organizations(Connection),
    writable=rules.writes_my_organizations,
    changeable=rules.of_my_organizations(Connection),
)(Connection)


def _sees_alert(scope: Scope) -> ColumnElement[bool]:
    return Notification.user_id == scope.person_id if scope.person_id else false()


def _writes_alert(scope: Scope, row: Any) -> bool:
    return scope.person_id is not None and row.user_id == scope.person_id


class Notification(Model):
    """Something that happened for one person: the bell."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("notification_of", "user_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id"))
    text: Mapped[str] = mapped_column(String(300))  # an English message with %(name)s places
    values: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    link: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[Moment]
    read_at: Mapped[MaybeMoment]
    user: Mapped[Any] = relationship(User)


owned(
    Owner.TWO_SIDED,
    visible=_sees_alert,
    writable=_writes_alert,
    changeable=_sees_alert,
    content=True,
)(Notification)


def _sees_audit(scope: Scope) -> ColumnElement[bool]:
    if not scope.environment_admin:
        return false()
    return and_(AuditEntry.environment_id == scope.environment_id)


class AuditEntry(Model):
    """What someone did, written in the same transaction; a sealer chains the hashes afterwards."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_entry_of", "environment_id", "id"),
        Index(
            "audit_entry_unsealed",
            "id",
            sqlite_where=text("seal IS NULL"),
            postgresql_where=text("seal IS NULL"),
        ),
        # Who adds an entry may not read it, so PostgreSQL can't give its id back from adding it.
        {"sqlite_autoincrement": True, "implicit_returning": False},
    )

    id: Mapped[Id]
    environment_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("environment.id"))
    at: Mapped[Moment]
    person_id: Mapped[int | None] = mapped_column(Integer)
    person_name: Mapped[str] = mapped_column(String(200), default="")
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200), default="")  # kind and public id
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(String(500), default="")
    seal: Mapped[str | None] = mapped_column(String(64))  # hash over this entry and the one before


# Entries are only added; by whom is checked where they are made, so anyone in a scope may add.
owned(
    Owner.ENVIRONMENT,
    visible=_sees_audit,
    writable=lambda _scope, row: row.id is None,
)(AuditEntry)
