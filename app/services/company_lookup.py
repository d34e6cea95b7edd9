"""An organization of one's own, from the company register: what of its form follows from a company."""

from __future__ import annotations

from app.errors import NotFound
from app.services import contacts, customer_lookup
from app.services.customer_lookup import Group, Source

PLAIN = ("name", "country", "street", "postcode", "city")


def registered(text: str) -> Group:
    """Companies with this name or number."""
    return customer_lookup.registered(text)


def fields_for(key: str) -> dict[str, str]:
    """What the form of an organization gets from the one that was chosen; its numbers are by scheme."""
    if not key.startswith(f"{Source.REGISTER}-"):
        raise NotFound("This isn't here, or it isn't yours.")
    said = customer_lookup.fields_for(key)
    fields = {name: said.get(f"buyer_{name}", "") for name in PLAIN}
    fields |= {f"number_{scheme}": value for scheme, value in _numbers(said) if value}
    return {name: value for name, value in fields.items() if name != "country" or value}


def _numbers(said: dict[str, str]) -> list[tuple[str, str]]:
    found = [(said.get("buyer_scheme", ""), said.get("buyer_value", ""))]
    tax = contacts.VAT_SCHEMES.get(said.get("buyer_country", ""))
    return [*found, (tax, said.get("buyer_vat", ""))] if tax else found
