"""Every role as (resource, verb) pairs, on one screen; a person's rights are the union of their roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from app.invoice.wording import N_

Right = tuple[str, str]


class Role(StrEnum):
    """The names as the screen *Roles and rights* shows them."""

    EVERYONE = N_("Everyone")
    ADVANCED = N_("Advanced user")
    ENVIRONMENT_ADMINISTRATOR = N_("Environment administrator")
    RELATIONSHIP_MANAGER = N_("Relationship manager")
    MEMBER = N_("Organization member")
    ORGANIZATION_ADMINISTRATOR = N_("Organization administrator")
    SUPPORT = N_("Support")
    TECHNICAL_SUPPORT = N_("Technical support")


def _rights(*lines: str) -> frozenset[Right]:
    """Each line: a resource, a colon, its verbs."""
    split = (line.partition(":") for line in lines)
    return frozenset((name, verb) for name, _, verbs in split for verb in verbs.split())


_CUSTOMER = _rights(
    "Home: read",
    "Profile: read edit",
    "Notifications: read edit",
    "Requests: read ask",
    "Receive: read",
    "Inbox: read",
    "Outbox: read",
    "Documents: read",  # rows are the wall's business: a share shows one, a membership all
)
_MEMBER = _rights(
    "Documents: read create edit send",
    "Contacts: read create edit remove",
    "Organizations: read",
    "Members: read",
)

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.EVERYONE: _CUSTOMER,
    Role.ADVANCED: frozenset(),
    Role.ENVIRONMENT_ADMINISTRATOR: _rights(
        "MyEnvironment: read edit",
        "PdfSettings: read edit",
        "Users: read create edit invite block",
        "Organizations: read create activate edit",  # to edit one, be a member of it too
        "Members: read edit",
        "Requests: read ask answer",
        "Receive: read decide",
        "Partners: read",
        "Roles: read",
        "Audit: read",
    ),
    Role.RELATIONSHIP_MANAGER: _rights("Partners: read create answer"),
    Role.MEMBER: _MEMBER,
    Role.ORGANIZATION_ADMINISTRATOR: _MEMBER
    | _rights("Organizations: read edit", "Members: read edit", "Receive: read decide"),
    Role.SUPPORT: _rights(
        "Home: read",
        "Profile: read edit",
        "Notifications: read edit",
        "Environments: read",
        "Users: read",
        "Organizations: read",
        "Documents: read",
        "Reviews: read answer",
        "Queues: read retry",
        "Audit: read",
        "Roles: read",
    ),
    Role.TECHNICAL_SUPPORT: frozenset(),
}
RIGHTS = {
    **RIGHTS,
    Role.TECHNICAL_SUPPORT: RIGHTS[Role.SUPPORT]
    | _rights("Network: read edit", "Platform: read edit"),
}


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """The union of what these roles may."""
    return frozenset().union(*(RIGHTS[role] for role in roles))


def framework_roles() -> dict[str, list[list[str]]]:
    """The same as the framework wants it; it matches prefixes, so every name is anchored."""
    return {
        role.value: [[f"{resource}$", f"can_{verb}$"] for resource, verb in sorted(rights)]
        for role, rights in RIGHTS.items()
    }
