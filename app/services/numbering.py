"""The number of an invoice, given at the moment it is sent, so that there are no gaps and no twins."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from app import tenancy
from app.errors import Conflict
from app.extensions import db
from app.invoice.model import Invoice
from app.models import Document, Organization
from app.services import readings

NUMBER_DIGITS = 4


def numbered(document: Document, organization: Organization, invoice: Invoice) -> Invoice:
    """With the number that was typed if it is free, else with the next of the organization."""
    typed = (document.content.form or {}).get("number") if document.content else None
    if not typed:
        return _with_next_number(document, organization, invoice)
    key = readings.key_of(organization.public_id, invoice)
    first = readings.number_used_by(document, key)
    if first is not None:
        finding = readings.used_number(invoice, first)
        raise Conflict(finding.sentence, field="number", **finding.values)
    return invoice


def _with_next_number(document: Document, organization: Organization, invoice: Invoice) -> Invoice:
    # The row of the counter is held until the number is used, so that there are no gaps. A member
    # who may not edit the organization may still use its next number.
    with tenancy.every_environment("the next number of an organization"):
        counter = db.session.scalars(
            select(Organization)
            .where(Organization.id == organization.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        while True:
            number = f"{counter.number_prefix}{counter.next_number:0{NUMBER_DIGITS}d}"
            counter.next_number += 1
            numbered = replace(invoice, number=number)
            key = readings.key_of(organization.public_id, numbered)
            if readings.number_used_by(document, key) is None:
                return numbered
