"""A copy of a platform sends nothing until an operator says that this is the one."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import Conflict, NotAllowed
from app.extensions import db
from app.models import AuditEntry, Delivery, Document, Identifier, OutgoingMail, Setting
from app.models.types import now
from app.services import (
    claiming,
    deliveries,
    documents,
    mails,
    registrations,
    silence,
    sweeping,
    test_receiver,
)
from app.services.silence import Why
from app.tenancy import StaffRole
from app.transactions import transaction


def of(model, column):
    with tenancy.every_environment("test"):
        return db.session.scalars(select(getattr(model, column))).all()


def everything_that_leaves():
    """One round of each job; how much each of them did."""
    return (
        deliveries.deliver_due(),
        sweeping.sweep(),
        mails.send_due(),
        registrations.work_due(),
        test_receiver.answer_due(),
    )


def test_a_new_platform_is_not_held(context, mark):
    assert not silence.held()


@pytest.mark.parametrize("why", [Why.RESTORED, Why.ASKED])
def test_nothing_leaves_while_the_platform_is_held(walk, mark, why):
    walk.queued("1")
    walk.queued("2", email="someone@example.com")
    with transaction():
        mails.queue("no_account", "someone@example.com", "en", link="/sign-up/")
        number = Identifier(
            organization_id=walk.ours.id, scheme="0106", value="1", registration="registering"
        )
        number.registration_next_at = now()
        walk.world.keep(number)

    silence.hold(why)

    assert everything_that_leaves() == (0, 0, 0, 0, 0)
    assert set(of(Delivery, "state")) == {"queued"}
    assert of(OutgoingMail, "state") == ["queued"]
    assert "registering" in of(Identifier, "registration")
    assert walk.inbox() == []


def test_nobody_gets_around_the_hold_with_one_delivery(walk, mark):
    walk.queued()
    [one] = of(Delivery, "id")
    silence.hold()

    with tenancy.in_organization(walk.ours.id):
        assert claiming.claim(one) is None
    assert of(Delivery, "state") == ["queued"]


def test_what_was_under_way_in_the_copy_is_not_touched_by_a_sweep(walk, mark):
    walk.queued()
    with transaction(), tenancy.every_environment("test"):
        delivery = db.session.scalars(select(Delivery)).one()
        delivery.state, delivery.lease_until = "sending", now()

    silence.hold()
    sweeping.sweep()

    assert of(Delivery, "state") == ["sending"]


def test_what_is_uploaded_while_held_is_read_and_waits(walk, mark):
    silence.hold()

    walk.queued()
    deliveries.deliver_due()

    assert of(Document, "readiness") == ["ready"]
    assert of(Delivery, "state") == ["queued"]


def test_after_confirming_everything_goes_on(walk, mark):
    walk.queued()
    silence.hold(Why.RESTORED)

    silence.confirm()
    deliveries.deliver_due()

    assert not silence.held()
    assert of(Delivery, "state") == ["delivered"]
    assert len(walk.inbox()) == 1
    assert "platform.confirmed" in of(AuditEntry, "action")


def test_confirming_makes_an_installation_of_its_own(context, mark):
    [before] = [value["id"] for value in of(Setting, "value") if "place" in value]
    silence.hold()

    silence.confirm()

    assert [value["id"] for value in of(Setting, "value") if "place" in value] != [before]


def test_a_platform_that_sends_has_nothing_to_confirm(context, mark):
    with pytest.raises(Conflict, match="sends already"):
        silence.confirm()


@pytest.mark.parametrize(("staff", "may"), [(None, False), ("support", False), ("technical", True)])
def test_only_technical_support_confirms(world, mark, staff, may):
    role = {"support": StaffRole.SUPPORT, "technical": StaffRole.TECHNICAL}.get(staff)
    person = world.user(None if staff else world.environment(), staff=role)
    silence.hold()

    with world.acting(person):
        if may:
            silence.confirm()
        else:
            with pytest.raises(NotAllowed):
                silence.confirm()

    assert silence.held() is not may


def test_a_database_without_its_files_is_held(context, mark):
    mark.unlink()

    hold = silence.hold_of()

    assert hold is not None
    assert hold.why is Why.COPIED


def test_a_copy_of_everything_is_held(context, mark):
    copy = mark.with_name("copy")
    shutil.copy2(mark, copy)
    copy.replace(mark)

    assert silence.held()


def test_the_files_of_another_platform_are_not_ours(context, mark):
    mark.unlink()
    mark.write_text("00000000-0000-4000-8000-000000000000")

    assert silence.held()


def test_a_mark_that_comes_back_ends_the_hold(context, mark, monkeypatch):
    monkeypatch.setattr(silence, "LOOK_AGAIN", 0)
    aside = mark.with_name("aside")
    mark.rename(aside)
    assert silence.held()

    aside.rename(mark)

    assert not silence.held()


def test_documents_are_still_read_in_a_copy(walk, mark):
    silence.hold()

    walk.taken()
    documents.process_due()

    assert of(Document, "readiness") == ["ready"]
