"""What each plan holds and costs; the one place where numbers of a plan stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.extensions import settings
from app.invoice.wording import N_

CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an environment on this plan may do, and what it pays."""

    name: str  # English; translate where it is shown
    organizations: int | None  # nothing: as many as one likes
    receiving: bool  # part of the plan; otherwise someone agrees to the price first
    receive_price: Decimal  # for each received document, in CURRENCY


_PAID: Mapping[str, Plan] = {
    "business": Plan(N_("Business"), None, True, Decimal("0.15")),
}


def plan(code: str) -> Plan:
    """The plan of this code; one that we don't know gives what is free."""
    return _PAID.get(code) or Plan(
        N_("Portal"),
        settings().free_organizations,
        receiving=False,
        receive_price=settings().receive_price,
    )
