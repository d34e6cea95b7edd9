"""Templates: invoices that are sent again and again, kept as a form to begin from."""

from __future__ import annotations

from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models import rules
from app.models.organization import Organization
from app.models.types import BIG, Id, Moment, PublicId
from app.tenancy import Owner, owned


class InvoiceTemplate(Model):
    """The fields of a form under a name; dates and number are given anew."""

    __tablename__ = "invoice_template"
    __table_args__ = (UniqueConstraint("organization_id", "name"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    organization_id: Mapped[int] = mapped_column(BIG, ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(String(100))
    form: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[Moment]
    organization: Mapped[Organization] = relationship()


owned(
    Owner.ORGANIZATION,
    visible=rules.of_my_organizations(InvoiceTemplate),
    writable=rules.writes_my_organizations,
    changeable=rules.of_my_organizations(InvoiceTemplate),
    content=True,
)(InvoiceTemplate)
