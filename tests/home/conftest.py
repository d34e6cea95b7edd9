"""Organizations with documents that came in and left at known moments."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.models import Delivery, DeliveryState, Direction, Document, Readiness
from app.models.types import new_public_id, now


@pytest.fixture
def ours(world):
    return world.environment("Piet BV")


@pytest.fixture
def piet(world, ours):
    return world.user(ours, "Piet Post", role="administrator")


@pytest.fixture
def holding(world, ours, piet):
    return world.organization(ours, administrator=piet)


@pytest.fixture
def arrived(world):
    """A document that came in, now or at a moment."""

    def arrive(organization, at: datetime | None = None):
        return world.keep(
            Document(
                organization_id=organization.id,
                direction=Direction.IN,
                readiness=Readiness.READY,
                created_at=at or now(),
            )
        )

    return arrive


@pytest.fixture
def left(world):
    """A delivery of a document in a state, begun now or at a moment."""

    def leave(organization, state=DeliveryState.DELIVERED, at=None, took=None, **columns):
        at = at or now()
        if "document_id" not in columns:
            columns["document_id"] = world.keep(
                Document(
                    organization_id=organization.id,
                    direction=Direction.OUT,
                    readiness=Readiness.READY,
                    queued_at=at,
                    number=new_public_id()[:8],
                    created_at=at,
                )
            ).id
        return world.keep(
            Delivery(
                organization_id=organization.id,
                route="platform",
                recipient="0106:1",
                message_key=new_public_id(),
                state=state,
                created_at=at,
                ended_at=at + took if took else at,
                **columns,
            )
        )

    return leave


@pytest.fixture
def utc():
    """A moment in UTC."""
    return lambda *parts: datetime(*parts, tzinfo=UTC)
