"""Customers of the trial: who sends, who receives, and an invoice of each sender to each recipient.

Runs beside the platform, once, before it starts; what it prints is all that the trial knows.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.application import create_app
from app.extensions import db
from app.models import Alert, Identifier
from app.services import installation
from app.transactions import transaction
from tests.delivery import samples
from tests.factories import PASSWORD, World

SENDERS, RECEIVERS = 4, 5
NUMBER, ADDRESS = "NUMBER-HERE", "address-here@klant.example"
# Mails about mails would only be in the way of counting.
QUIET = {"alert_feed": Alert.OFF, "alert_document": Alert.OFF}


def main() -> None:
    """Make them and print them."""
    with create_app().app_context():
        installation.prepare()
        print(json.dumps(_town(World())))
        db.session.remove()
        db.engine.dispose()


def _town(world: World) -> dict[str, Any]:
    receivers = [_receiver(world, number) for number in range(RECEIVERS)]
    senders = [_sender(world, number, receivers) for number in range(SENDERS)]
    return {"password": PASSWORD, "senders": senders, "receivers": receivers}


def _receiver(world: World, number: int) -> dict[str, Any]:
    name, value = f"Ontvanger {number} BV", f"{20_000_000 + number}"
    there = world.environment(name)
    person = world.user(there, f"Olga{number} Ontvanger", **QUIET)
    world.organization(there, name, administrator=person, receive=True, value=value)
    return {"user": person.username, "name": name, "value": value}


def _sender(world: World, number: int, receivers: list[dict[str, Any]]) -> dict[str, Any]:
    name = f"Afzender {number} BV"
    here = world.environment(name)
    person = world.user(here, f"Piet{number} Post", **QUIET)
    ours = world.organization(here, name, administrator=person, email=f"a{number}@afzender.example")
    seller = samples.party(name, "0106", _number_of(ours))
    buyers = [samples.party(each["name"], "0106", each["value"]) for each in receivers]
    stranger = samples.party("Bakkerij Klant", "0106", "99999999")
    return {
        "user": person.username,
        "organization": ours.public_id,
        "across": [samples.xml(NUMBER, seller, buyer).decode() for buyer in buyers],
        "by_mail": samples.xml(NUMBER, seller, samples.with_mail(stranger, ADDRESS)).decode(),
    }


def _number_of(organization: Any) -> str:
    with transaction(), tenancy.every_environment("the number of a sender"):
        mine = select(Identifier.value).where(Identifier.organization_id == organization.id)
        return str(db.session.scalars(mine).one())


if __name__ == "__main__":
    main()
