"""Customers and documents for measuring: taken in, checked and queued by the services that people use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.invoice.model import Party
from app.models import Alert, Identifier
from app.services import deliveries, documents
from app.transactions import transaction
from tests.delivery import samples
from tests.factories import World

RECEIVERS = 5
NUMBER, ADDRESS = "NUMBER-HERE", "address-here@klant.example"
STRANGER = samples.party("Bakkerij Klant", "0106", "99999999")


@dataclass(frozen=True, slots=True)
class Sender:
    """Someone who sends, and one-page invoices with places for a number and an address."""

    person: Any
    organization: Any
    across: tuple[str, ...]  # one for each receiver
    by_mail: str

    def invoice(self, number: str, *, mail: bool = False) -> bytes:
        """An invoice with this number: to one of the receivers in turn, or to a mail address."""
        text = self.by_mail if mail else self.across[hash(number) % len(self.across)]
        return text.replace(NUMBER, number).replace(ADDRESS, address(number)).encode()


def address(number: str) -> str:
    """Where an invoice goes that is mailed."""
    return f"m{number}@klant.example"


def receivers(world: World) -> list[Party]:
    """Customers inside the platform, each with a person who wants a mail for each document."""
    parties = []
    for count in range(RECEIVERS):
        name, value = f"Ontvanger {count} BV", f"{20_000_000 + count}"
        there = world.environment(name)
        person = world.user(there, f"Olga{count} Ontvanger", alert_document=Alert.AT_ONCE)
        world.organization(there, name, administrator=person, receive=True, value=value)
        parties.append(samples.party(name, "0106", value))
    return parties


def sender(world: World, count: int, buyers: Iterable[Party]) -> Sender:
    """A customer with one organization that sends."""
    name = f"Afzender {count} BV"
    here = world.environment(name)
    person = world.user(here, f"Piet{count} Post")
    ours = world.organization(here, name, administrator=person, email=f"a{count}@afzender.example")
    seller = samples.party(name, "0106", _number_of(ours))
    return Sender(
        person,
        ours,
        tuple(samples.xml(NUMBER, seller, buyer).decode() for buyer in buyers),
        samples.xml(NUMBER, seller, samples.with_mail(STRANGER, ADDRESS)).decode(),
    )


def queue(world: World, who: Sender, numbers: Iterable[str], *, mail: bool = False) -> None:
    """Take in, check and queue an invoice for each number."""
    with world.acting(who.person):
        for number in numbers:
            taken = documents.take_in(
                who.invoice(number, mail=mail), organization_id=who.organization.id, check_now=True
            )
            deliveries.queue(taken.document_public_id)


def _number_of(organization: Any) -> str:
    with transaction(), tenancy.every_environment("the number of a sender"):
        mine = select(Identifier.value).where(Identifier.organization_id == organization.id)
        return str(db.session.scalars(mine).one())
