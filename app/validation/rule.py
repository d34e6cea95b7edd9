"""What a rule is, and the kinds of rules that occur again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import Element, amount, find, find_all, has, own_text, string, text
from app.validation.report import NO_VALUES, Finding, Severity

Test = Callable[[Element, Document], bool]
Values = Callable[[Element, Document], Mapping[str, object]]
Expected = Callable[[Element, Document], Decimal | None]

_LONGEST_QUOTE = 80

MISSING = N_("%(what)s is missing. Fill it in.")
ONCE = N_("%(what)s may be there only once. Remove the others.")
CENTS = N_("%(what)s is %(found)s. Write it with at most two decimals.")
SUM = N_(
    "%(what)s is %(found)s, but %(expected)s is expected. Check the amounts that it is made of."
)
UNKNOWN_CODE = N_(
    "“%(found)s” isn't a known code for: %(what)s. Choose one from the official list."
)
NEGATIVE = N_("%(what)s is %(found)s. It can't be below zero.")


@dataclass(frozen=True, slots=True)
class Rule:
    """An official rule: where it looks, what must hold there, and what to say when it doesn't."""

    code: str
    context: str  # a pattern of Document.nodes
    holds: Test
    sentence: str
    term: str = ""
    severity: Severity = Severity.FATAL
    values: Values | None = None
    applies: Test | None = None
    figures: bool = False  # looks at amounts or names themselves, not only at what they look like

    def findings_at(self, elements: Iterable[Element], document: Document) -> Iterable[Finding]:
        """One finding for each of the elements of its context that breaks the rule."""
        applies, holds = self.applies, self.holds
        for element in elements:
            if applies is not None and not applies(element, document):
                continue
            if not holds(element, document):
                yield self._finding(element, document)

    def _finding(self, element: Element, document: Document) -> Finding:
        return Finding(
            code=self.code,
            severity=self.severity,
            sentence=self.sentence,
            term=self.term,
            path=document.place(element),
            line=getattr(element, "sourceline", None),
            values=self.values(element, document) if self.values else NO_VALUES,
        )


def quoted(value: str) -> str:
    """A value from the document, short enough for a sentence."""
    return value if len(value) <= _LONGEST_QUOTE else value[: _LONGEST_QUOTE - 1] + "…"


def shown(value: Decimal | None) -> str:
    """A number for a sentence; a dash where there is none."""
    return "–" if value is None else quoted(format(value, "f"))


def found_at(path: str) -> Values:
    """Quote what stands at this path; ``.`` is the element itself."""

    def values(element: Element, _document: Document) -> Mapping[str, object]:
        return {"found": quoted(own_text(element) if path == "." else text(element, path))}

    return values


def filled(code: str, context: str, path: str, term: str) -> Rule:
    """There must be text at this path."""
    return Rule(code, context, lambda e, _d: text(e, path) != "", MISSING, term)


def present(code: str, context: str, paths: str, term: str) -> Rule:
    """At least one of these paths must exist, if only empty."""
    choices = paths.split("|")
    return Rule(code, context, lambda e, _d: any(has(e, p) for p in choices), MISSING, term)


def at_most_one(code: str, context: str, path: str, term: str = "") -> Rule:
    """There may be no second one."""
    return Rule(code, context, lambda e, _d: len(find_all(e, path)) <= 1, ONCE, term)


def two_decimals(code: str, context: str, path: str, term: str) -> Rule:
    """At most two decimals are written; the text counts, not the number."""

    def holds(element: Element, _document: Document) -> bool:
        found = find(element, path)
        return found is None or decimals(found) <= 2

    return Rule(code, context, holds, CENTS, term, values=found_at(path))


def decimals(element: Element) -> int:
    """How many characters are written behind the point."""
    return len(string(element).partition(".")[2])


def in_list(code: str, context: str, codes: frozenset[str], term: str) -> Rule:
    """The text of the element must be one of these codes."""
    return Rule(
        code, context, lambda e, _d: own_text(e) in codes, UNKNOWN_CODE, term, values=found_at(".")
    )


def attribute_in_list(
    code: str, context: str, attribute: str, codes: frozenset[str], term: str
) -> Rule:
    """An attribute must be one of these codes."""

    def values(element: Element, _document: Document) -> Mapping[str, object]:
        return {"found": quoted(element.get(attribute) or "")}

    def holds(element: Element, _document: Document) -> bool:
        return (element.get(attribute) or "").strip() in codes

    return Rule(code, context, holds, UNKNOWN_CODE, term, values=values)


def equals(code: str, context: str, path: str, term: str, expected: Expected) -> Rule:
    """The amount at this path must be exactly what follows from others."""

    def holds(element: Element, document: Document) -> bool:
        found = amount(element, path)
        return found is not None and found == expected(element, document)

    def values(element: Element, document: Document) -> Mapping[str, object]:
        return {
            "found": shown(amount(element, path)),
            "expected": shown(expected(element, document)),
        }

    return Rule(code, context, holds, SUM, term, values=values)
