"""Peppol BIS Billing 3.0: the form and check digits of numbers (PEPPOL-COMMON-R…)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import Element, own_text, plain, string, text
from app.validation.report import Finding, Severity
from app.validation.rule import quoted
from app.validation.rules import identifiers

Check = Callable[[str], bool]

_PLACES = "cbc:EndpointID|cac:PartyIdentification/cbc:ID|cbc:CompanyID"
_FORM = N_(
    "“%(found)s” isn't a valid number of scheme %(scheme)s. Check it for a missing digit or a typing error."
)
_DUTCH_VAT = N_("“%(found)s” isn't a Dutch VAT number. It looks like NL123456782B01.")


def _form(pattern: str) -> Check:
    compiled = re.compile(pattern, re.ASCII)
    return lambda number: compiled.fullmatch(plain(number)) is not None


def _exact(pattern: str) -> Check:
    """White space around the number is not forgiven."""
    compiled = re.compile(pattern, re.ASCII)
    return lambda number: compiled.fullmatch(number) is not None


def _checked(check: Check) -> Check:
    return lambda number: check(plain(number))


def _swedish(number: str) -> bool:
    return len(number) == 10 and identifiers.swedish(number)


_DUTCH_FORM = _form(r"NL[0-9]{9}B[0-9]{2}")
# The last member says whether a wrong number stops the invoice.
_SCHEMES: dict[str, tuple[str, Check, Severity]] = {
    "0088": ("PEPPOL-COMMON-R040", _checked(identifiers.gln), Severity.FATAL),
    "0192": ("PEPPOL-COMMON-R041", _checked(identifiers.mod11), Severity.FATAL),
    "0184": ("PEPPOL-COMMON-R042", _exact(r"(DK)?[0-9]{8}"), Severity.FATAL),
    "0096": ("PEPPOL-COMMON-R052", _exact(r"[0-9]{10}"), Severity.FATAL),
    "0198": ("PEPPOL-COMMON-R053", _exact(r"DK[0-9]{8}"), Severity.FATAL),
    "0208": ("PEPPOL-COMMON-R043", _checked(identifiers.belgian), Severity.FATAL),
    "0201": ("PEPPOL-COMMON-R044", _form(r"[A-Za-z0-9]{6}"), Severity.WARNING),
    "0210": ("PEPPOL-COMMON-R045", _checked(identifiers.italian_code), Severity.WARNING),
    "9907": ("PEPPOL-COMMON-R046", _checked(identifiers.italian_code), Severity.WARNING),
    "0211": ("PEPPOL-COMMON-R047", _checked(identifiers.italian_vat), Severity.WARNING),
    "0007": ("PEPPOL-COMMON-R049", _checked(_swedish), Severity.FATAL),
    "0151": ("PEPPOL-COMMON-R050", _checked(identifiers.australian), Severity.FATAL),
    "0106": ("PEPPOL-COMMON-R054", _form(r"[0-9]{8}"), Severity.WARNING),
    "0190": ("PEPPOL-COMMON-R055", _form(r"[0-9]{20}"), Severity.WARNING),
    "9944": ("PEPPOL-COMMON-R056-1", _DUTCH_FORM, Severity.WARNING),
    "0217": ("PEPPOL-COMMON-R057", _form(r"[0-9]{12}"), Severity.WARNING),
}
_ONLY_ADDRESSES = frozenset({"9907"})
# A number is judged by one rule only; this scheme comes after the rule for Dutch VAT numbers.
_AFTER_VAT = "0217"


def described() -> Iterator[tuple[str, Severity, str, str]]:
    """Every rule about a number: number, severity, term and sentence."""
    for code, _check, severity in _SCHEMES.values():
        yield code, severity, "", _FORM
    yield "PEPPOL-COMMON-R056-2", Severity.WARNING, "", _DUTCH_VAT


def findings(document: Document) -> Iterable[Finding]:
    """Every number whose scheme has a form, and Dutch VAT numbers."""
    for element in document.nodes(_PLACES):
        scheme = element.get("schemeID") or ""
        known = scheme in _SCHEMES and _is_judged(element, scheme)
        if (not known or scheme == _AFTER_VAT) and _is_dutch_vat(element):
            if not _DUTCH_FORM(string(element)):
                code = "PEPPOL-COMMON-R056-2"
                yield _finding(document, code, Severity.WARNING, _DUTCH_VAT, element)
        elif known:
            yield from _judge(document, element, scheme)


def _is_judged(element: Element, scheme: str) -> bool:
    return scheme not in _ONLY_ADDRESSES or str(element.tag).endswith("}EndpointID")


def _judge(document: Document, element: Element, scheme: str) -> Iterable[Finding]:
    code, check, severity = _SCHEMES[scheme]
    if not check(string(element)):
        yield _finding(document, code, severity, _FORM, element, scheme=scheme)


def _is_dutch_vat(element: Element) -> bool:
    parent = element.getparent()
    return (
        parent is not None
        and str(parent.tag).endswith("}PartyTaxScheme")
        and str(element.tag).endswith("}CompanyID")
        and text(parent, "cac:TaxScheme/cbc:ID") == "VAT"
        and own_text(element).startswith("NL")
    )


def _finding(
    document: Document,
    code: str,
    severity: Severity,
    sentence: str,
    element: Element,
    **values: object,
) -> Finding:
    line: int | None = getattr(element, "sourceline", None)
    said = {"found": quoted(own_text(element)), **values}
    return Finding(code, severity, sentence, "", document.place(element), line, said)
