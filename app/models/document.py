"""Documents: what may be told about them apart from what they say, and who else may see them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

from flask_appbuilder import Model
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    false,
    literal_column,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models import rules
from app.models.organization import Organization
from app.models.types import BIG, Id, MaybeMoment, Moment, Money, PlainText, PublicId
from app.tenancy import Owner, Scope, owned


class Direction(StrEnum):
    """Whether it leaves or arrives."""

    IN = "in"
    OUT = "out"


class Readiness(StrEnum):
    """Whether it can be sent."""

    DRAFT = "draft"
    CHECKING = "checking"  # stored; not read yet
    INVALID = "invalid"
    READY = "ready"


class BusinessStatus(IntEnum):
    """What the receiver did with it, in the codes that users of such portals know."""

    STORED = 5
    RECEIVED = 10
    OPENED = 20
    DOWNLOADED = 30
    FOR_APPROVAL = 35
    APPROVED = 40
    REJECTED = 50
    APPROVED_FOR_PAYMENT = 60
    PAID = 70


def binding(name: str = "document") -> ForeignKeyConstraint:
    """Bind a child to a parent of the same organization: a foreign id written by a form fails."""
    return ForeignKeyConstraint(
        ["organization_id", f"{name}_id"], [f"{name}.organization_id", f"{name}.id"]
    )


INBOX = "direction = 'in'"
UNREAD = f"{INBOX} AND opened_at IS NULL"
CREDIT_NOTE = "kind = 'credit_note'"
OUTBOX = "direction = 'out' AND readiness <> 'draft'"
NOT_SENT = f"{OUTBOX} AND queued_at IS NULL"


class Document(Model):
    """An invoice or credit note: ids, states, times and routes; never what it says."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("organization_id", "id"),
        # The same bytes, or the same number by the same seller in one year, are one document.
        UniqueConstraint("organization_id", "direction", "digest", name="document_bytes_once"),
        UniqueConstraint("organization_id", "direction", "number_key", name="document_number_once"),
        # Each list has an index of its own, in its order: none reads past rows that it doesn't show.
        rules.partial_index("document_inbox", "organization_id", "id", where=INBOX),
        rules.partial_index("document_unread", "organization_id", "id", where=UNREAD),
        rules.partial_index("document_outbox", "organization_id", "id", where=OUTBOX),
        # With the direction: SQLite would take this for the index of the whole outbox otherwise.
        rules.partial_index(
            "document_unsent", "organization_id", "direction", "id", where=NOT_SENT
        ),
        rules.partial_index("document_draft", "organization_id", "id", where="readiness = 'draft'"),
        # What a list is narrowed to has its index too, where most rows would have to be passed over.
        rules.partial_index("document_answered", "organization_id", "status", "id", where=INBOX),
        rules.partial_index(
            "document_credit_note", "organization_id", "direction", "id", where=CREDIT_NOTE
        ),
        Index("document_arrived", "organization_id", "direction", "created_at", "id"),
        Index("document_number_of", "organization_id", "number", "id"),
        rules.partial_index(
            "document_checking", "organization_id", "id", where="readiness = 'checking'"
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("organization.id"))
    direction: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(20), default="invoice")
    number: Mapped[str] = mapped_column(String(200), default="", index=True)  # BT-1
    # Digest of seller, number and year; absent for drafts and for what could not be read.
    number_key: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str | None] = mapped_column(String(64))  # of the first version's bytes
    version: Mapped[int] = mapped_column(Integer, default=1)
    readiness: Mapped[str] = mapped_column(String(20), default=Readiness.CHECKING)
    status: Mapped[int] = mapped_column(Integer, default=BusinessStatus.STORED)
    source: Mapped[str] = mapped_column(String(20), default="upload")  # form, upload, platform …
    exchange_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("exchange.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id"))
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    opened_at: Mapped[MaybeMoment]
    reading_until: Mapped[MaybeMoment]  # somebody reads and checks it now
    queued_at: Mapped[MaybeMoment]  # when its first delivery began
    organization: Mapped[Organization] = relationship()
    content: Mapped[DocumentContent | None] = relationship(
        back_populates="document", uselist=False, viewonly=True
    )

    def __repr__(self) -> str:
        return self.number or self.public_id


