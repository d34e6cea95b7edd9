"""What an entry of the audit log holds beside who and when, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.models import AuditEntry, MemberRole
from app.services.silence import SENTENCES
from app.tenancy import StaffRole
from app.views import formats, states
from app.views.my_environment import POLICIES
from app.views.registration_words import scheme_name
from app.views.users import MEMBER_ROLES, ROLES

NAMES: Mapping[str, Any] = {
    "after": _l("After"),
    "arrived": _l("Arrived"),
    "before": _l("Before"),
    "fields": _l("What changed"),
    "kind": _l("Kind"),
    "organizations": _l("Organizations"),
    "person": _l("Person"),
    "polls": _l("Polls"),
    "rights": _l("Rights"),
    "role": _l("Role"),
    "scheme": _l("Kind of number"),
    "schemes": _l("Kind of number"),
    "since": _l("Since"),
    "status": _l("Status"),
    "user": _l("User"),
    "why": _l("Why"),
}
KINDS: Mapping[str, Any] = {
    "user": _l("User"),
    "organization": _l("Organization"),
    "environment": _l("Environment"),
    "partnership": _l("Partner"),
    "document": _l("Document"),
    "delivery": _l("Delivery"),
    "request": _l("Request"),
    "connection": _l("Connection"),
}
VALUES: Mapping[Any, Any] = {
    **ROLES,
    MemberRole.MEMBER: MEMBER_ROLES[MemberRole.MEMBER],
    StaffRole.SUPPORT: _l("Support"),
    StaffRole.TECHNICAL: _l("Technical support"),
    **POLICIES,
}


def who(entry: AuditEntry) -> str:
    """The person; what no person did, the platform did."""
    return str(entry.person_name) if entry.person_id is not None else "Postiljon"


def about(entry: AuditEntry) -> tuple[str, str]:
    """What kind of row it is about, and the id of that row; of our own names only the name."""
    kind, _separator, key = entry.subject.replace(":", " ").partition(" ")
    known = str(KINDS.get(kind, ""))
    return (known, key) if known else ("", entry.subject)


def details(entry: AuditEntry, people: Mapping[int, str]) -> list[tuple[str, str]]:
    """Each detail with its name; what we have no word for stands as it was written."""
    return [
        (str(NAMES.get(name, name)), people[value] if name == "person" else _value(name, value))
        for name, value in entry.details.items()
        if name != "person" or value in people
    ]


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(name, each) for each in value)
    if isinstance(value, bool):
        return str(formats.shown(value))
    if name in ("scheme", "schemes"):
        return str(scheme_name(value))
    if name == "status":
        return states.word(value)
    if name == "since":
        return formats.moment(datetime.fromisoformat(value))
    if name == "why":
        return str(gettext(SENTENCES[value]))
    return str(VALUES.get(value, value))
