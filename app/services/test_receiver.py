"""The built-in test receiver: takes what is sent to it, approves it, and sends an invoice back.

It is an organization like any other, in an environment of the operator, so that a newcomer's first
invoice travels the same road as every later one.
"""

from __future__ import annotations

import logging
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from app import tenancy
from app.errors import AppError
from app.extensions import db
from app.invoice import original
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Party
from app.models import (
    BusinessStatus,
    Direction,
    Document,
    Environment,
    EnvironmentKind,
    Exchange,
    Identifier,
    Organization,
    OrganizationState,
    Readiness,
    RegistrationState,
)
from app.models.types import now
from app.services import deliveries, documents, registrations, silence, specimens, statuses
from app.transactions import transaction

log = logging.getLogger(__name__)

NUMBER = ParticipantId("0106", "00000108")  # below every number that the register gives out
FIRM = specimens.Firm(
    name="Test receiver",
    number=NUMBER,
    vat_id="NL000045007B01",
    country="NL",
    street="Proefweg 1",
    postcode="1011 AB",
    city="Amsterdam",
    iban="NL91ABNA0417164300",
)
AT_ONCE = 50


def ensure() -> None:
    """Make the test receiver on a platform that has none yet."""
    with transaction(), tenancy.every_environment("make the test receiver"):
        if _organization_id() is not None:
            return
        environment = Environment(
            name="Postiljon", kind=EnvironmentKind.OPERATOR, language="en", plan="business"
        )
        db.session.add(environment)
        db.session.flush()
        organization = Organization(
            environment_id=environment.id,
            name=FIRM.name,
            country=FIRM.country,
            street=FIRM.street,
            postcode=FIRM.postcode,
            city=FIRM.city,
            state=OrganizationState.ACTIVE,
            activated_at=now(),
        )
        db.session.add(organization)
        db.session.flush()
        number = Identifier(
            organization_id=organization.id,
            scheme=NUMBER.scheme,
            value=NUMBER.value,
            owned=True,
            verified_at=now(),
            send=True,
            receive=True,
        )
        db.session.add(number)
        registrations.start(number)


def answer_due() -> int:
    """Answer and approve what came in; the answer is how many. What was approved is done."""
    if silence.held():
        return 0
    with transaction(), tenancy.every_environment("what came in at the test receiver"):
        organization_id = _organization_id()
        waiting = db.session.execute(
            select(Document.public_id, Document.id, Document.exchange_id, Document.created_at)
            .where(
                Document.organization_id == organization_id,
                Document.direction == Direction.IN,
                Document.readiness == Readiness.READY,
                Document.status < BusinessStatus.OPENED,
            )
            .order_by(Document.id)
            .limit(AT_ONCE)
        ).all()
    if organization_id is None:
        return 0
    for public_id, document_id, exchange_id, arrived in waiting:
        sender = _sender(exchange_id)
        with tenancy.in_organization(organization_id):
            if sender is not None:
                _send_back(organization_id, (public_id, document_id), sender, arrived.date())
            statuses.change(public_id, BusinessStatus.APPROVED)
    return len(waiting)


def _send_back(
    organization_id: int, document: tuple[str, int], sender: ParticipantId, issued: date
) -> None:
    """Send an invoice to whoever sent one; a second time it is the same invoice."""
    public_id, document_id = document
    buyer = original.read(documents.xml_of(public_id)).invoice.seller
    order = specimens.Order("Answer of the test receiver", 1, Decimal("10.00"))
    content = specimens.xml(f"TEST-{document_id}", FIRM, _reached(buyer, sender), order, issued)
    try:
        # Read at once, by us: a worker that reads it meanwhile would keep us from sending it.
        taken = documents.take_in(
            content, organization_id=organization_id, source="answer", check_now=True
        )
        if taken.repeated:
            documents.process(taken.document_id)  # we may have been killed before
        deliveries.queue(taken.document_public_id)
    except AppError as refusal:
        log.warning("test receiver could not answer document %s: %s", document_id, refusal.text)


def _reached(buyer: Party, address: ParticipantId) -> Party:
    """The sender as buyer, at an address under which it receives."""
    return Party(
        name=buyer.name,
        endpoint=address,
        legal_id=buyer.legal_id,
        vat_id=buyer.vat_id,
        address=buyer.address,
    )


def _sender(exchange_id: int | None) -> ParticipantId | None:
    """An address under which the sender receives now; without one it isn't answered."""
    with tenancy.every_environment("where the sender of a test receives"):
        row = db.session.execute(
            select(Identifier.scheme, Identifier.value)
            .join(Exchange, Exchange.from_organization_id == Identifier.organization_id)
            .join(Organization, Organization.id == Identifier.organization_id)
            .where(
                Exchange.id == exchange_id,
                Identifier.receive.is_(True),
                Identifier.registration == RegistrationState.ACTIVE,
                Organization.state == OrganizationState.ACTIVE,
            )
            .order_by(Identifier.id)
            .limit(1)
        ).first()
    return ParticipantId(row.scheme, row.value) if row else None


def _organization_id() -> int | None:
    """The organization of the test receiver, under the caller's gate."""
    found: int | None = db.session.scalars(
        select(Identifier.organization_id).where(
            Identifier.scheme == NUMBER.scheme,
            Identifier.value == NUMBER.value,
            Identifier.owned.is_(True),
        )
    ).one_or_none()
    return found
