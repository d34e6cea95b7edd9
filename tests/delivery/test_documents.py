"""Taking documents in: once, whole, in the right name; and what is refused, with its sentence."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import storage
from app.errors import AppError, Conflict, NotFound, Unreadable
from app.extensions import db, settings
from app.invoice.model import Kind
from app.models import (
    Delivery,
    Direction,
    Document,
    DocumentContent,
    Finding,
    Identifier,
    OrganizationState,
    Readiness,
)
from app.services import deliveries, documents, processing
from app.storage.files import FileStore
from tests.delivery import samples
from tests.delivery.conftest import Walk, everything, one, story_of, stranger


def count() -> int:
    with everything():
        return db.session.scalar(select(func.count()).select_from(Document)) or 0


def files() -> list[Path]:
    return [path for path in (settings().data_dir / "files").glob("*/*/*") if path.is_file()]


def codes_of(public_id: str) -> set[str]:
    document_id = one(Document, public_id).id
    with everything():
        return set(
            db.session.scalars(select(Finding.code).where(Finding.document_id == document_id))
        )


def findings_of(public_id: str, code: str) -> list[Finding]:
    document_id = one(Document, public_id).id
    with everything():
        return list(
            db.session.scalars(
                select(Finding).where(Finding.document_id == document_id, Finding.code == code)
            )
        )


def test_a_document_is_kept_as_it_is_and_read(walk: Walk) -> None:
    public_id = walk.taken("2026-7")

    document = one(Document, public_id)
    assert (document.readiness, document.number) == (Readiness.READY, "2026-7")
    with walk.world.acting(walk.sender):
        assert documents.xml_of(public_id) == walk.xml("2026-7")


def test_the_same_bytes_are_taken_in_once(walk: Walk) -> None:
    with walk.world.acting(walk.sender):
        first = documents.take_in(walk.xml(), organization_id=walk.ours.id)
        second = documents.take_in(walk.xml(), organization_id=walk.ours.id)

    assert not first.repeated
    assert second.repeated
    assert second.document_public_id == first.document_public_id
    assert count() == 1


def test_the_same_bytes_handed_in_four_times_at_once_are_one_document(
    walk: Walk, app: Flask
) -> None:
    ready, taken = threading.Barrier(4), []

    def hand_in() -> None:
        with app.app_context(), walk.world.acting(walk.sender):
            ready.wait()
            taken.append(documents.take_in(walk.xml(), organization_id=walk.ours.id))

    threads = [threading.Thread(target=hand_in) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(taken) == 4
    assert len({each.document_public_id for each in taken}) == 1
    assert sorted(each.repeated for each in taken) == [False, True, True, True]


def test_the_same_bytes_of_two_organizations_are_two_documents_with_a_file_each(walk: Walk) -> None:
    with walk.world.acting(walk.sender):
        documents.take_in(walk.xml(), organization_id=walk.ours.id)
    with walk.world.acting(walk.receiver):
        documents.take_in(walk.xml(), organization_id=walk.theirs.id)

    assert count() == 2
    assert len(files()) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"hello", "XML"),
        (b"PK\x03\x04zip", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"<Order xmlns='urn:x'/>", "Order"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "DOCTYPE|DTD|entit"),
        (b"<Invoice>" + b" " * 21 * 1024 * 1024, "MB"),
    ],
    ids=["empty", "blank", "text", "zip", "pdf", "image", "order", "doctype", "large"],
)
def test_what_is_no_invoice_is_refused_with_its_own_sentence_and_nothing_is_stored(
    walk: Walk, content: bytes, sentence: str
) -> None:
    with walk.world.acting(walk.sender), pytest.raises(Unreadable, match=sentence):
        documents.take_in(content, organization_id=walk.ours.id)

    assert count() == 0
    assert files() == []


def test_a_stranger_to_the_organization_takes_nothing_in(walk: Walk) -> None:
    with walk.world.acting(walk.receiver), pytest.raises(NotFound):
        documents.take_in(walk.xml(), organization_id=walk.ours.id)

    assert files() == []


def test_an_organization_that_is_not_active_takes_nothing_in(walk: Walk) -> None:
    with everything():
        db.session.merge(walk.ours).state = OrganizationState.DRAFT

    with walk.world.acting(walk.sender), pytest.raises(Conflict, match="isn't active"):
        documents.take_in(walk.xml(), organization_id=walk.ours.id)

    assert files() == []


def test_a_full_disk_says_so_and_stores_nothing(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as filling:
        filling.setattr(os, "fsync", full)
        with walk.world.acting(walk.sender), pytest.raises(Conflict, match="storage is full"):
            documents.take_in(walk.xml(), organization_id=walk.ours.id)

    assert (count(), files()) == (0, [])
    assert walk.taken(), "with room again it is taken"


def test_a_full_disk_at_the_receiver_is_tried_again(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = walk.queued()

    def full(*_: object) -> str:
        raise Conflict("The storage is full; nothing was stored.")

    with monkeypatch.context() as filling:
        filling.setattr(FileStore, "keep", full)
        deliveries.deliver_due()

    assert one(Delivery, public_id).state == "retrying"
    assert walk.inbox() == []


def test_another_supplier_is_refused_naming_both(walk: Walk) -> None:
    other = samples.party("Iemand Anders BV", "0106", "77777777")
    with walk.world.acting(walk.sender):
        taken = documents.take_in(samples.xml("1", other, walk.buyer), organization_id=walk.ours.id)
    documents.process(taken.document_id)

    (finding,) = findings_of(taken.document_public_id, "PST-SUPPLIER")
    assert "Iemand Anders BV" in finding.messages["en"]
    assert "Afzender BV" in finding.messages["en"]
    assert one(Document, taken.document_public_id).readiness == Readiness.INVALID


def test_put_right_and_handed_in_again_the_same_bytes_get_another_look(walk: Walk) -> None:
    other = samples.party("Afzender BV", "0190", "00000001234567890000")
    content = samples.xml("1", other, walk.buyer)
    with walk.world.acting(walk.sender):
        taken = documents.take_in(content, organization_id=walk.ours.id)
    documents.process(taken.document_id)
    assert one(Document, taken.document_public_id).readiness == Readiness.INVALID
    walk.world.keep(
        Identifier(
            organization_id=walk.ours.id, scheme="0190", value="00000001234567890000", owned=True
        )
    )

    with walk.world.acting(walk.sender):
        assert documents.take_in(content, organization_id=walk.ours.id).repeated
    documents.process(taken.document_id)

    assert one(Document, taken.document_public_id).readiness == Readiness.READY
    assert "PST-SUPPLIER" not in codes_of(taken.document_public_id)


def test_a_belgian_vat_number_is_the_enterprise_number(walk: Walk) -> None:
    ours = walk.world.organization(
        walk.world.environment("Brussel"),
        "Brussel NV",
        administrator=walk.sender,
        scheme="0208",
        value="0403170701",
    )
    seller = samples.party("Brussel NV", None, None, vat_id="BE0403170701", legal_id=None)
    with walk.world.acting(walk.sender):
        taken = documents.take_in(samples.xml("1", seller, walk.buyer), organization_id=ours.id)
    documents.process(taken.document_id)

    assert "PST-SUPPLIER" not in codes_of(taken.document_public_id)


def test_the_same_number_with_other_content_is_refused_naming_the_first(walk: Walk) -> None:
    with walk.world.acting(walk.sender):
        first = documents.take_in(
            walk.xml("9"), organization_id=walk.ours.id, file_name="eerste.xml"
        )
    documents.process(first.document_id)
    second = walk.taken("9", buyer_reference="iets anders")

    assert one(Document, second).readiness == Readiness.INVALID
    (finding,) = findings_of(second, "PST-NUMBER-USED")
    assert "eerste.xml" in finding.messages["en"]


def test_a_wrong_document_does_not_keep_its_number_from_the_right_one(walk: Walk) -> None:
    wrong = walk.xml("9").replace(b">121.00<", b">125.00<")
    with walk.world.acting(walk.sender):
        taken = documents.take_in(wrong, organization_id=walk.ours.id)
    documents.process(taken.document_id)
    assert one(Document, taken.document_public_id).readiness == Readiness.INVALID

    assert one(Document, walk.taken("9")).readiness == Readiness.READY


def test_the_same_number_in_another_year_is_another_document(walk: Walk) -> None:
    first = walk.taken("9")
    second = walk.taken("9", issue_date=samples.ISSUED.replace(year=2025))

    assert {one(Document, each).readiness for each in (first, second)} == {Readiness.READY}


def test_a_credit_note_is_a_credit_note(walk: Walk) -> None:
    public_id = walk.taken("C1", kind=Kind.CREDIT_NOTE)

    assert one(Document, public_id).kind == "credit_note"


def test_read_twice_or_by_two_at_once_it_is_judged_once(walk: Walk, app: Flask) -> None:
    with walk.world.acting(walk.sender):
        taken = documents.take_in(walk.xml(), organization_id=walk.ours.id)
    ready = threading.Barrier(3)

    def read() -> None:
        with app.app_context():
            ready.wait()
            processing.process(taken.document_id)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    processing.process(taken.document_id)

    assert story_of(taken.document_id) == ["Taken in", "Checked: can be sent"]


def test_one_that_cannot_be_read_does_not_keep_the_others_waiting(
    walk: Walk, caplog: pytest.LogCaptureFixture
) -> None:
    with walk.world.acting(walk.sender):
        gone = documents.take_in(walk.xml("1"), organization_id=walk.ours.id)
        good = documents.take_in(walk.xml("2"), organization_id=walk.ours.id)
    next(path for path in files() if path.name == storage.digest_of(walk.xml("1"))).unlink()

    documents.process_due()

    assert one(Document, good.document_public_id).readiness == Readiness.READY
    assert one(Document, gone.document_public_id).readiness == Readiness.CHECKING
    assert f"document {gone.document_id} could not be read" in caplog.text


def test_a_correction_keeps_its_number(walk: Walk) -> None:
    public_id = walk.taken("9")

    with walk.world.acting(walk.sender), pytest.raises(Conflict, match="9; this file says 10"):
        documents.correct(public_id, walk.xml("10"))


def test_a_wrong_correction_leaves_the_number_with_the_document(walk: Walk) -> None:
    public_id = walk.taken("9")
    with walk.world.acting(walk.sender):
        documents.correct(public_id, walk.xml("9").replace(b">121.00<", b">125.00<"))
    documents.process_due()
    assert one(Document, public_id).readiness == Readiness.INVALID

    other = walk.taken("9", buyer_reference="een ander")

    assert "PST-NUMBER-USED" in codes_of(other)


def test_a_correction_of_what_is_on_its_way_waits(walk: Walk) -> None:
    public_id = walk.taken("9")
    with walk.world.acting(walk.sender):
        deliveries.queue(public_id)
        with pytest.raises(Conflict, match="on its way"):
            documents.correct(public_id, walk.xml("9", buyer_reference="anders"))


def test_an_invalid_document_is_not_sent(walk: Walk) -> None:
    public_id = walk.taken("1", currency="XYZ")

    with walk.world.acting(walk.sender), pytest.raises(Conflict, match="without errors"):
        deliveries.queue(public_id)


def test_what_came_in_is_not_sent_on(walk: Walk) -> None:
    walk.queued()
    deliveries.deliver_due()
    (arrived,) = walk.inbox()

    with walk.world.acting(walk.receiver), pytest.raises(Conflict, match="came in"):
        deliveries.queue(arrived.public_id)


def test_a_received_number_that_was_there_already_still_arrives(walk: Walk) -> None:
    with walk.world.acting(walk.receiver):
        by_hand = documents.take_in(
            walk.xml("5", buyer_reference="zoals gemaild"),
            organization_id=walk.theirs.id,
            direction=Direction.IN,
        )
    documents.process(by_hand.document_id)
    walk.queued("5")
    deliveries.deliver_due()

    assert [each.number for each in walk.inbox()] == ["5", "5"]


def test_the_same_bytes_that_were_there_already_stay_one_document(walk: Walk) -> None:
    with walk.world.acting(walk.receiver):
        documents.take_in(walk.xml("5"), organization_id=walk.theirs.id, direction=Direction.IN)
    walk.queued("5")
    deliveries.deliver_due()

    assert len(walk.inbox()) == 1
    assert walk.inbox()[0].exchange_id is not None


def test_a_file_that_was_changed_on_disk_is_noticed(walk: Walk) -> None:
    walk.taken()
    files()[0].write_bytes(b"<Invoice/>")

    with pytest.raises(AppError, match="damaged"):
        storage.store(settings()).fetch(walk.ours.public_id, storage.digest_of(walk.xml()))


def test_the_receiver_does_not_see_how_the_sender_called_the_file(walk: Walk) -> None:
    with walk.world.acting(walk.sender):
        taken = documents.take_in(
            walk.xml(), organization_id=walk.ours.id, file_name="geheim-project.xml"
        )
        documents.process(taken.document_id)
        deliveries.queue(taken.document_public_id)
    deliveries.deliver_due()

    (arrived,) = walk.inbox()
    with everything():
        says = db.session.scalars(
            select(DocumentContent).where(DocumentContent.document_id == arrived.id)
        ).one()
    assert says.file_name == "2026-1.xml"


def test_a_buyer_that_nobody_knows_is_no_reason_to_refuse_taking_in(walk: Walk) -> None:
    assert one(Document, walk.taken(buyer=stranger())).readiness == Readiness.READY
