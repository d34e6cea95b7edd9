"""Figures of the first page in words: why deliveries failed, and how long they took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

REASONS: Mapping[str, Any] = {
    "": _l("Not noted"),
    "gave_up": _l("Tried for two days, in vain"),
    "not_receiving": _l("The recipient doesn't receive here any more"),
    "mailbox_gone": _l("The mailbox doesn't exist"),
    "confirmed_by_person": _l("Somebody said that it did not arrive"),
    "smtp_not_ascii": _l("An address that the mail server doesn't take"),
    "smtp_no_recipient": _l("The mail server knows no such recipient"),
}
REFUSED_BY_MAIL_SERVER = _l("The mail server refused it")
TIMES: Mapping[str, Any] = {
    "10s": _l("up to 10 seconds"),
    "1m": _l("up to a minute"),
    "10m": _l("up to 10 minutes"),
    "1h": _l("up to an hour"),
    "1d": _l("up to a day"),
    "longer": _l("longer"),
}


def reason(code: str) -> str:
    """Why deliveries failed, for a list of reasons; one that has no words is shown as it is."""
    if code.startswith("smtp_refused_"):
        return str(REFUSED_BY_MAIL_SERVER)
    return str(REASONS.get(code, code))


def time(key: str) -> str:
    """How long a delivery took."""
    return str(TIMES[key])


PARTS: Mapping[str, Any] = {
    "database": _l("Database"),
    "queue": _l("Queue"),
    "storage": _l("Storage"),
    "mail": _l("Mail"),
    "workers": _l("Workers"),
    "scheduler": _l("Scheduler"),
}
HEALTH: Mapping[str, Any] = {
    "ok": _l("works"),
    "unreachable": _l("cannot be reached"),
    "nearly full": _l("nearly full"),
    "not prepared": _l("not prepared"),
    "older than this version": _l("older than this version"),
    "server": _l("sent by a mail server"),
    "kept as files": _l("kept as files"),
    "nobody": _l("nobody"),
}


def part(name: str) -> str:
    """A part of the platform."""
    return str(PARTS.get(name, name))


def health(state: str) -> str:
    """How that part is; a number or a name stays what it is."""
    return str(HEALTH.get(state, state))
