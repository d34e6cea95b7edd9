"""Counting behind the documents: never twice, nothing forgotten, in small steps, whoever is killed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app import tenancy
from app.errors import AppError
from app.extensions import db
from app.models import Delivery, DeliveryState, PlatformTally, Source, Tally, TallySlice
from app.models.types import now
from app.services import tallies, tallying
from app.transactions import transaction


def kept(model=Tally):
    with tenancy.every_environment("test"):
        return db.session.scalars(select(model).order_by(model.id)).all()


def counts(measure: str):
    """By organization and month."""
    found: dict[tuple[int, date], int] = {}
    for row in kept():
        if row.measure == measure:
            key = (row.organization_id, row.month)
            found[key] = found.get(key, 0) + row.count
    return found


def as_of():
    with tenancy.every_environment("test"):
        return tallies.as_of(db.session.scalar(select(tallies.FACTS)))


def change(delivery, **columns):
    with tenancy.every_environment("test"), transaction():
        db.session.execute(
            update(Delivery)
            .where(Delivery.id == delivery.id)
            .values(**columns)
            .execution_options(synchronize_session=False)
        )


def test_documents_are_counted_by_organization_and_month(world, ours, holding, arrived, left, utc):
    other = world.organization(ours, "Andere BV")
    for _ in range(2):
        arrived(holding, utc(2026, 5, 10))
    arrived(holding, utc(2026, 6, 1))
    arrived(other, utc(2026, 5, 10))
    left(holding, at=utc(2026, 5, 2))
    left(holding, DeliveryState.SENT, at=utc(2026, 5, 3))
    left(holding, DeliveryState.FAILED, at=utc(2026, 5, 3))

    tallying.count_on()

    may, june = date(2026, 5, 1), date(2026, 6, 1)
    assert counts("received") == {
        (holding.id, may): 2,
        (holding.id, june): 1,
        (other.id, may): 1,
    }
    assert counts("sent") == {(holding.id, may): 2}
    assert counts("failed") == {(holding.id, may): 1}


def test_a_month_begins_at_midnight_where_people_are(holding, arrived, utc):
    arrived(holding, utc(2026, 6, 30, 21, 59))
    arrived(holding, utc(2026, 6, 30, 22, 0))

    tallying.count_on()

    assert counts("received") == {
        (holding.id, date(2026, 6, 1)): 1,
        (holding.id, date(2026, 7, 1)): 1,
    }


def test_counting_again_changes_nothing(holding, arrived, left):
    arrived(holding)
    left(holding)
    tallying.count_on()
    before = [(row.id, row.count) for row in kept()]

    tallying.count_on()

    assert [(row.id, row.count) for row in kept()] == before


def test_what_was_killed_in_the_middle_is_counted_once(holding, arrived, monkeypatch):
    arrived(holding)
    tallying.count_on()
    arrived(holding)
    whole = tallying._replace

    def killed(slice_id, share):
        whole(slice_id, share)
        raise KeyboardInterrupt

    monkeypatch.setattr(tallying, "_replace", killed)
    with pytest.raises(KeyboardInterrupt):
        tallying.count_on()
    assert sum(counts("received").values()) == 1
    monkeypatch.setattr(tallying, "_replace", whole)

    tallying.count_on()

    assert sum(counts("received").values()) == 2


def test_a_late_end_moves_a_delivery_from_one_figure_to_another(holding, left, monkeypatch):
    monkeypatch.setattr(tallying, "IDS", 2)
    late = left(holding, DeliveryState.UNKNOWN)
    for _ in range(5):
        left(holding)
    tallying.count_on()
    assert sum(counts("sent").values()) == 5

    change(late, state=DeliveryState.DELIVERED)
    tallying.count_on()
    assert sum(counts("sent").values()) == 6
    change(late, state=DeliveryState.FAILED)
    tallying.count_on()

    assert sum(counts("sent").values()) == 5
    assert sum(counts("failed").values()) == 1


def test_what_failed_and_was_sent_again_is_one_document(holding, left):
    first = left(holding, DeliveryState.FAILED)
    change(first, latest=False)
    left(holding, document_id=first.document_id)

    tallying.count_on()

    assert counts("failed") == {}
    assert sum(counts("sent").values()) == 1
    assert [row.count for row in kept(PlatformTally) if row.measure == "failed"] == [1]


def test_many_stretches_are_counted_a_few_at_a_time_newest_first(holding, arrived, monkeypatch):
    monkeypatch.setattr(tallying, "IDS", 2)
    for _ in range(7):
        arrived(holding)

    assert tallying.count_on(seconds=0, for_a_round=0) == 0
    clock = iter(range(100))
    monkeypatch.setattr(tallying.time, "monotonic", lambda: next(clock))
    assert tallying.count_on(seconds=2) == 2

    assert [row.number for row in kept(TallySlice)] == [3, 2]
    assert as_of() == tallies.AsOf(None, going_on=True)
    tallying.count_on(seconds=50)
    assert sum(counts("received").values()) == 7
    assert as_of().at is not None
    assert not as_of().going_on


def test_a_count_that_was_overtaken_is_not_written(holding, arrived, monkeypatch):
    arrived(holding)
    share = tallying._share

    def overtaken(source, number):
        found = share(source, number)
        monkeypatch.setattr(tallying, "_share", share)
        arrived(holding)
        tallying.count(source, number)
        return found

    monkeypatch.setattr(tallying, "_share", overtaken)

    tallying.count(Source.DOCUMENTS, 0)

    assert sum(counts("received").values()) == 2


@pytest.mark.parametrize(
    ("took", "key"),
    [
        (timedelta(seconds=3), "10s"),
        (timedelta(seconds=40), "1m"),
        (timedelta(minutes=9), "10m"),
        (timedelta(minutes=59), "1h"),
        (timedelta(hours=20), "1d"),
        (timedelta(days=2), "longer"),
    ],
)
def test_how_long_it_took_is_counted_by_steps(holding, left, took, key):
    left(holding, took=took)

    tallying.count_on()

    assert [row.key for row in kept(PlatformTally) if row.measure == "time"] == [key]


def test_failures_are_counted_by_reason_for_staff_only(world, holding, piet, left):
    left(holding, DeliveryState.FAILED, code="refused")
    left(holding, DeliveryState.FAILED, code="refused")
    left(holding, DeliveryState.FAILED, code="gave_up")
    tallying.count_on()

    with world.acting(world.user(None, "Sam Support", staff="support")):
        found = tallies.platform()

    assert found.reasons == (("refused", 2), ("gave_up", 1))
    assert found.days[-1].failed == 3
    with world.acting(piet), pytest.raises(AppError):
        tallies.platform()


def test_a_year_holds_twelve_months_of_the_readers_organizations(
    world, ours, holding, piet, arrived, left
):
    other = world.organization(ours, "Andere BV")
    arrived(holding)
    arrived(other)
    left(holding, at=now() - timedelta(days=32))
    tallying.count_on()

    with world.acting(piet):
        year = tallies.year()

    assert len(year.months) == 12
    assert (year.months[-1].received, year.months[-1].sent) == (1, 0)
    assert sum(month.sent for month in year.months[-3:-1]) == 1