class DocumentShare(Model):
    """A document shown to someone outside its organization, until it ends."""

    __tablename__ = "document_share"
    __table_args__ = (
        binding(),
        rules.partial_index(
            "document_share_of_user", "user_id", "document_id", where="ended_at IS NULL"
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    organization_id: Mapped[int] = mapped_column(BIG)
    document_id: Mapped[int] = mapped_column(BIG)
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id"))
    rights: Mapped[str] = mapped_column(String(10), default="read")
    shared_by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[Moment]
    ended_at: Mapped[MaybeMoment]
    user: Mapped[Any] = relationship(User)


def _sees_share(scope: Scope) -> ColumnElement[bool]:
    own = DocumentShare.user_id == scope.person_id if scope.person_id else false()
    return or_(DocumentShare.organization_id.in_(scope.organization_ids), own)


owned(
    Owner.TWO_SIDED,
    visible=_sees_share,
    writable=rules.writes_my_organizations,
    changeable=rules.of_my_organizations(DocumentShare),
)(DocumentShare)


def _shares() -> Any:
    return DocumentShare.__table__.c


def document_owned(model: Any, *, content: bool = False, key: str = "document_id") -> Any:
    """Enter a model whose rows are seen with their document."""
    return owned(
        Owner.DOCUMENT,
        visible=rules.of_my_documents(model, _shares, key),
        writable=rules.writes_my_organizations,
        changeable=rules.of_my_organizations(model),
        content=content,
    )(model)


document_owned(Document, key="id")

# Written out, not bound: SQLite recognises the condition of an index only word for word.
IS_CHECKING = Document.readiness == literal_column("'checking'")


class DocumentVersion(Model):
    """The bytes of one version, by digest; a correction is a new version with the same number."""

    __tablename__ = "document_version"
    __table_args__ = (
        binding(),
        UniqueConstraint("document_id", "version"),
        Index("document_version_bytes", "organization_id", "digest"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(BIG)
    document_id: Mapped[int] = mapped_column(BIG)
    version: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[Moment]


document_owned(DocumentVersion)


class DocumentContent(Model):
    """What a document says: parties, amounts, names of files; and a draft's fields."""

    __tablename__ = "document_content"
    __table_args__ = (
        binding(),
        UniqueConstraint("document_id"),
        # Lists by the date on the invoice, and by the name of the other party.
        Index("document_issued", "organization_id", "issue_date", "document_id"),
        Index("document_party", "organization_id", "party_key", "document_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(BIG)
    document_id: Mapped[int] = mapped_column(BIG)
    seller_name: Mapped[str] = mapped_column(String(300), default="")  # BT-27
    buyer_name: Mapped[str] = mapped_column(String(300), default="")  # BT-44
    party_key: Mapped[PlainText] = mapped_column(default="", server_default="")  # see party_key()
    buyer_email: Mapped[str] = mapped_column(String(320), default="")
    buyer_scheme: Mapped[str] = mapped_column(String(4), default="")  # BT-49
    buyer_value: Mapped[str] = mapped_column(String(130), default="")
    issue_date: Mapped[date | None] = mapped_column(Date)  # BT-2
    due_date: Mapped[date | None] = mapped_column(Date)  # BT-9
    currency: Mapped[str] = mapped_column(String(3), default="")  # BT-5
    payable: Mapped[Decimal | None] = mapped_column(Money)  # BT-115
    file_name: Mapped[str] = mapped_column(String(300), default="")
    status_reason: Mapped[str] = mapped_column(String(500), default="")  # why the receiver rejected
    form: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # the fields of a draft, as typed
    # Which state of those fields this is, and the name of who typed it.
    form_mark: Mapped[str] = mapped_column(String(36), default="", server_default="")
    form_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    document: Mapped[Document] = relationship(back_populates="content", viewonly=True)


document_owned(DocumentContent, content=True)
