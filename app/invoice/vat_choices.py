"""Which kinds of VAT there are between two countries, the rates at home, and what each kind asks for.

The kinds are the nine families of EN 16931 (UNTDID 5305). What is offered is what people there usually need;
what is refused is what the law rules out.
"""

from __future__ import annotations

from decimal import Decimal

EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
STANDARD, ZERO, EXEMPT, OUTSIDE = "S", "Z", "E", "O"
REVERSE_CHARGE, INTRA_COMMUNITY, EXPORT = "AE", "K", "G"
CANARY_ISLANDS, CEUTA_AND_MELILLA = "L", "M"
FAMILIES = (
    STANDARD,
    ZERO,
    EXEMPT,
    REVERSE_CHARGE,
    INTRA_COMMUNITY,
    EXPORT,
    OUTSIDE,
    CANARY_ISLANDS,
    CEUTA_AND_MELILLA,
)
WITH_RATE = frozenset({STANDARD, CANARY_ISLANDS, CEUTA_AND_MELILLA})
MAY_BE_ZERO = frozenset({CANARY_ISLANDS, CEUTA_AND_MELILLA})

# The rates of a country, the standard one first; of elsewhere they are typed.
_RATES = {
    "AT": "20 13 10",
    "BE": "21 12 6",
    "BG": "20 9",
    "CH": "8.1 3.8 2.6",
    "CY": "19 9 5",
    "CZ": "21 12",
    "DE": "19 7",
    "DK": "25",
    "EE": "24 13 9",
    "ES": "21 10 4",
    "FI": "25.5 13.5 10",
    "FR": "20 10 5.5 2.1",
    "GB": "20 5",
    "GR": "24 13 6",
    "HR": "25 13 5",
    "HU": "27 18 5",
    "IE": "23 13.5 9",
    "IT": "22 10 5 4",
    "LT": "21 12 5",
    "LU": "17 14 8 3",
    "LV": "21 12 5",
    "MT": "18 12 7 5",
    "NL": "21 9",
    "NO": "25 15 12",
    "PL": "23 8 5",
    "PT": "23 13 6",
    "RO": "21 11",
    "SE": "25 12 6",
    "SI": "22 9.5 5",
    "SK": "23 19 5",
}
# In which a country wants to know its VAT; the others have the euro, or it isn't known here.
_CURRENCIES = {
    "CH": "CHF",
    "CZ": "CZK",
    "DK": "DKK",
    "GB": "GBP",
    "HU": "HUF",
    "NO": "NOK",
    "PL": "PLN",
    "RO": "RON",
    "SE": "SEK",
}


def rates(country: str) -> tuple[Decimal, ...]:
    """The rates of the supplier's country, the standard one first."""
    return tuple(map(Decimal, _RATES.get(country, "").split()))


def currency(country: str) -> str:
    """The currency of VAT at home."""
    return _CURRENCIES.get(country, "EUR" if country in EU else "")


def offered(seller: str, destination: str) -> tuple[str, ...]:
    """The kinds of VAT that people choose from, from one country to another."""
    return tuple(each for each in FAMILIES if _usual(each, seller, destination))


def possible(family: str, seller: str, destination: str) -> bool:
    """Whether the law allows it at all between these countries; without a country it may."""
    if not seller or not destination:
        return True
    if family == INTRA_COMMUNITY:
        return seller != destination and {seller, destination} <= EU
    if family == EXPORT:
        return not (seller == destination or {seller, destination} <= EU)
    return family not in MAY_BE_ZERO or seller == "ES"


def _usual(family: str, seller: str, destination: str) -> bool:
    if family == REVERSE_CHARGE:
        return not destination or destination == seller or destination in EU
    if family in MAY_BE_ZERO:
        return seller == "ES"
    return possible(family, seller, destination)
