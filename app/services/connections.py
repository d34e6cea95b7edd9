"""Keys for an organization's own software: shown once, kept hashed, revoked at once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from app import tenancy
from app.errors import NotAllowed, NotFound
from app.extensions import db
from app.models import Connection, Organization, OrganizationState
from app.models.types import now
from app.services import audit, rights
from app.tenancy import Scope
from app.transactions import transaction

NOTED_EVERY = timedelta(minutes=1)  # a busy key isn't written down a thousand times a second


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key. The secret is here and nowhere else."""

    public_id: str
    app_key: str
    secret: str = field(repr=False)


def issue(organization_public_id: str, name: str) -> Issued:
    """Make a key for an organization; several may work at once, so that changing one has no gap."""
    with transaction():
        organization = db.session.scalars(
            select(Organization).where(Organization.public_id == organization_public_id)
        ).one_or_none()
        if organization is None:
            raise NotFound("This isn't here, or it isn't yours.")
        rights.need_organization_administrator(organization.id)
        secret = secrets.token_urlsafe(32)
        connection = Connection(
            organization_id=organization.id,
            name=name.strip()[:120],
            app_key=f"pk_{secrets.token_hex(16)}",
            secret_hash=_hash(secret),
        )
        db.session.add(connection)
        db.session.flush()
        audit.record("connection.issue", f"connection {connection.public_id}")
        return Issued(connection.public_id, connection.app_key, secret)


def authenticate(app_key: str, secret: str) -> Scope:
    """The scope of the key's organization. Wrong, revoked and unknown keys all get the same no."""
    with transaction(), tenancy.every_environment("whose key is this"):
        connection = db.session.scalars(
            select(Connection).where(Connection.app_key == app_key)
        ).one_or_none()
        # Compared also where there is nothing to compare with: the time it takes tells nothing.
        known = connection.secret_hash if connection else _hash("")
        right = hmac.compare_digest(_hash(secret), known)
        if connection is None or not right or connection.revoked_at is not None:
            raise NotAllowed("This key isn't right, or it was revoked.")
        state = select(Organization.state).where(Organization.id == connection.organization_id)
        if db.session.scalars(state).one() != OrganizationState.ACTIVE:
            raise NotAllowed("This key isn't right, or it was revoked.")
        if connection.last_used_at is None or connection.last_used_at < now() - NOTED_EVERY:
            connection.last_used_at = now()
        return Scope(
            person_name=connection.name,
            organization_ids=frozenset({connection.organization_id}),
            reason=f"connection {connection.public_id}",
        )


def revoke(public_id: str) -> None:
    """End a key; from the next request on it opens nothing."""
    with transaction():
        connection = db.session.scalars(
            select(Connection).where(Connection.public_id == public_id)
        ).one_or_none()
        if connection is None:
            raise NotFound("This isn't here, or it isn't yours.")
        rights.need_organization_administrator(connection.organization_id)
        if connection.revoked_at is None:
            connection.revoked_at = now()
            audit.record("connection.revoke", f"connection {connection.public_id}")


def _hash(secret: str) -> str:
    # Of 256 random bits; a slow hash would add nothing but work.
    return hashlib.sha256(secret.encode()).hexdigest()
