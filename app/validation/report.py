"""What a check found: values that can be kept, counted and told in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from app.invoice.model import Kind
from app.invoice.wording import Words, translate
from app.validation.terms import TERMS

DOMAIN = "validation"
NO_VALUES: Mapping[str, object] = MappingProxyType({})


class Severity(StrEnum):
    """Fatal stops sending; the others are for the reader."""

    FATAL = "fatal"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where it is, and how to say it.

    ``code`` is the rule's official id, or one of ours that begins with ``PST-``; codes never
    change meaning.
    """

    code: str
    severity: Severity
    sentence: str  # English, with places for values
    term: str = ""  # the business term it is about, such as BT-115
    path: str = ""  # the place in the document, such as /Invoice/cac:InvoiceLine[2]
    line: int | None = None
    values: Mapping[str, object] = field(default_factory=lambda: NO_VALUES, hash=False)

    def message(self, language: str = "en") -> str:
        """What is wrong and what to do; a language that we don't have gets English."""
        return self._filled(translate(DOMAIN, language, self.sentence), language)

    def fix(self, language: str = "en") -> str:
        """Only what to do: every sentence of ours says first what is wrong, and then that."""
        sentence = translate(DOMAIN, language, self.sentence)
        _wrong, _stop, advice = sentence.partition(". ")
        return self._filled(advice or sentence, language)

    def _filled(self, sentence: str, language: str) -> str:
        said = {name: self._said(value, language) for name, value in self.values.items()}
        said["what"] = translate(DOMAIN, language, TERMS.get(self.term, self.term))
        return sentence % said

    @staticmethod
    def _said(value: object, language: str) -> object:
        return translate(DOMAIN, language, value) if isinstance(value, Words) else value


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a check found, in the order of the document's rules."""

    findings: tuple[Finding, ...] = ()
    rule_sets: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()  # the same, with their numbers: "peppol-ubl 3.0.21"
    profile: str | None = None  # the document's own claim, BT-24
    invoice_kind: Kind | None = None

    @property
    def valid(self) -> bool:
        """Whether nothing fatal was found."""
        return not self.fatal

    @property
    def fatal(self) -> tuple[Finding, ...]:
        """What has to be put right."""
        return tuple(each for each in self.findings if each.severity is Severity.FATAL)
