"""Column types of our own, because the databases differ: ids, UTC times, exact money."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only in an INTEGER key


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite drops zones, so the zone is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """An amount with two decimals, kept as whole cents: exact and sortable on every database."""

    impl = BIG
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """To cents; more decimals are a bug of the caller."""
        if value is None:
            return None
        cents = value * 100
        if cents != cents.to_integral_value():
            raise ValueError(f"an amount with more than two decimals: {value}")
        return int(cents)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """From cents."""
        return None if value is None else Decimal(value).scaleb(-2)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def new_public_id() -> str:
    """An id that may be shown: it says nothing and cannot be guessed."""
    return str(uuid.uuid4())


Id = Annotated[int, mapped_column(BIG, primary_key=True, autoincrement=True)]
PublicId = Annotated[
    str, mapped_column(String(36), unique=True, nullable=False, default=new_public_id)
]
Moment = Annotated[datetime, mapped_column(UtcDateTime, nullable=False, default=now)]
# Compared character by character: a beginning is found along an index in every database.
PlainText = Annotated[
    str, mapped_column(String(120).with_variant(String(120, collation="C"), "postgresql"))
]
MaybeMoment = Annotated[datetime | None, mapped_column(UtcDateTime, nullable=True)]
