"""What hangs on a document: what was found in it, what happened to it, and the links that show it."""

from __future__ import annotations

from flask_appbuilder import Model
from sqlalchemy import JSON, Boolean, Index, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.models.document import binding, document_owned
from app.models.types import BIG, Id, MaybeMoment, Moment


class Finding(Model):
    """Something that validation found in one version."""

    __tablename__ = "finding"
    __table_args__ = (binding(), Index("finding_of", "document_id"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(BIG)
    document_id: Mapped[int] = mapped_column(BIG)
    version: Mapped[int] = mapped_column(Integer, default=1)
    code: Mapped[str] = mapped_column(String(60))
    severity: Mapped[str] = mapped_column(String(12))
    term: Mapped[str] = mapped_column(String(60), default="")
    path: Mapped[str] = mapped_column(String(500), default="")
    line: Mapped[int | None] = mapped_column(Integer)
    messages: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # by language
    # A correction that is safe and certain was found when it was checked.
    fixable: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


document_owned(Finding, content=True)


class HistoryEntry(Model):
    """What happened to a document, when, and by whom; the name stays as it was shown."""

    __tablename__ = "history_entry"
    __table_args__ = (
        binding(),
        Index("history_entry_of", "document_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(BIG)
    document_id: Mapped[int] = mapped_column(BIG)
    at: Mapped[Moment]
    person_name: Mapped[str] = mapped_column(String(200), default="")
    environment_name: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(String(300))  # an English message with %(name)s places
    values: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # ids, times, routes only


document_owned(HistoryEntry)


class PrivateLink(Model):
    """A link in a mail to someone without a login: shows one document, until it ends."""

    __tablename__ = "private_link"
    __table_args__ = (binding(), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(BIG)
    document_id: Mapped[int] = mapped_column(BIG)
    version: Mapped[int] = mapped_column(Integer, default=1)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    opened_at: Mapped[MaybeMoment]


document_owned(PrivateLink, content=True)
