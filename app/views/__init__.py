"""Screens: configuration plus methods that take input, call one service function, and answer.

Each module registers its own views; the order here is the order of the menu.
"""

from __future__ import annotations

from types import ModuleType

from app.views import (
    audit,
    contacts,
    demonstration,
    dev_mail,
    document_actions,
    documents,
    environments,
    identifiers,
    inbox,
    invitations,
    languages,
    members,
    network,
    notifications,
    organizations,
    outbox,
    partners,
    passwords,
    platform,
    private,
    profile,
    receive,
    requests,
    reviews,
    roles_page,
    setup,
    sign_up,
    support,
    upload,
    users,
)

SCREENS: tuple[ModuleType, ...] = (
    sign_up,
    passwords,
    invitations,
    setup,
    dev_mail,
    languages,
    notifications,
    profile,
    inbox,
    outbox,
    documents,
    document_actions,
    upload,
    private,
    requests,
    contacts,
    partners,
    organizations,
    identifiers,
    members,
    receive,
    users,
    environments,
    roles_page,
    audit,
    reviews,
    support,
    network,
    platform,
    demonstration,
)
