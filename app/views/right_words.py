"""The rights as people read them: what a right is about, and what it lets one do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

RESOURCES: Mapping[str, Any] = {
    "Audit": _l("Audit log"),
    "Contacts": _l("Contacts"),
    "Documents": _l("Documents"),
    "Environments": _l("Environments"),
    "Home": _l("Home"),
    "Inbox": _l("Inbox"),
    "Members": _l("Members"),
    "MyEnvironment": _l("My environment"),
    "Network": _l("Network"),
    "Notifications": _l("Notifications"),
    "Organizations": _l("Organizations"),
    "Outbox": _l("Outbox"),
    "Partners": _l("Partners"),
    "PdfSettings": _l("PDF of invoices"),
    "Platform": _l("Platform"),
    "Profile": _l("My profile"),
    "Queues": _l("Queues"),
    "Receive": _l("Receive e-invoices"),
    "Requests": _l("Requests"),
    "Reviews": _l("Reviews"),
    "Roles": _l("Roles and rights"),
    "Users": _l("Users"),
}
VERBS: Mapping[str, Any] = {
    "activate": _l("Activate"),
    "answer": _l("Answer"),
    "ask": _l("Ask"),
    "block": _l("Block"),
    "create": _l("Add"),
    "decide": _l("Decide"),
    "edit": _l("Change"),
    "invite": _l("Invite"),
    "read": _l("View"),
    "remove": _l("Remove"),
    "retry": _l("Try again"),
    "send": _l("Send"),
}
