"""Two customers: one that sends, one that receives; and what the pages of documents need of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.services import deliveries
from tests.factories import World, sign_in
from tests.support import token

SAMPLES = Path(__file__).parent.parent / "samples"
SELLER_KVK, BUYER_KVK = "53087412", "60145238"
SELLER_VAT = "NL859837445B01"


@dataclass
class Town:
    """Who lives here."""

    ours: Any
    piet: Any
    anna: Any
    holding: Any
    buyer: Any
    client: FlaskClient
    receiver: FlaskClient

    def post(self, address: str, data: Any = None, *, at: str = "/documents/new", **options: Any):
        """Press a button as the sender."""
        return post(self.client, address, data, at=at, **options)

    def deliver(self) -> None:
        """What a worker does a moment later."""
        deliveries.deliver_due()


def post(client: FlaskClient, address: str, data: Any = None, *, at: str, **options: Any):
    """Send a form with the token of a page that was shown before."""
    fields = {"csrf_token": token(client.get(at).text), **(data or {})}
    return client.post(address, data=fields, **options)


@pytest.fixture
def town(app: Flask, world: World) -> Town:
    ours, theirs = world.environment("Piet BV"), world.environment("Anna BV")
    piet = world.user(ours, "Piet Post", role="administrator")
    anna = world.user(theirs, "Anna Ans", role="administrator")
    place = {"street": "Dorpsstraat 1", "postcode": "1234 AB", "city": "Utrecht"}
    holding = world.organization(
        ours,
        "Piet Holding",
        administrator=piet,
        value=SELLER_KVK,
        iban="NL91ABNA0417164300",
        **place,
    )
    buyer = world.organization(
        theirs, "Anna Afval", administrator=anna, value=BUYER_KVK, receive=True, **place
    )
    sender, receiver = app.test_client(), app.test_client()
    sign_in(sender, piet)
    sign_in(receiver, anna)
    return Town(ours, piet, anna, holding, buyer, sender, receiver)


@pytest.fixture
def fields(town: Town) -> dict[str, str]:
    """The form as someone would fill it in."""
    return {
        "organization": town.holding.public_id,
        "kind": "invoice",
        "issue_date": "2026-11-20",
        "due_date": "2026-12-20",
        "currency": "EUR",
        "buyer_reference": "Inkoop",
        "seller_vat": SELLER_VAT,
        "iban": "NL91ABNA0417164300",
        "buyer_name": "Anna Afval",
        "buyer_scheme": "0106",
        "buyer_value": BUYER_KVK,
        "buyer_street": "Kade 5",
        "buyer_postcode": "3511 XX",
        "buyer_city": "Utrecht",
        "buyer_country": "NL",
        "lines-0-description": "Advice",
        "lines-0-quantity": "2",
        "lines-0-unit": "HUR",
        "lines-0-price": "95,50",
        "lines-0-vat_category": "S",
        "lines-0-vat_rate": "21",
    }
