"""Invoices from the form: kept as typed, checked, numbered without gaps at the moment of sending."""

from __future__ import annotations

import threading
import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from app.errors import AppError, Conflict, NotFound
from app.extensions import db
from app.models import DeliveryState, Document, Organization, OrganizationState, Readiness
from app.services import deliveries, documents, drafts
from app.storage.files import FileStore
from tests.delivery.conftest import Walk, delivery, everything, one


def form(**fields: str) -> dict[str, object]:
    line = {
        "description": "Schilderwerk",
        "quantity": "2",
        "unit": "HUR",
        "price": "50",
        "vat_category": "S",
        "vat_rate": "21",
    }
    typed: dict[str, object] = {
        "kind": "invoice",
        "issue_date": "2026-11-02",
        "due_date": "2026-12-02",
        "currency": "EUR",
        "buyer_reference": "afdeling 4",
        "seller_vat": "NL001234567B01",
        "buyer_name": "Ontvanger BV",
        "buyer_scheme": "0106",
        "buyer_value": "20000000",
        "buyer_street": "Dijk 2",
        "buyer_postcode": "2611 AB",
        "buyer_city": "Delft",
        "buyer_country": "NL",
        "iban": "NL91ABNA0417164300",
        "lines": [line],
    }
    return typed | fields


def save(walk: Walk, **fields: str) -> str:
    with walk.world.acting(walk.sender):
        return drafts.save(walk.ours.public_id, form(**fields))


def send(walk: Walk, public_id: str) -> drafts.Sent:
    with walk.world.acting(walk.sender):
        return drafts.send(public_id)


def test_a_draft_keeps_what_was_typed_and_has_no_number(walk: Walk) -> None:
    public_id = save(walk, buyer_name="Half ingevuld", iban="NL00")

    document = one(Document, public_id)
    assert (document.readiness, document.number) == (Readiness.DRAFT, "")
    with walk.world.acting(walk.sender):
        content = documents.get(public_id).content
        assert content is not None
        assert content.form is not None
        assert content.form["iban"] == "NL00"
        assert content.buyer_name == "Half ingevuld"


def test_sent_it_gets_the_next_number_and_arrives(walk: Walk) -> None:
    sent = send(walk, save(walk))
    assert (sent.errors, [each.code for each in sent.findings if each.severity == "fatal"]) == (
        {},
        [],
    )
    deliveries.deliver_due()

    assert sent.number == "F0001"
    assert sent.delivery_public_id is not None
    assert delivery(sent.delivery_public_id).state == DeliveryState.DELIVERED
    assert [each.number for each in walk.inbox()] == ["F0001"]


def test_mistakes_come_back_by_field_and_take_no_number(walk: Walk) -> None:
    public_id = save(walk, iban="NL00", issue_date="gisteren")

    sent = send(walk, public_id)

    assert set(sent.errors) == {"iban", "issue_date"}
    assert one(Document, public_id).readiness == Readiness.DRAFT
    assert _next_number(walk) == 1


def test_findings_that_block_come_back_and_take_no_number(walk: Walk) -> None:
    public_id = save(walk, buyer_reference="", order_reference="")

    sent = send(walk, public_id)

    assert sent.delivery_public_id is None
    assert sent.findings
    assert _next_number(walk) == 1


def test_nobody_to_send_to_takes_no_number(walk: Walk) -> None:
    public_id = save(walk, buyer_value="99999999")

    with walk.world.acting(walk.sender), pytest.raises(AppError, match="0106:99999999"):
        drafts.send(public_id)

    assert _next_number(walk) == 1
    assert one(Document, public_id).readiness == Readiness.DRAFT


def test_sent_twice_it_has_one_number_and_one_delivery(walk: Walk) -> None:
    public_id = save(walk)

    first, second = send(walk, public_id), send(walk, public_id)

    assert (first.number, first.delivery_public_id) == (second.number, second.delivery_public_id)
    assert _next_number(walk) == 2


