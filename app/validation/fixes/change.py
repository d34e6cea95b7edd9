"""One value of a document that a correction gives another content."""

from __future__ import annotations

from dataclasses import dataclass

from app.invoice.wording import translate
from app.validation.report import DOMAIN
from app.validation.terms import TERMS


@dataclass(frozen=True, slots=True)
class Change:
    """What it is, what it was and what it becomes; ``None`` is a value that isn't there."""

    term: str  # the business term, such as BT-115
    old: str | None
    new: str | None
    name_in_file: str = ""  # what to call it where no term fits
    line: str = ""  # the number of the invoice line that it stands on

    def name(self, language: str) -> str:
        """What it is called in a sentence."""
        return translate(DOMAIN, language, TERMS.get(self.term, "")) or self.name_in_file
