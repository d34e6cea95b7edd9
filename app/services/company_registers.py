"""The company registers that this platform may ask: who has this name or number, and where."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import AppError, NotFound
from app.extensions import settings
from app.registers import (
    Company,
    CompanyRegister,
    NotConfigured,
    RegisterError,
    configured,
)
from app.services import attempts
from app.services.attempts import Limit
from app.tenancy import current
from app.transactions import nobody_waits

# Of one person: enough for an afternoon of invoices, too few to copy a register.
QUESTIONS = Limit("registers", 300, attempts.QUARTER)


@dataclass(frozen=True, slots=True)
class Listed:
    """One company, and which register says so."""

    register: CompanyRegister
    company: Company


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and which registers could not be asked; one never stands in the way of another."""

    found: tuple[Listed, ...]
    troubles: tuple[AppError, ...] = ()


def any_configured() -> bool:
    """Whether the operator named one."""
    return bool(_registers())


def search(text: str, country: str = "") -> Answer:
    """Ask each register for companies with this name or number."""
    registers = _registers()
    if not registers:
        raise NotConfigured
    _count()
    found: list[Listed] = []
    troubles: list[AppError] = []
    for register in registers:
        try:
            found += [Listed(register, each) for each in register.search(text, country)]
        except RegisterError as error:
            troubles.append(error)
    return Answer(tuple(found), tuple(troubles))


def company(code: str, number: str) -> Company:
    """Everything that one register says about one company."""
    register = next((each for each in _registers() if each.code == code), None)
    if register is None:
        raise NotConfigured
    _count()
    found = register.company(number)
    if found is None:
        raise NotFound("%(register)s knows no company with this number.", register=register.name)
    return found


def _registers() -> tuple[CompanyRegister, ...]:
    chosen = settings()
    return configured(kvk=(chosen.kvk_url, chosen.kvk_key, chosen.kvk_ca), vies_url=chosen.vies_url)


def _count() -> None:
    attempts.count(QUESTIONS, str(current().person_id))
    nobody_waits()
