"""Two environments with the people that the screens are about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import has_app_context
from flask.testing import FlaskClient

from app.extensions import db
from app.models import EnvironmentRole
from tests.factories import World, sign_in


@dataclass
class Customers:
    """Ours with an administrator and a colleague; theirs with a relationship manager."""

    ours: Any
    piet: Any  # administrator of ours, relationship manager
    jan: Any  # basic user of ours
    holding: Any  # piet's organization
    theirs: Any
    mia: Any  # administrator of theirs, relationship manager
    winkel: Any  # mia's organization


@pytest.fixture
def customers(world: World) -> Customers:
    administrator = {"role": EnvironmentRole.ADMINISTRATOR, "relationship_manager": True}
    ours, theirs = world.environment("Piet BV"), world.environment("Mia Winkels")
    piet = world.user(ours, "Piet Post", **administrator)
    jan = world.user(ours, "Jan Jansen")
    mia = world.user(theirs, "Mia Maes", **administrator)
    holding = world.organization(ours, "Piet Holding", administrator=piet)
    winkel = world.organization(theirs, "Winkel Gent", administrator=mia)
    return Customers(ours, piet, jan, holding, theirs, mia, winkel)


class Browser:
    """A browser without JavaScript that sends the hidden token of the last page it saw.

    Each request gets an application context of its own, as it does in a web process: otherwise
    the person of one request would still be there in the next.
    """

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def sign_in(self, user: Any) -> Browser:
        sign_in(self.client, user)
        return self

    def get(self, address: str) -> Any:
        with self.client.application.app_context():
            answer = self.client.get(address)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
        self.token = found[1] if found else self.token
        return answer

    def post(self, address: str, **fields: Any) -> Any:
        if has_app_context():
            db.session.remove()  # the test's own connection must not keep the request waiting
        with self.client.application.app_context():
            return self.client.post(address, data={"csrf_token": self.token, **fields})


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client)
