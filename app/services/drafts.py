"""Invoices that are being written: kept as typed, and numbered at the moment they are sent."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app import storage, tenancy
from app.errors import AppError, Conflict, NotFound
from app.extensions import db
from app.invoice import ubl_write
from app.invoice.model import Invoice
from app.invoice.wording import N_
from app.models import (
    Direction,
    Document,
    DocumentContent,
    DocumentShare,
    HistoryEntry,
    Identifier,
    Organization,
    Readiness,
    Route,
)
from app.models.types import now
from app.services import (
    attachments,
    documents,
    forms_to_invoice,
    forms_to_parties,
    history,
    invoice_forms,
    numbering,
    readings,
    rights,
    routes,
    starting,
    unsent,
    writers,
)
from app.services.forms_to_invoice import Parsed
from app.services.invoice_forms import Form
from app.services.writers import Writing
from app.transactions import transaction
from app.validation import Finding as Found
from app.validation import check

log = logging.getLogger(__name__)
TRIES = 5  # so many others may take a number while the bytes of ours are being kept
NUMBER_TAKEN = N_("Another invoice took this number this very moment. Press Send once more.")
CHANGED = N_(
    "Somebody changed this draft this very moment. Look at it once more before you send it."
)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A draft as it was looked at: it is sent like this, or not at all."""

    public_id: str
    changed_at: datetime
    invoice: Invoice
    findings: tuple[Found, ...]


class _NotKeptYet(Exception):
    """A folder and bytes: with the number it would get now, to be kept before any row names them."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of pressing Send: a delivery, or what has to be put right first."""

    delivery_public_id: str | None = None
    number: str = ""
    errors: Mapping[str, AppError] = field(default_factory=dict)  # by field of the form
    findings: tuple[Found, ...] = ()


def begin(
    organization_public_id: str, form: Form, new_public_id: str, writing: Writing | None = None
) -> str:
    """Keep a new form under the id that its page was given: pressed twice, it is one draft."""
    known = select(Document.id).where(Document.public_id == new_public_id)
    try:
        if db.session.scalars(known).first() is None:
            return save(organization_public_id, form, new_public_id=new_public_id, writing=writing)
    except IntegrityError:
        log.info("draft %s was begun by an earlier press", new_public_id)
    return save(organization_public_id, form, new_public_id, writing=writing)


def save(
    organization_public_id: str,
    form: Form,
    document_public_id: str | None = None,
    *,
    new_public_id: str | None = None,
    writing: Writing | None = None,
) -> str:
    """Keep the form as it was typed; the answer is the public id of the draft.

    A page says by ``writing`` which state it changes: another that was kept meanwhile isn't overwritten.
    """
    with transaction():
        organization = _organization(organization_public_id)
        if document_public_id is None:
            document = _begun(organization, new_public_id)
        else:
            document, kept = unsent.locked(document_public_id)
            if document.organization_id != organization.id:
                raise Conflict("A draft stays with its organization. Begin a new invoice instead.")
            if writing is not None:
                writers.refuse_overwriting(document, kept, form, writing)
        document.changed_at = now()
        parsed = forms_to_invoice.parse(form, _seller(organization))
        content = readings.write_content(document, parsed.invoice)
        content.form = {"attachments": attachments.of(content.form or {})} | form
        writers.sign(content, writing)
        document.number = (form.get("number") or "")[:200]
    return document.public_id


def read(document_public_id: str) -> Parsed:
    """The invoice that a draft means now, and what is wrong with it by field: for the preview."""
    document = unsent.draft(document_public_id)
    return _parsed(document, _organization_of(document))


def preview(document: Document) -> tuple[Parsed, tuple[Found, ...]]:
    """The same of a draft that was found already, with what the rules would say if it were sent now."""
    organization = document.organization
    parsed = _parsed(document, organization)
    if parsed.errors:
        return parsed, ()
    return parsed, _findings(parsed.invoice, organization)


def send(document_public_id: str, *, route: Route | None = None, email: str = "") -> Sent:
    """Check a draft, give it its number and put it on its way, in one go or not at all."""
    document = documents.get(document_public_id)
    rights.need_member(document.organization_id)
    if document.readiness != Readiness.DRAFT:
        return _sent_before(document)
    organization, changed_at = _organization_of(document), document.changed_at
    starting.refuse_inactive(organization.id)
    parsed = _parsed(document, organization)
    if parsed.errors:
        return Sent(errors=parsed.errors)
    findings = _findings(parsed.invoice, organization)
    if any(each.severity == "fatal" for each in findings):
        return Sent(findings=findings)
    invoice = attachments.filled(parsed.invoice, _form(document), organization.public_id)
    checked = _Checked(document_public_id, changed_at, invoice, findings)
    try:
        return _keep_and_send(checked, route, email)
    except IntegrityError as error:
        raise Conflict(NUMBER_TAKEN) from error


