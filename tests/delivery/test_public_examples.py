"""Every valid public example arrives, once its supplier's organization is on the platform."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.extensions import db
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Party
from app.invoice.ubl_read import read
from app.models import DeliveryState, Direction, Document, Identifier, Route
from app.models.types import now
from app.services import deliveries, documents, parties
from tests.delivery.conftest import delivery, everything, one
from tests.validation.test_samples import FOLDER, VALID, VERDICTS

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the folder with public example documents isn't beside the project"
)
GOOD = [name for name, verdict in VERDICTS.items() if verdict == VALID]


def numbers_of(party: Party) -> tuple[ParticipantId, ...]:
    """A number under which a supplier's organization is on the platform."""
    others = [each.value for each in (party.legal_id, *party.identifiers) if each is not None]
    found = [
        *parties.addresses(party),
        *[ParticipantId("9944", vat) for vat in [party.vat_id] if vat],
        *[ParticipantId("0106", other) for other in others],
    ]
    return tuple(found[:1])


@pytest.fixture
def organization_of(world):
    """Makes the organization of a party, active and receiving, with a member."""

    def make(party: Party, numbers: tuple[ParticipantId, ...]):
        environment = world.environment(party.name or "Firm")
        person = world.user(environment, f"P{environment.id} Person")
        organization = world.organization(environment, party.name or "Firm", administrator=person)
        for number in numbers:
            world.keep(
                Identifier(
                    organization_id=organization.id,
                    scheme=number.scheme,
                    value=number.value,
                    owned=True,
                    verified_at=now(),
                    send=True,
                    receive=True,
                    registration="active",
                )
            )
        return organization, person

    return make


@pytest.mark.parametrize("name", GOOD)
def test_a_valid_example_arrives(world, organization_of, name):
    content = (FOLDER / name).read_bytes()
    invoice = read(content)
    supplier, sender = organization_of(invoice.seller, numbers_of(invoice.seller))
    addresses = parties.addresses(invoice.buyer)
    customer, _ = organization_of(invoice.buyer, addresses[:1])
    inside = bool(addresses)

    with world.acting(sender):
        taken = documents.take_in(content, organization_id=supplier.id)
    documents.process(taken.document_id)
    assert one(Document, taken.document_public_id).readiness == "ready"
    with world.acting(sender):
        sent = deliveries.queue(
            taken.document_public_id, email="" if inside else "customer@example.com"
        )
    assert deliveries.deliver_due() == 1

    if not inside:
        assert (delivery(sent).route, delivery(sent).state) == (Route.EMAIL, DeliveryState.SENT)
        return
    assert (delivery(sent).route, delivery(sent).state) == (Route.PLATFORM, DeliveryState.DELIVERED)
    with everything():
        arrived = db.session.scalars(
            select(Document.number).where(
                Document.organization_id == customer.id, Document.direction == Direction.IN
            )
        ).all()
    assert arrived == [invoice.number]
