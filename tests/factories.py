"""People and organizations to act for, made directly so that each test says only what matters to it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash

from app import tenancy
from app.extensions import db
from app.models import (
    Environment,
    EnvironmentRole,
    Identifier,
    MemberRole,
    Membership,
    Organization,
    OrganizationState,
    RegistrationState,
    User,
)
from app.models.types import now
from app.services import scopes
from app.transactions import transaction

PASSWORD = "correct horse 9 battery"
# Cheap on purpose: tests sign in a thousand times.
_HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
_KVK = itertools.count(10_000_000)


class World:
    """Makes rows under the gate and returns their ids with the row."""

    def environment(self, name: str = "Piet BV") -> Any:
        """A customer's environment."""
        return self._keep(Environment(name=name))

    def user(
        self,
        environment: Any | None,
        name: str = "Piet Post",
        *,
        role: str = EnvironmentRole.BASIC,
        staff: str | None = None,
        **columns: Any,
    ) -> Any:
        """A person with the password PASSWORD; the username is the first name in lower case."""
        first, _, last = name.partition(" ")
        columns.setdefault("language", "en")
        username = columns.pop("username", first.lower())
        return self._keep(
            User(
                first_name=first,
                last_name=last,
                username=username,
                email=columns.pop("email", f"{username}@example.nl"),
                password=_HASH,
                active=True,
                environment_id=environment.id if environment else None,
                environment_role=role,
                staff_role=staff,
                **columns,
            )
        )

    def organization(
        self,
        environment: Any,
        name: str = "Piet Holding",
        *,
        administrator: Any | None = None,
        active: bool = True,
        receive: bool = False,
        scheme: str = "0106",
        value: str | None = None,
        **columns: Any,
    ) -> Any:
        """An organization with one identifier, active unless said otherwise."""
        organization = self._keep(
            Organization(
                environment_id=environment.id,
                name=name,
                state=OrganizationState.ACTIVE if active else OrganizationState.DRAFT,
                activated_at=now() if active else None,
                **columns,
            )
        )
        self._keep(
            Identifier(
                organization_id=organization.id,
                scheme=scheme,
                value=value or str(next(_KVK)),
                owned=active,
                verified_at=now() if active else None,
                send=active,
                receive=receive,
                registration=RegistrationState.ACTIVE if receive else RegistrationState.OFF,
            )
        )
        if administrator is not None:
            self.member(organization, administrator, MemberRole.ADMINISTRATOR)
        return organization

    def member(self, organization: Any, user: Any, role: str = MemberRole.MEMBER) -> Any:
        """Make someone a member."""
        return self._keep(Membership(organization_id=organization.id, user_id=user.id, role=role))

    def keep(self, row: Any) -> Any:
        """Store any row under the gate."""
        return self._keep(row)

    def _keep(self, row: Any) -> Any:
        with transaction(), tenancy.every_environment("test"):
            db.session.add(row)
            db.session.flush()
        return row

    @contextmanager
    def acting(self, user: Any) -> Iterator[tenancy.Scope]:
        """Open the scope of a person, as a request of theirs would."""
        person = scopes.person(user.id)
        assert person is not None, f"{user.username} may not sign in"
        g.person = person
        with tenancy.scope(person.scope) as opened:
            yield opened


def sign_in(client: FlaskClient, user: Any) -> None:
    """Give the browser the session of this person, as signing in would."""
    with client.session_transaction() as session:
        session["_user_id"] = f"{user.id}:{user.epoch}"
        session["_fresh"] = True
