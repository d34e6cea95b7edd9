"""Peppol BIS Billing 3.0: the form and check digits of numbers (PEPPOL-COMMON-R…)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from stdnum import luhn
from stdnum.au import abn
from stdnum.it import iva

from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import Element, own_text, under_vat
from app.validation.report import Finding, Severity
from app.validation.rule import quoted

Check = Callable[[str], bool]

_PLACES = "cbc:EndpointID|cac:PartyIdentification/cbc:ID|cbc:CompanyID"
_FORM = N_(
    "“%(found)s” isn't a valid number of scheme %(scheme)s. Check it for a missing digit or a typing error."
)
_DUTCH_VAT = N_("“%(found)s” isn't a Dutch VAT number. It looks like NL123456782B01.")


def _form(pattern: str) -> Check:
    compiled = re.compile(pattern, re.ASCII)
    return lambda number: compiled.fullmatch(number) is not None


def _gln(number: str) -> bool:
    """The GS1 check digit; the rule leaves the length free."""
    if not re.fullmatch(r"[0-9]+", number, re.ASCII):
        return False
    weighted = sum(
        int(digit) * (3 if place_ % 2 == 0 else 1)
        for place_, digit in enumerate(reversed(number[:-1]))
    )
    return -weighted % 10 == int(number[-1])


def _mod11(number: str) -> bool:
    if not re.fullmatch(r"[0-9]{9}", number, re.ASCII) or int(number) == 0:
        return False
    weighted = sum(
        int(digit) * (position % 6 + 2) for position, digit in enumerate(reversed(number[:-1]))
    )
    return -weighted % 11 == int(number[-1])


def _belgian(number: str) -> bool:
    if not re.fullmatch(r"[0-9]{10}", number, re.ASCII):
        return False
    return 97 - int(number[:8]) % 97 == int(number[8:])


def _italian_code(number: str) -> bool:
    if len(number) == 11:
        return number.isdecimal()
    return re.fullmatch(r"[A-Za-z]{6}\d\d[A-Za-z]\d\d.{3}\d[A-Za-z]", number, re.ASCII) is not None


def _italian_vat(number: str) -> bool:
    return number[:2].upper() != "IT" or iva.is_valid(number[2:])


def _swedish(number: str) -> bool:
    return re.fullmatch(r"[0-9]{10}", number, re.ASCII) is not None and luhn.is_valid(number)


# The last member says whether a wrong number stops the invoice.
_SCHEMES: dict[str, tuple[str, Check, Severity]] = {
    "0088": ("PEPPOL-COMMON-R040", _gln, Severity.FATAL),
    "0192": ("PEPPOL-COMMON-R041", _mod11, Severity.FATAL),
    "0184": ("PEPPOL-COMMON-R042", _form(r"(DK)?[0-9]{8}"), Severity.FATAL),
    "0208": ("PEPPOL-COMMON-R043", _belgian, Severity.FATAL),
    "0201": ("PEPPOL-COMMON-R044", _form(r"[A-Za-z0-9]{6}"), Severity.WARNING),
    "0210": ("PEPPOL-COMMON-R045", _italian_code, Severity.WARNING),
    "9907": ("PEPPOL-COMMON-R046", _italian_code, Severity.WARNING),
    "0211": ("PEPPOL-COMMON-R047", _italian_vat, Severity.WARNING),
    "0007": ("PEPPOL-COMMON-R049", _swedish, Severity.FATAL),
    "0151": ("PEPPOL-COMMON-R050", abn.is_valid, Severity.FATAL),
    "0096": ("PEPPOL-COMMON-R052", _form(r"[0-9]{10}"), Severity.FATAL),
    "0198": ("PEPPOL-COMMON-R053", _form(r"DK[0-9]{8}"), Severity.FATAL),
    "0106": ("PEPPOL-COMMON-R054", _form(r"[0-9]{8}"), Severity.WARNING),
    "0190": ("PEPPOL-COMMON-R055", _form(r"[0-9]{20}"), Severity.WARNING),
    "9944": ("PEPPOL-COMMON-R056-1", _form(r"NL[0-9]{9}B[0-9]{2}"), Severity.WARNING),
    "0217": ("PEPPOL-COMMON-R057", _form(r"[0-9]{12}"), Severity.WARNING),
}
_ONLY_ADDRESSES = frozenset({"9907"})


def findings(document: Document) -> Iterable[Finding]:
    """Every number whose scheme has a form, and Dutch VAT numbers."""
    for element in document.nodes(_PLACES):
        scheme = element.get("schemeID") or ""
        if scheme in _SCHEMES and _is_judged(element, scheme):
            yield from _judge(document, element, scheme)
        elif _is_dutch_vat(element) and not _SCHEMES["9944"][1](own_text(element)):
            yield _finding(document, "PEPPOL-COMMON-R056-2", Severity.WARNING, _DUTCH_VAT, element)


def _is_judged(element: Element, scheme: str) -> bool:
    return scheme not in _ONLY_ADDRESSES or str(element.tag).endswith("}EndpointID")


def _judge(document: Document, element: Element, scheme: str) -> Iterable[Finding]:
    code, check, severity = _SCHEMES[scheme]
    if not check(own_text(element)):
        yield _finding(document, code, severity, _FORM, element, scheme=scheme)


def _is_dutch_vat(element: Element) -> bool:
    parent = element.getparent()
    return (
        parent is not None
        and str(parent.tag).endswith("}PartyTaxScheme")
        and under_vat(parent)
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