def test_sent_by_four_at_once_numbers_have_no_gaps_and_no_twins(walk: Walk, app: Flask) -> None:
    public_ids = [save(walk, note=f"nummer {n}") for n in range(4)]
    ready, numbers = threading.Barrier(4), []

    def press(public_id: str) -> None:
        with app.app_context(), walk.world.acting(walk.sender):
            ready.wait()
            numbers.append(drafts.send(public_id).number)

    threads = [threading.Thread(target=press, args=(each,)) for each in public_ids]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(numbers) == ["F0001", "F0002", "F0003", "F0004"]


def test_nobody_waits_for_the_number_while_the_bytes_are_being_kept(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, other = save(walk), save(walk, buyer_reference="the other one")
    keep, numbers = FileStore.keep, list[str]()

    def keep_while_another_is_sent(store: FileStore, organization: str, content: bytes) -> str:
        if not numbers:
            numbers.append("…")
            numbers[0] = send(walk, other).number
        return keep(store, organization, content)

    monkeypatch.setattr(FileStore, "keep", keep_while_another_is_sent)
    sent = send(walk, slow)

    assert (numbers, sent.number) == (["F0001"], "F0002")


def test_a_number_that_an_upload_took_is_passed_over(walk: Walk) -> None:
    walk.taken("F0001")

    assert send(walk, save(walk)).number == "F0002"


def test_a_typed_number_that_was_used_is_refused_at_its_field(walk: Walk) -> None:
    walk.taken("9")
    public_id = save(walk, number="9")

    with walk.world.acting(walk.sender), pytest.raises(Conflict, match="used in 2026") as refusal:
        drafts.send(public_id)

    assert refusal.value.field == "number"


def test_by_mail_when_an_address_is_given(walk: Walk) -> None:
    public_id = save(walk, buyer_value="", buyer_scheme="", buyer_email="x@klant.example")

    sent = send(walk, public_id)

    assert sent.delivery_public_id is not None, [each.message() for each in sent.findings]
    assert delivery(sent.delivery_public_id).recipient == "x@klant.example"


def test_only_an_active_organization_sends(walk: Walk) -> None:
    public_id = save(walk)
    with everything():
        db.session.merge(walk.ours).state = OrganizationState.DRAFT

    with walk.world.acting(walk.sender), pytest.raises(Conflict, match="isn't active"):
        drafts.send(public_id)


def test_a_stranger_neither_saves_nor_sends_nor_removes(walk: Walk) -> None:
    public_id = save(walk)

    with walk.world.acting(walk.receiver):
        for deed in (drafts.send, drafts.read, drafts.remove):
            with pytest.raises(NotFound):
                deed(public_id)
        with pytest.raises(NotFound):
            drafts.save(walk.ours.public_id, form())


def test_a_sent_invoice_is_not_edited_and_not_thrown_away(walk: Walk) -> None:
    public_id = save(walk)
    send(walk, public_id)

    with walk.world.acting(walk.sender):
        with pytest.raises(Conflict):
            drafts.save(walk.ours.public_id, form(), public_id)
        with pytest.raises(Conflict):
            drafts.remove(public_id)


def test_a_draft_thrown_away_is_gone(walk: Walk) -> None:
    public_id = save(walk)
    with walk.world.acting(walk.sender):
        drafts.remove(public_id)

        with pytest.raises(NotFound):
            documents.get(public_id)


def _next_number(walk: Walk) -> int:
    with everything():
        return db.session.scalars(
            select(Organization.next_number).where(Organization.id == walk.ours.id)
        ).one()


def test_a_form_that_is_sent_twice_at_once_is_one_draft(walk: Walk, context: Flask) -> None:
    """As two presses of the same button: both carry the id that the page was given."""
    new_id, start, kept = str(uuid.uuid4()), threading.Barrier(2), []

    def press() -> None:
        with context.app_context(), walk.world.acting(walk.sender):
            start.wait()
            kept.append(drafts.begin(walk.ours.public_id, form(), new_id))

    presses = [threading.Thread(target=press) for _ in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()

    assert kept == [new_id, new_id]
