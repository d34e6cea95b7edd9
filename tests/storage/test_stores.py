"""What every store promises: one test for each promise, run against each kind."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from app import storage
from app.errors import AppError, NotFound
from app.storage import Kept, Store
from config import Settings

OURS, THEIRS = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
XML = b"<Invoice>\x00 bytes, not text \xff</Invoice>"


def test_what_was_kept_is_fetched_whole(store: Store) -> None:
    digest = store.keep(OURS, XML)

    assert digest == storage.digest_of(XML)
    assert store.fetch(OURS, digest) == XML
    assert store.has(OURS, digest)


def test_nothing_at_all_is_kept_as_well(store: Store) -> None:
    assert store.fetch(OURS, store.keep(OURS, b"")) == b""


def test_a_large_document_is_kept_whole(store: Store) -> None:
    large = bytes(range(256)) * 4096 * 20  # 20 MB

    assert store.fetch(OURS, store.keep(OURS, large)) == large


def test_twice_is_once(store: Store) -> None:
    store.keep(OURS, XML)
    store.keep(OURS, XML)

    assert [kept.digest for kept in store.kept()] == [storage.digest_of(XML)]


def test_twice_at_the_same_moment_is_once(store: Store) -> None:
    failed: list[BaseException] = []

    def keep() -> None:
        try:
            store.keep(OURS, XML)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=keep) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert len(list(store.kept())) == 1
    assert store.fetch(OURS, storage.digest_of(XML)) == XML


def test_the_same_bytes_of_two_organizations_are_two_files(store: Store) -> None:
    digest = store.keep(OURS, XML)
    store.keep(THEIRS, XML)

    store.remove(OURS, digest)

    assert not store.has(OURS, digest)
    assert store.fetch(THEIRS, digest) == XML


def test_what_is_gone_is_told_with_a_sentence(store: Store) -> None:
    with pytest.raises(NotFound, match="is gone"):
        store.fetch(OURS, storage.digest_of(b"never kept"))

    assert not store.has(OURS, storage.digest_of(b"never kept"))


def test_removing_twice_is_removing_once(store: Store) -> None:
    digest = store.keep(OURS, XML)

    store.remove(OURS, digest)
    store.remove(OURS, digest)

    assert list(store.kept()) == []


def test_everything_is_listed_with_its_size_and_age(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)  # two clocks, and whole seconds on one side
    contents = [b"x" * number for number in range(1, 6)]
    for content in contents:
        store.keep(OURS, content)
    store.keep(THEIRS, XML)

    listed = list(store.kept())

    assert listed == sorted(listed, key=lambda kept: (kept.organization, kept.digest))
    assert {(kept.organization, kept.digest, kept.size) for kept in listed} == {
        *((OURS, storage.digest_of(content), len(content)) for content in contents),
        (THEIRS, storage.digest_of(XML), len(XML)),
    }
    assert all(before <= kept.kept_at <= datetime.now(UTC) + before.resolution for kept in listed)


def test_of_one_organization_only_its_own_is_listed(store: Store) -> None:
    store.keep(OURS, XML)
    theirs = store.keep(THEIRS, b"theirs")

    assert [(kept.organization, kept.digest) for kept in store.kept(THEIRS)] == [(THEIRS, theirs)]
    assert list(store.kept(str(uuid.UUID(int=3)))) == []


def test_keeping_again_makes_it_new_for_a_sweep_of_forgotten_files(store: Store) -> None:
    def age() -> Kept:
        return next(iter(store.kept()))

    store.keep(OURS, XML)
    first = age()

    def renewed() -> bool:
        store.keep(OURS, XML)
        return age().kept_at > first.kept_at

    deadline = datetime.now(UTC) + timedelta(seconds=60)
    while not renewed():  # a store may count in whole seconds
        assert datetime.now(UTC) < deadline
        threading.Event().wait(0.1)


def test_a_name_that_is_not_one_of_ours_never_reaches_the_store(store: Store) -> None:
    with pytest.raises(ValueError, match="not the name"):
        store.fetch("../../etc", storage.digest_of(XML))
    with pytest.raises(ValueError, match="not the name"):
        store.remove(OURS, "../passwd")
    with pytest.raises(ValueError, match="not the name"):
        store.keep("", XML)


def test_pictures_and_documents_do_not_meet(settings: Settings) -> None:
    digest = storage.pictures(settings).keep(OURS, XML)

    assert list(storage.store(settings).kept()) == []
    assert storage.pictures(settings).fetch(OURS, digest) == XML


def test_a_store_that_works_says_nothing(store: Store) -> None:
    store.check()


def test_preparing_again_changes_nothing(store: Store) -> None:
    digest = store.keep(OURS, XML)

    store.prepare()

    assert store.fetch(OURS, digest) == XML


def test_every_refusal_is_a_sentence_for_people(store: Store) -> None:
    with pytest.raises(AppError) as refused:
        store.fetch(OURS, storage.digest_of(b"never kept"))

    assert str(refused.value).endswith(".")
