"""Two customers, one of whom receives on the platform, and documents between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.invoice.model import Party
from app.models import Attempt, Delivery, Direction, Document, HistoryEntry, Identifier
from app.models.types import now
from app.services import deliveries, documents
from app.transactions import transaction
from tests.delivery import samples
from tests.factories import World


@dataclass
class Walk:
    """A sender and a receiver, each in an environment of its own."""

    world: World
    here: Any  # the environment of the sender
    there: Any
    sender: Any
    receiver: Any
    ours: Any  # the organization that sends
    theirs: Any  # the organization that receives
    seller: Party
    buyer: Party

    def xml(self, number: str = "2026-1", **columns: Any) -> bytes:
        return samples.xml(number, self.seller, columns.pop("buyer", self.buyer), **columns)

    def taken(self, number: str = "2026-1", *, email: str = "", **columns: Any) -> str:
        """The public id of a document that was taken in and read; with an address: to be mailed."""
        if email:
            columns["buyer"] = samples.with_mail(stranger(), email)
        with self.world.acting(self.sender):
            taken = documents.take_in(
                self.xml(number, **columns), organization_id=self.ours.id, check_now=True
            )
        return taken.document_public_id

    def queued(self, number: str = "2026-1", **columns: Any) -> str:
        """The public id of a delivery that waits."""
        public_id = self.taken(number, **columns)
        with self.world.acting(self.sender):
            return deliveries.queue(public_id)

    def inbox(self) -> list[Document]:
        with everything():
            return list(
                db.session.scalars(
                    select(Document).where(
                        Document.organization_id == self.theirs.id,
                        Document.direction == Direction.IN,
                    )
                )
            )


def stranger() -> Party:
    """A buyer that isn't on the platform."""
    return samples.party("Bakkerij Klant", "0106", "99999999")


@contextmanager
def everything() -> Iterator[None]:
    with transaction(), tenancy.every_environment("test"):
        yield


def one(model: Any, public_id: str) -> Any:
    """A row as it is now."""
    with everything():
        return db.session.scalars(
            select(model)
            .where(model.public_id == public_id)
            .execution_options(populate_existing=True)
        ).one()


def delivery(public_id: str) -> Delivery:
    found: Delivery = one(Delivery, public_id)
    return found


def attempts(public_id: str) -> list[Attempt]:
    key = delivery(public_id).id
    with everything():
        return list(
            db.session.scalars(
                select(Attempt).where(Attempt.delivery_id == key).order_by(Attempt.number)
            )
        )


def story(delivery_public_id: str) -> list[str]:
    """What history tells about the document of a delivery, oldest first."""
    return story_of(delivery(delivery_public_id).document_id)


def story_of(document_id: int) -> list[str]:
    """What history tells about a document, oldest first."""
    with everything():
        return list(
            db.session.scalars(
                select(HistoryEntry.text)
                .where(HistoryEntry.document_id == document_id)
                .order_by(HistoryEntry.id)
            )
        )


def change(public_id: str, **columns: Any) -> None:
    """Let time pass for a delivery, or put it into a state."""
    with everything():
        row = db.session.scalars(select(Delivery).where(Delivery.public_id == public_id)).one()
        for name, value in columns.items():
            setattr(row, name, value)


def make_due(public_id: str) -> None:
    change(public_id, next_at=now())


@pytest.fixture
def walk(world: World) -> Walk:
    return build_walk(world)


def build_walk(world: World, **columns: Any) -> Walk:
    """The two customers."""
    here, there = world.environment("Afzender BV"), world.environment("Ontvanger BV")
    sender = world.user(here, "Piet Post", **columns)
    receiver = world.user(there, "Olga Ontvanger", **columns)
    ours = world.organization(
        here,
        "Afzender BV",
        administrator=sender,
        email="a@afzender.example",
        street="Kade 1",
        postcode="2611 AA",
        city="Delft",
        number_prefix="F",
    )
    theirs = world.organization(
        there, "Ontvanger BV", administrator=receiver, receive=True, value="20000000"
    )
    seller = samples.party("Afzender BV", "0106", _number_of(ours))
    return Walk(
        world,
        here,
        there,
        sender,
        receiver,
        ours,
        theirs,
        seller,
        samples.party("Ontvanger BV", "0106", "20000000"),
    )


def _number_of(organization: Any) -> str:
    with everything():
        return str(
            db.session.scalars(
                select(Identifier.value).where(Identifier.organization_id == organization.id)
            ).one()
        )


@pytest.fixture
def mail_by(app: Flask) -> Iterator[Callable[[str], None]]:
    """Use this mail server from now on."""
    before = app.config["SETTINGS"]

    def use(url: str, **changes: Any) -> None:
        app.config["SETTINGS"] = replace(before, mail_url=url, **changes)

    yield use
    app.config["SETTINGS"] = before
