"""The kinds of documents that a receiver can be published for, in the network's own words."""

from __future__ import annotations

_UBL = "urn:oasis:names:specification:ubl:schema:xsd"
_BIS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_NLCIUS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"


def _pair(customization: str) -> tuple[str, str]:
    return (
        f"{_UBL}:Invoice-2::Invoice##{customization}::2.1",
        f"{_UBL}:CreditNote-2::CreditNote##{customization}::2.1",
    )


def receivable_in(country: str) -> tuple[str, ...]:
    """Invoices and credit notes; the Netherlands' authority asks for the national form as well."""
    return _pair(_BIS) + (_pair(_NLCIUS) if country.upper() == "NL" else ())


def billing(*, credit_note: bool) -> str:
    """The kind that every receiver of invoices, or of credit notes, is asked for."""
    invoice, credit = _pair(_BIS)
    return credit if credit_note else invoice
