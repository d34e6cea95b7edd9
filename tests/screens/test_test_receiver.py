"""The built-in test receiver approves and answers, once, over the road that every invoice takes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.invoice.identifiers import ParticipantId
from app.models import BusinessStatus, Direction, Document, Environment
from app.services import (
    deliveries,
    documents,
    processing,
    registrations,
    specimens,
    test_receiver,
)

OURS = specimens.Firm(
    name="Piet Holding",
    number=ParticipantId("0106", "00000213"),
    vat_id="NL000016007B01",
    country="NL",
    street="Kade 1",
    postcode="2611 AA",
    city="Delft",
    iban="NL91ABNA0417164300",
)


@pytest.fixture
def sender(world):
    test_receiver.ensure()
    registrations.work_due()
    environment = world.environment("Piet BV")
    return world.user(environment, "Piet Post")


@pytest.fixture
def send(world, sender):
    """Sends one invoice to the test receiver, from an organization that receives or not."""

    def make(receive=True):
        organization = world.organization(
            world.environment("Own"),
            "Piet Holding",
            administrator=sender,
            value=OURS.number.value,
            receive=receive,
        )
        order = specimens.Order("Bread", 3, Decimal("2.50"))
        content = specimens.xml(
            "2026-1", OURS, specimens.party(test_receiver.FIRM), order, date(2026, 11, 2)
        )
        with world.acting(sender):
            taken = documents.take_in(content, organization_id=organization.id)
        documents.process(taken.document_id)
        with world.acting(sender):
            deliveries.queue(taken.document_public_id)
        deliveries.deliver_due()
        return organization

    return make


def documents_of(organization, direction):
    with tenancy.every_environment("test"):
        return db.session.scalars(
            select(Document).where(
                Document.organization_id == organization.id, Document.direction == direction
            )
        ).all()


def test_it_approves_and_sends_an_invoice_back(send):
    organization = send()

    assert test_receiver.answer_due() == 1
    deliveries.deliver_due()

    (sent,) = documents_of(organization, Direction.OUT)
    assert sent.status == BusinessStatus.APPROVED
    (answer,) = documents_of(organization, Direction.IN)
    assert answer.number.startswith("TEST-")


def test_a_worker_that_reads_what_waits_does_not_keep_it_from_answering(send, monkeypatch):
    organization = send()
    store = documents._store

    def stored_beside_a_slow_worker(*arguments):
        kept = store(*arguments)
        processing._claim_some()
        return kept

    monkeypatch.setattr(documents, "_store", stored_beside_a_slow_worker)

    test_receiver.answer_due()
    deliveries.deliver_due()

    assert len(documents_of(organization, Direction.IN)) == 1


def test_a_second_look_finds_nothing_to_do(send):
    organization = send()
    test_receiver.answer_due()

    assert test_receiver.answer_due() == 0
    deliveries.deliver_due()

    assert len(documents_of(organization, Direction.IN)) == 1


def test_an_answer_that_was_interrupted_is_the_same_answer_again(send, monkeypatch):
    organization = send()

    def dies(*_arguments):
        raise RuntimeError("the worker died")

    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(test_receiver.statuses, "change", dies)
        test_receiver.answer_due()
    test_receiver.answer_due()
    deliveries.deliver_due()

    assert len(documents_of(organization, Direction.IN)) == 1


def test_who_does_not_receive_gets_its_approval_only(send):
    organization = send(receive=False)

    test_receiver.answer_due()
    deliveries.deliver_due()

    (sent,) = documents_of(organization, Direction.OUT)
    assert sent.status == BusinessStatus.APPROVED
    assert documents_of(organization, Direction.IN) == []


def test_it_is_made_once(context):
    test_receiver.ensure()
    test_receiver.ensure()

    with tenancy.every_environment("test"):
        assert len(db.session.scalars(select(Environment)).all()) == 1
