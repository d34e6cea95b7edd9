"""Where receiving stands, in words: what the network said and what to do next."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import gettext

from app.invoice.identifiers import ParticipantId, grouped, scheme_for
from app.models import Identifier, RegistrationState
from app.services.receiving import Line


def register(app: Flask) -> None:
    """Give the templates the words about numbers and their registration."""
    app.jinja_env.globals.update(
        number_shown=number_shown,
        scheme_name=scheme_name,
        registration_trouble=trouble,
        receiving_phase=phase,
    )


def number_shown(identifier: Identifier) -> str:
    """The number as people write it."""
    return grouped(ParticipantId(identifier.scheme, identifier.value))


def scheme_name(code: str) -> str:
    """What kind of number it is."""
    return str(gettext(scheme_for(code).name))


def trouble(identifier: Identifier) -> str:
    """What went wrong with a registration, and what to do."""
    values: dict[str, Any] = {
        "number": number_shown(identifier),
        "note": str(gettext(identifier.registration_note)) if identifier.registration_note else "",
    }
    if identifier.registration == RegistrationState.ELSEWHERE:
        who = (
            gettext("%(number)s is registered at another provider: %(note)s.", **values)
            if values["note"]
            else gettext("%(number)s is registered at another provider.", **values)
        )
        return f"{who} " + str(
            gettext(
                "Ask that provider to end the registration, or ask support to move it with a migration key. Then try again."
            )
        )
    if identifier.registration == RegistrationState.FAILED:
        return str(
            gettext(
                "The network did not take %(number)s: %(note)s Try again, or ask support.", **values
            )
        )
    return values["note"] if identifier.registration_note else ""


def phase(line: Line) -> tuple[str, str]:
    """The state of a whole organization: its name for the colour, and the word."""
    states = {identifier.registration for identifier in line.identifiers}
    if RegistrationState.REGISTERING in states:
        return "registering", str(gettext("Registering"))
    if line.receiving:
        return "active", str(gettext("Receiving"))
    if RegistrationState.REMOVING in states:
        return "removing", str(gettext("Being removed"))
    if RegistrationState.ELSEWHERE in states:
        return "elsewhere", str(gettext("Registered elsewhere"))
    if RegistrationState.FAILED in states:
        return "failed", str(gettext("Did not work"))
    return "off", str(gettext("Off"))
