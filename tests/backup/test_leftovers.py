"""What nothing names any more goes; everything else stays."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import storage, tenancy
from app.extensions import db, settings
from app.models import Document, Notification, OneTimeLink, OutgoingMail, PrivateLink, Setting, User
from app.models.types import now
from app.services import documents, expiry, leftovers
from app.transactions import transaction

OLD = 3 * 24 * 3600


@pytest.fixture(autouse=True)
def no_grace(monkeypatch):
    monkeypatch.setattr(leftovers, "GRACE", 0)


def kept():
    return {kept.digest for kept in storage.store(settings()).kept()}


def age(organization, digest, seconds=OLD):
    """Let a kept file be this old."""
    moment = time.time() - seconds
    folder = storage.store(settings()).folder
    os.utime(folder / organization.public_id / digest[:2] / digest, (moment, moment))


def orphan(walk, content=b"left behind"):
    digest = storage.store(settings()).keep(walk.ours.public_id, content)
    age(walk.ours, digest)
    return digest


def test_an_old_file_that_no_row_names_goes(walk):
    digest = orphan(walk)

    assert leftovers.sweep_files() == 1
    assert digest not in kept()


def test_a_file_that_a_row_names_stays_however_old(walk):
    walk.taken()
    [digest] = kept()
    age(walk.ours, digest, 365 * 24 * 3600)

    assert leftovers.sweep_files() == 0
    assert kept() == {digest}


def test_a_young_file_stays_because_its_row_may_be_on_its_way(walk):
    digest = storage.store(settings()).keep(walk.ours.public_id, b"just now")

    assert leftovers.sweep_files() == 0
    assert digest in kept()


def test_a_file_that_another_organization_names_goes_all_the_same(walk):
    walk.taken()
    [named] = kept()
    content = storage.store(settings()).fetch(walk.ours.public_id, named)
    storage.store(settings()).keep(walk.theirs.public_id, content)
    age(walk.theirs, named)
    age(walk.ours, named)

    assert leftovers.sweep_files() == 1
    assert [each.organization for each in storage.store(settings()).kept()] == [walk.ours.public_id]


def test_nothing_goes_while_a_backup_is_being_made(walk):
    digest = orphan(walk)

    with leftovers.held_back():
        assert leftovers.sweep_files() == 0
        assert leftovers.sweep_organization(walk.ours.id, walk.ours.public_id) == 0
        assert digest in kept()

    assert leftovers.sweep_files() == 1


def test_of_two_backups_the_second_to_end_lets_files_go(walk):
    orphan(walk)

    with leftovers.held_back():
        with leftovers.held_back():
            pass
        assert leftovers.sweep_files() == 0

    assert leftovers.sweep_files() == 1


def test_a_backup_that_was_killed_holds_nothing_back_for_ever(walk):
    orphan(walk)
    word = {"lost": (now() - timedelta(seconds=1)).isoformat()}
    walk.world.keep(Setting(name=leftovers.PAUSED, value=word))

    assert leftovers.sweep_files() == 1


def test_bytes_that_are_kept_anew_while_they_go_are_put_back(walk, monkeypatch):
    content = walk.xml()
    digest = orphan(walk, content)
    waited = []

    def uploaded_meanwhile(_seconds):
        waited.append(True)
        with walk.world.acting(walk.sender):
            documents.take_in(content, organization_id=walk.ours.id)
        storage.store(settings()).remove(walk.ours.public_id, digest)  # as if it had been older

    monkeypatch.setattr(leftovers.time, "sleep", uploaded_meanwhile)

    assert leftovers.sweep_files() == 0
    assert waited
    assert digest in kept()


def test_a_sweep_goes_on_where_the_last_one_stopped_and_rests_for_a_day(walk):
    orphan(walk)
    assert leftovers.sweep_files(seconds=-1) == 0

    assert leftovers.sweep_files() == 1

    orphan(walk)
    assert leftovers.sweep_files() == 0


def test_pictures_that_nobody_has_any_more_go(walk):
    store = storage.pictures(settings())
    [shown, former] = [store.keep(walk.sender.public_id, content) for content in (b"now", b"then")]
    for digest in (shown, former):
        moment = time.time() - OLD
        path = store.folder / walk.sender.public_id / digest[:2] / digest
        os.utime(path, (moment, moment))
    with transaction(), tenancy.every_environment("test"):
        db.session.get(User, walk.sender.id).picture_digest = shown

    assert leftovers.sweep_files() == 1
    assert [kept.digest for kept in store.kept()] == [shown]


def days(number):
    return now() - timedelta(days=number)


def link(walk, document, expired):
    return PrivateLink(
        organization_id=walk.ours.id,
        document_id=document,
        token_hash=str(expired),
        expires_at=days(expired),
    )


def mail(made, state):
    return OutgoingMail(
        kind="reset",
        recipient="a@example.nl",
        subject="",
        text="",
        html="",
        state=state,
        next_at=now(),
        created_at=days(made),
    )


def left(model):
    with tenancy.every_environment("test"):
        return len(db.session.scalars(select(model.id)).all())


def test_rows_that_are_over_go_and_all_others_stay(walk):
    walk.taken()
    with tenancy.every_environment("test"):
        document = db.session.scalars(select(Document.id)).one()
    one_time = {"purpose": "reset", "email": "a@example.nl", "expires_at": now()}
    rows = {
        PrivateLink: ([link(walk, document, 181)], [link(walk, document, 179)]),
        OneTimeLink: (
            [OneTimeLink(token_hash="1", created_at=days(91), **one_time)],
            [OneTimeLink(token_hash="2", created_at=days(89), **one_time)],
        ),
        OutgoingMail: (
            [mail(91, "sent"), mail(91, "failed")],
            [mail(91, "queued"), mail(91, "sending"), mail(89, "sent")],
        ),
        Notification: (
            [Notification(user_id=walk.sender.id, text="", created_at=days(366))],
            [Notification(user_id=walk.sender.id, text="", created_at=days(364))],
        ),
    }
    with transaction(), tenancy.every_environment("test"):
        for over, stays in rows.values():
            for row in (*over, *stays):
                db.session.add(row)
                db.session.flush()
    before = {model: left(model) for model in rows}

    removed = expiry.sweep()

    assert removed == sum(len(over) for over, _stays in rows.values())
    assert {model: before[model] - left(model) for model in rows} == {
        model: len(over) for model, (over, _stays) in rows.items()
    }
    assert expiry.sweep() == 0


def test_more_rows_than_one_batch_go_at_once(walk, monkeypatch):
    monkeypatch.setattr(expiry, "AT_ONCE", 2)
    for _ in range(5):
        walk.world.keep(mail(100, "sent"))
    walk.world.keep(mail(1, "sent"))

    assert expiry.sweep() == 5
    assert left(OutgoingMail) == 1