def remove(document_public_id: str) -> None:
    """Throw a draft away; it never had a number."""
    with transaction():
        document, _kept = unsent.locked(document_public_id)
        held = [each["digest"] for each in attachments.of(_form(document))]
        for model in (HistoryEntry, DocumentContent, DocumentShare):
            db.session.execute(
                delete(model)
                .where(model.document_id == document.id)
                .execution_options(synchronize_session=False)
            )
        db.session.execute(
            delete(Document)
            .where(Document.id == document.id)
            .execution_options(synchronize_session=False)
        )
        attachments.release(document.organization_id, held)


def _begun(organization: Organization, new_public_id: str | None) -> Document:
    document = Document(
        organization_id=organization.id,
        direction=Direction.OUT,
        readiness=Readiness.DRAFT,
        source="form",
        created_by_id=tenancy.current().person_id,
        **({"public_id": new_public_id} if new_public_id else {}),
    )
    db.session.add(document)
    db.session.flush()
    history.note(document, N_("Draft begun"))
    return document


def _keep_and_send(checked: _Checked, route: Route | None, email: str) -> Sent:
    # The number is part of the bytes, and nobody may wait for its counter while a storage on another
    # host is talked to: the number is looked at, the bytes are kept, and only then is it taken.
    kept: set[str] = set()
    for _ in range(TRIES):
        try:
            return _send(checked, route, email, kept)
        except _NotKeptYet as asked:
            kept.add(documents.keep_bytes(*asked.args))
    raise Conflict(NUMBER_TAKEN)


def _send(checked: _Checked, route: Route | None, email: str, kept: Collection[str]) -> Sent:
    with transaction():
        document = documents.locked(checked.public_id)
        if document.readiness != Readiness.DRAFT:
            return _sent_before(document)
        if document.changed_at != checked.changed_at:
            raise Conflict(CHANGED)
        organization = _organization_of(document)
        choice = routes.best_for(checked.invoice, organization.id, email).by(
            Route.EMAIL if email and route is None else route
        )
        invoice = numbering.numbered(document, organization, checked.invoice)
        xml = ubl_write.write(invoice)
        document.digest = storage.digest_of(xml)
        if document.digest not in kept:
            raise _NotKeptYet(organization.public_id, xml)
        document.number_key = readings.key_of(organization.public_id, invoice)
        document.readiness = Readiness.READY
        document.changed_at = now()
        documents.add_version(document, document.digest, len(xml))
        readings.write_content(document, invoice)
        readings.write_findings(document, checked.findings)
        held = [each["digest"] for each in attachments.of(_form(document))]
        attachments.release(document.organization_id, held)  # they are in the XML from now on
        history.note(document, N_("Got number %(number)s"), number=document.number)
        delivery = starting.start(document, choice)
    return Sent(delivery.public_id, document.number, findings=checked.findings)


def _findings(invoice: Invoice, organization: Organization) -> tuple[Found, ...]:
    """Checked with a number in its place, because every rule but that one is about the rest."""
    checked = invoice if invoice.number else replace(invoice, number="1")
    findings = check(ubl_write.write(attachments.stubbed(checked))).findings
    own = readings.own_identifiers(organization.id)
    wrong = readings.supplier_finding(invoice, own, organization.name)
    return (*findings, wrong) if wrong else findings


def _parsed(document: Document, organization: Organization) -> Parsed:
    return forms_to_invoice.parse(_form(document), _seller(organization))


def _form(document: Document) -> Form:
    return invoice_forms.current((document.content.form if document.content else None) or {})


def _seller(organization: Organization) -> Any:
    numbers = db.session.scalars(
        select(Identifier)
        .where(Identifier.organization_id == organization.id)
        .order_by(Identifier.id)
    ).all()
    return forms_to_parties.seller_of(organization, numbers)


def _sent_before(document: Document) -> Sent:
    """Send was pressed twice: the second gets what the first got."""
    delivery = starting.under_way(document) or starting.newest(document)
    return Sent(delivery.public_id if delivery else None, document.number)


def _organization(public_id: str) -> Organization:
    found: Organization | None = db.session.scalars(
        select(Organization).where(Organization.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This isn't here, or it isn't yours.")
    rights.need_member(found.id)
    return found


def _organization_of(document: Document) -> Organization:
    found: Organization = db.session.scalars(
        select(Organization).where(Organization.id == document.organization_id)
    ).one()
    return found
