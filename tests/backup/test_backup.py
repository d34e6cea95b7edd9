"""Database and files together in one archive, and back into an empty place."""

from __future__ import annotations

import pytest

from app import storage
from app.backup import making, restoring
from app.errors import Conflict
from app.extensions import db, remember_application
from app.models import User
from app.services import deliveries, silence
from app.services.silence import Why
from tests.backup.conftest import new_database
from tests.backup.places import CHANGED, Place, differences
from tests.delivery.conftest import build_walk, everything
from tests.factories import World


def filled(place: Place) -> Place:
    """A platform where something was sent, something waits and someone has a face."""
    place.prepare()
    with place.open():
        walk = build_walk(World())
        walk.queued("1")
        walk.queued("2", email="someone@example.com")
        walk.queued("3")
        picture = storage.pictures(place.settings).keep(walk.sender.public_id, b"a face")
        with everything():
            db.session.get(User, walk.sender.id).picture_digest = picture
    return place


def made(place: Place):
    with place.open():
        return making.make(place.folder)


def restored(place: Place, archive):
    with place.open():
        restoring.restore(archive.path)
    return place


def test_a_restored_platform_is_equal_row_by_row_and_byte_by_byte_and_held(place):
    here, there = filled(place("here")), place("there")

    restored(there, made(here))

    assert set(differences(here.rows(), there.rows())) <= set(CHANGED)
    assert differences(here.bytes(), there.bytes()) == []
    assert len(there.bytes()) == 4
    with there.open():
        assert silence.hold_of().why is Why.RESTORED
    with here.open():
        assert not silence.held()


def test_a_backup_takes_the_place_of_what_is_there_when_asked(place):
    here, there = filled(place("here")), place("there").prepare()

    archive = made(here)
    with there.open():
        restoring.restore(archive.path, replacing=True)

    assert set(differences(here.rows(), there.rows())) <= set(CHANGED)
    assert here.bytes().items() <= there.bytes().items()
    with there.open():
        assert silence.held()


@pytest.mark.postgres
def test_a_sqlite_platform_goes_on_in_postgresql(tmp_path, postgres_url, session_app):
    here = filled(Place(tmp_path / "here"))
    there = Place(tmp_path / "there", new_database(postgres_url, "grown"))
    archive = made(here)

    with there.open():
        with pytest.raises(Conflict, match="with --convert"):
            restoring.restore(archive.path)
        restoring.restore(archive.path, converting=True)
        assert silence.held()
    assert set(differences(here.meaning(), there.meaning())) <= set(CHANGED)
    assert differences(here.bytes(), there.bytes()) == []

    with there.open():
        silence.confirm()
        while deliveries.deliver_due():
            pass
        World().user(World().environment("A later one"), "Lies Later")  # numbers go on
    remember_application(session_app)
