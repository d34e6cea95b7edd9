"""What the audit log says about an organization, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.invoice.identifiers import scheme_for
from app.models import AuditEntry

WORDS: Mapping[str, Any] = {
    "organization.added": _("Organization added"),
    "organization.edited": _("Details changed"),
    "organization.review": _("Waits for a review"),
    "organization.activated": _("Activated"),
    "organization.rejected": _("Not activated"),
    "organization.closed": _("Closed"),
    "identifier.added": _("Number added"),
    "identifier.removed": _("Number removed"),
    "identifier.verified": _("Number verified"),
    "identifier.review": _("Number waits for a review"),
    "identifier.rejected": _("Number not verified"),
    "send.on": _("Sending turned on"),
    "send.off": _("Sending turned off"),
    "receive.on": _("Receiving turned on"),
    "receive.off": _("Receiving turned off"),
    "registration.active": _("Registered in the network"),
    "registration.off": _("Removed from the network"),
    "registration.elsewhere": _("Registered at another provider"),
    "registration.failed": _("Registration did not work"),
    "member.added": _("Member added"),
    "member.invited": _("Member invited"),
    "member.role": _("Role of a member changed"),
    "member.removed": _("Member removed"),
    "member.accepted": _("Invitation accepted"),
    "member.declined": _("Invitation declined"),
    "document.share": _("Document shared"),
    "document.unshare": _("Sharing ended"),
    "document.status": _("Status of a document changed"),
    "delivery.cancel": _("Delivery cancelled"),
    "delivery.resolve": _("Decided whether a delivery arrived"),
    "connection.issue": _("Connection keys issued"),
    "connection.revoke": _("Connection keys revoked"),
    "platform.held": _("All sending stopped"),
    "platform.confirmed": _("Confirmed that this platform sends"),
    "network.behaviour": _("Behaviour of the network changed"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    at: datetime
    what: str
    who: str
    about: str  # the kinds of numbers it was about
    reason: str


def line(entry: AuditEntry) -> Line:
    """An entry of the audit log as people read it; the system did what has no person."""
    codes = entry.details.get("schemes") or [entry.details.get("scheme")]
    names = [str(gettext(scheme_for(code).name)) for code in codes if code]
    who = entry.person_name if entry.person_id is not None else str(gettext("Postiljon"))
    return Line(
        entry.at, str(WORDS.get(entry.action, entry.action)), who, ", ".join(names), entry.reason
    )
