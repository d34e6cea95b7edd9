"""EN 16931: what release 1.3.16 changed, as it was in 1.3.15, on which the Dutch sets still build."""

from __future__ import annotations

from app.invoice.model import Kind
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import Element, floating, has, string
from app.validation.rule import Rule, Test
from app.validation.rules import en_terms

# What these rules say now isn't what they said then; UBL-SR-23 and UBL-CR-674 could never speak.
CHANGED = frozenset({"BR-CO-26", "UBL-SR-23", "UBL-SR-56"})
SILENT = frozenset({"UBL-CR-674"})

_WHEN_TO_PAY = N_(
    "There is an amount to pay, but it isn't said when. Fill in a due date or payment terms."
)


def _says_when_to_pay(element: Element, document: Document) -> bool:
    payable = floating(string(element))
    if payable is not None and payable <= 0:
        return True
    return bool(document.nodes("cbc:DueDate|cac:PaymentTerms/cbc:Note"))


def _is_invoice(_element: Element, document: Document) -> bool:
    return document.kind is Kind.INVOICE


def _recognizable(newer: Test) -> Test:
    """Any identifier would do, the one for direct debits included."""

    def holds(element: Element, document: Document) -> bool:
        return has(element, "cac:Party/cac:PartyIdentification/cbc:ID") or newer(element, document)

    return holds


PAYMENT_RULES = (
    Rule("BR-CO-25", "/*/cac:LegalMonetaryTotal/cbc:PayableAmount", _says_when_to_pay, _WHEN_TO_PAY, "BT-9", applies=_is_invoice),
)  # fmt: skip
OTHER_RULES = tuple(
    Rule(rule.code, rule.context, _recognizable(rule.holds), rule.sentence, rule.term)
    for rule in en_terms.RULES
    if rule.code == "BR-CO-26"
)
