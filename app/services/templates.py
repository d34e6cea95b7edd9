"""Templates: a draft kept under a name, from which new invoices begin."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from uuid import uuid4

from sqlalchemy import delete, select

from app.errors import Conflict, NotFound, Unreadable
from app.extensions import db
from app.models import InvoiceTemplate
from app.models.types import now
from app.services import attachments, drafts, invoices_to_forms, rights, typed_values, unsent
from app.transactions import transaction

MOST = 100  # of one organization
LONGEST_NAME = 100


def offered() -> Sequence[InvoiceTemplate]:
    """Those of my organizations, by name."""
    found: Sequence[InvoiceTemplate] = db.session.scalars(
        select(InvoiceTemplate).order_by(InvoiceTemplate.name, InvoiceTemplate.id).limit(MOST)
    ).all()
    return found


def keep(document_public_id: str, name: str) -> str:
    """Keep what stands in a draft under a name; the one that had this name is replaced."""
    named = typed_values.text(" ".join(typed_values.tidy(name).split()), "name", LONGEST_NAME)
    if not named:
        raise Unreadable("Give the template a name.", field="name")
    with transaction():
        document = unsent.draft(document_public_id)
        form = (document.content.form if document.content else None) or {}
        its = {each.name: each for each in _of(document.organization_id)}
        template = its.get(named)
        if template is None:
            if len(its) >= MOST:
                raise Conflict("An organization keeps at most %(most)s templates.", most=MOST)
            template = InvoiceTemplate(organization_id=document.organization_id, name=named)
            db.session.add(template)
        before = [each["digest"] for each in attachments.of(template.form or {})]
        template.form = deepcopy(form)
        db.session.flush()
        attachments.release(document.organization_id, before)
        return template.public_id


def begin(template_public_id: str) -> str:
    """A new draft with what stands in the template, of today; its public id."""
    template = _one(template_public_id)
    form = invoices_to_forms.afresh(template.form, now().date())
    form |= {"attachments": attachments.of(template.form)}
    return drafts.begin(template.organization.public_id, form, str(uuid4()))


def remove(template_public_id: str) -> None:
    """Forget a template; invoices that began from it stay."""
    with transaction():
        template = _one(template_public_id)
        held = [each["digest"] for each in attachments.of(template.form)]
        db.session.execute(
            delete(InvoiceTemplate)
            .where(InvoiceTemplate.id == template.id)
            .execution_options(synchronize_session=False)
        )
        attachments.release(template.organization_id, held)


def _of(organization_id: int) -> Sequence[InvoiceTemplate]:
    found: Sequence[InvoiceTemplate] = db.session.scalars(
        select(InvoiceTemplate).where(InvoiceTemplate.organization_id == organization_id)
    ).all()
    return found


def _one(public_id: str) -> InvoiceTemplate:
    found: InvoiceTemplate | None = db.session.scalars(
        select(InvoiceTemplate).where(InvoiceTemplate.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This isn't here, or it isn't yours.")
    rights.need_member(found.organization_id)
    return found
