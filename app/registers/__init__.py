"""Company registers: who a company is, by name or number. Blind: settings in, values out."""

from __future__ import annotations

from app.registers.base import (
    Away,
    Company,
    CompanyRegister,
    NotConfigured,
    NotLetIn,
    RegisterError,
)
from app.registers.kvk import KvkRegister
from app.registers.vies import ViesRegister

__all__ = [
    "Away",
    "Company",
    "CompanyRegister",
    "KvkRegister",
    "NotConfigured",
    "NotLetIn",
    "RegisterError",
    "ViesRegister",
    "configured",
]


def configured(*, kvk: tuple[str, str, str], vies_url: str) -> tuple[CompanyRegister, ...]:
    """The registers that the operator named; ``kvk`` is its address, key and certificates."""
    found: list[CompanyRegister] = []
    address, key, certificates = kvk
    if key:
        found.append(KvkRegister(address, key, certificates))
    if vies_url:
        found.append(ViesRegister(vies_url))
    return tuple(found)
