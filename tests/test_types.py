"""Times keep their zone and amounts their cents, whatever the database does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from app.models.types import Money, UtcDateTime

SQLITE, POSTGRES = sqlite.dialect(), postgresql.dialect()


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES])
def test_a_moment_comes_back_as_the_same_moment_in_utc(dialect):
    moment = datetime(2026, 11, 20, 16, 30, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    stored = UtcDateTime().process_bind_param(moment, dialect)

    back = UtcDateTime().process_result_value(stored, dialect)

    assert back == moment
    assert back.tzinfo is UTC


def test_a_moment_without_a_zone_is_a_bug():
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), SQLITE)  # noqa: DTZ001  # the point


@pytest.mark.parametrize("amount", ["0.00", "0.01", "-12.30", "9999999999999.99"])
def test_an_amount_comes_back_to_the_cent(amount):
    stored = Money().process_bind_param(Decimal(amount), SQLITE)

    assert isinstance(stored, int)
    assert Money().process_result_value(stored, SQLITE) == Decimal(amount)


def test_a_third_decimal_is_a_bug():
    with pytest.raises(ValueError, match="decimals"):
        Money().process_bind_param(Decimal("0.001"), SQLITE)
