"""What the tests of organizations share: an administrator at work, and a network that answers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import EnvironmentRole, Identifier, Membership, NetworkRegistration, Organization
from app.peppol.access_points import Behaviour
from app.services import network, receiving, registrations
from app.transactions import transaction
from tests.factories import World, sign_in

KVK = {"0106": "12345678"}


@pytest.fixture
def ours(world: World) -> Any:
    """An environment."""
    return world.environment("Piet BV")


@pytest.fixture
def piet(world: World, ours: Any) -> Any:
    """Its administrator."""
    return world.user(ours, "Piet Post", role=EnvironmentRole.ADMINISTRATOR)


@pytest.fixture
def under_review(app: Flask) -> Iterator[None]:
    """A platform whose support staff look before an organization is activated."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(before, activation="review")
    yield
    app.config["SETTINGS"] = before


@pytest.fixture
def behave(world: World) -> Callable[..., None]:
    """Tell the network how to behave, as technical support would."""
    staff = world.user(None, "Tess Tech", staff="technical_support")

    def tell(kind: str, participant: str = "", note: str = "", polls: int = 0) -> None:
        with world.acting(staff):
            network.behave(participant, Behaviour.parse(kind, note, polls))

    return tell


def number_of(organization: Any) -> Any:
    """The first number of an organization, read afresh under the gate."""
    with transaction(), tenancy.every_environment("test"):
        return db.session.scalars(
            select(Identifier)
            .where(Identifier.organization_id == organization.id)
            .order_by(Identifier.id)
        ).first()


def afresh(row: Any) -> Any:
    """The same row as it is now."""
    with transaction(), tenancy.every_environment("test"):
        return db.session.scalars(select(type(row)).where(type(row).id == row.id)).one()


def organization_of(public_id: str) -> Any:
    """An organization by its public id."""
    with transaction(), tenancy.every_environment("test"):
        return db.session.scalars(
            select(Organization).where(Organization.public_id == public_id)
        ).one()


def published() -> dict[str, str]:
    """Who is in the network, by which provider."""
    with transaction(), tenancy.every_environment("test"):
        rows = db.session.scalars(select(NetworkRegistration)).all()
        return {row.participant: row.provider for row in rows}


def rows_of(model: Any, *conditions: Any) -> list[Any]:
    """Every row of a model."""
    with transaction(), tenancy.every_environment("test"):
        return list(db.session.scalars(select(model).where(*conditions).order_by(model.id)))


def ask_network(times: int = 1) -> None:
    """Let the workers work, as if their time had come."""
    for _ in range(times):
        with transaction(), tenancy.every_environment("test"):
            for row in db.session.scalars(
                select(Identifier).where(Identifier.registration_next_at.is_not(None))
            ):
                row.registration_next_at = row.created_at
        registrations.work_due()


@pytest.fixture
def send(client):
    """Send a form as the page would: with the token that stands in it."""

    def post(address: str, page: str = "/receive/", headers: dict[str, str] | None = None, **form):
        token = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).get_data(as_text=True)
        )
        assert token is not None, f"{page} holds no form"
        return client.post(address, data={"csrf_token": token[1], **form}, headers=headers or {})

    return post


@pytest.fixture
def at_work(client, piet):
    sign_in(client, piet)
    return client


def text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def holding(world, ours, piet):
    return world.organization(ours, administrator=piet, value="12345678")


def turn(world, person, organization, on, agreed=True):
    with world.acting(person):
        receiving.set_receive(organization.public_id, on, agreed)


def can_receive(value="12345678"):
    with transaction():
        return receiving.can_receive("0106", value)


@pytest.fixture
def jan(world, ours):
    return world.user(ours, "Jan Smit")


@pytest.fixture
def anna(world, ours):
    return world.user(ours, "Anna Bos")


@pytest.fixture
def jans(world, ours, jan):
    """Of Jan, who administers it; Piet administers the environment only."""
    return world.organization(ours, "Jan Holding", administrator=jan)


def membership(organization, user):
    found = rows_of(
        Membership,
        Membership.organization_id == organization.id,
        Membership.user_id == user.id,
    )
    return found[0] if found else None
