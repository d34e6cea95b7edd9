"""What every company register can do: search, and say all it knows of one company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.errors import AppError
from app.invoice.identifiers import ParticipantId
from app.invoice.wording import N_

MOST_FOUND = 10
LONGEST_NAME = 200
LONGEST_PART = 100

NOBODY_ASKED = N_("No company register is set up on this platform. Fill in the fields by hand.")
DOES_NOT_ANSWER = N_(
    "%(register)s doesn't answer right now. Fill in the fields by hand, or try again later."
)
LETS_NOBODY_IN = N_(
    "%(register)s doesn't let this platform in. Fill in the fields by hand, and tell the operator of this platform."
)


@dataclass(frozen=True, slots=True)
class Company:
    """One company as a register knows it; what it doesn't say is empty."""

    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    legal_id: ParticipantId | None = None
    vat_number: str = ""

    @property
    def number(self) -> str:
        """By which the same register finds it again."""
        return self.legal_id.value if self.legal_id else self.vat_number


class CompanyRegister(Protocol):
    """A register that may be slow, away or closed to us; it never makes anybody wait for long."""

    code: str  # short, for addresses and logs
    name: str  # as people know it

    def search(self, text: str, country: str = "") -> list[Company]:
        """Companies with this name or number, the best first; what it cannot look for finds none."""

    def company(self, number: str) -> Company | None:
        """Everything it says about the one with this number."""


class RegisterError(AppError):
    """A register could not be asked, or didn't answer."""


class NotConfigured(RegisterError):
    """The operator named no register."""

    status = 409

    def __init__(self) -> None:
        super().__init__(NOBODY_ASKED)


class Away(RegisterError):
    """It doesn't answer, or nothing that can be understood; later it may."""

    status = 503

    def __init__(self, register: str) -> None:
        super().__init__(DOES_NOT_ANSWER, register=register)


class NotLetIn(RegisterError):
    """It answers, and refuses us: the key is wrong, or our contract doesn't cover this."""

    status = 502

    def __init__(self, register: str) -> None:
        super().__init__(LETS_NOBODY_IN, register=register)


def tidy(value: object, longest: int = LONGEST_PART) -> str:
    """A text or number of an answer as one line that can be shown; anything else is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    printable = "".join(each if each.isprintable() else " " for each in str(value))
    return " ".join(printable.split())[:longest].strip()
