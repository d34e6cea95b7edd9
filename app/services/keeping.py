"""The way of services to kept bytes, with no connection of the database waiting meanwhile."""

from __future__ import annotations

from app import storage, transactions
from app.extensions import settings
from app.storage import Store


def store() -> Store:
    """Where documents are kept. It may stand on another host, so no transaction may be open."""
    transactions.nobody_waits()
    return storage.store(settings())


def pictures() -> Store:
    """Where pictures of people are kept."""
    transactions.nobody_waits()
    return storage.pictures(settings())
