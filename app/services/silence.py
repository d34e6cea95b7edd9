"""A copy of a platform stays silent: nothing leaves it until an operator says that this is the one.

Whoever claims work that leaves the platform, or that hands something from one organization to
another, asks ``held()`` first: once for each batch. What waits keeps waiting; what was under way when
the copy was made is not touched by a sweep. Reading, checking and looking go on.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from app import tenancy
from app.errors import AppError, Conflict, NotAllowed
from app.extensions import db
from app.invoice.wording import N_
from app.models import Delivery, Identifier, OutgoingMail, RegistrationState, Setting
from app.models.types import now
from app.queue import Task, enqueue
from app.services import audit, marks
from app.services.marks import Mark
from app.transactions import transaction

log = logging.getLogger(__name__)

NAME = "installation"
LOOK_AGAIN = 2.0  # seconds; a mark that doesn't stand may be put right by another process


# For a question that is asked anyway: each page says whether anything leaves.
FACTS = select(Setting.value).where(Setting.name == NAME).scalar_subquery()


class Why(StrEnum):
    """Why nothing leaves."""

    RESTORED = "restored"
    COPIED = "copied"
    ASKED = "asked"


SENTENCES: Mapping[Why, str] = {
    Why.RESTORED: N_("This platform was restored from a backup, so nothing leaves it yet."),
    Why.COPIED: N_(
        "The database and the files of this platform were copied or moved, so nothing leaves it yet."
    ),
    Why.ASKED: N_("An operator stopped all sending, so nothing leaves this platform now."),
}


@dataclass(frozen=True, slots=True)
class Hold:
    """Why nothing leaves, and since when the operator or a restore said so."""

    why: Why
    since: str = ""

    @property
    def sentence(self) -> str:
        """For people; English, to be translated where it is shown."""
        return SENTENCES[self.why]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much would leave."""

    deliveries: int
    interrupted: int  # under way when the copy was made
    mails: int
    registrations: int


def held() -> bool:
    """Whether nothing may be claimed that leaves the platform; one small question to the database."""
    return hold_of() is not None


def hold_of() -> Hold | None:
    """The hold that is on, if any."""
    return hold_in(_facts())


def hold_in(facts: Mapping[str, Any] | None) -> Hold | None:
    """The same for what ``FACTS`` gave to somebody's own question."""
    if facts is None:
        return None  # tables that nobody prepared; there is nothing to send
    if facts.get("held"):
        return Hold(Why(facts["held"]["why"]), str(facts["held"]["since"]))
    return None if _in_place(Mark(facts["id"], facts["place"])) else Hold(Why.COPIED)


def settle() -> None:
    """Give a new platform its mark, and say in the log when this is a copy. Before anything starts."""
    if _facts() is None:
        # An empty database beside files that are marked: there is nothing in it that could be sent.
        mark = marks.leave(marks.found() or str(uuid.uuid4()))
        with transaction(), tenancy.every_environment("installation"):
            if db.session.get(Setting, NAME) is None:
                db.session.add(Setting(name=NAME, value=_value(mark)))
    found = hold_of()
    if found is not None:
        log.warning("%s Confirm with “flask --app run platform confirm”.", found.sentence)


def hold(why: Why = Why.ASKED) -> None:
    """Let nothing leave from now on; what is under way this moment still ends."""
    _need_technical_support()
    with transaction(), tenancy.every_environment("hold all sending"):
        row = _row()
        row.value = {**row.value, "held": {"why": why.value, "since": now().isoformat()}}
        audit.record("platform.held", NAME, why=why.value)
    log.info("%s", SENTENCES[why])


def confirm() -> None:
    """Say that this is the platform that sends: it becomes an installation of its own, and goes on."""
    _need_technical_support()
    found = hold_of()
    if found is None:
        raise Conflict("Nothing is held here: this platform sends already.")
    mark = marks.leave(str(uuid.uuid4()))
    with transaction(), tenancy.every_environment("confirm that this platform sends"):
        _row().value = _value(mark)
        audit.record("platform.confirmed", NAME, why=found.why.value, since=found.since)
        enqueue(Task.SWEEP_DELIVERIES)
        enqueue(Task.SEND_MAILS)
        enqueue(Task.REGISTER)


def waiting() -> Waiting:
    """What would go on: for whoever decides."""
    _need_technical_support()
    with tenancy.every_environment("what waits to leave"):
        counted = db.session.execute(
            select(Delivery.state, func.count())
            .where(Delivery.state.in_(("queued", "retrying", "sending")))
            .group_by(Delivery.state)
        ).all()
        states = {row[0]: row[1] for row in counted}
        mails = select(func.count()).where(OutgoingMail.state.in_(("queued", "sending")))
        numbers = select(func.count()).where(
            Identifier.registration.in_((RegistrationState.REGISTERING, RegistrationState.REMOVING))
        )
        return Waiting(
            states.get("queued", 0) + states.get("retrying", 0),
            states.get("sending", 0),
            db.session.scalar(mails) or 0,
            db.session.scalar(numbers) or 0,
        )


def _need_technical_support() -> None:
    # Commands on the machine itself run in nobody's name.
    scope = tenancy.current_or_none()
    if scope is not None and scope.staff is not tenancy.StaffRole.TECHNICAL:
        raise NotAllowed("Only technical support can do this.")


def _facts() -> dict[str, Any] | None:
    with tenancy.every_environment("whether anything may leave"):
        found = db.session.scalars(select(Setting.value).where(Setting.name == NAME)).one_or_none()
    return dict(found) if found else None


def _row() -> Any:
    row = db.session.get(Setting, NAME, with_for_update=True, populate_existing=True)
    if row is None:
        raise Conflict("The database isn't prepared. Run “flask --app run platform prepare” first.")
    return row


def _value(mark: Mark) -> dict[str, Any]:
    return {"id": mark.id, "place": mark.place, "held": None}


def _in_place(mark: Mark) -> bool:
    """Whether the mark stands; once seen it is believed, so that a bucket isn't asked each time."""
    seen: dict[Mark, float] = current_app.extensions.setdefault("marks", {})
    if mark not in seen or (seen[mark] and time.monotonic() > seen[mark]):
        try:
            seen[mark] = 0.0 if marks.stands(mark) else time.monotonic() + LOOK_AGAIN
        except AppError as error:
            # Without its files nothing could be sent anyway.
            log.warning("the mark beside the files cannot be read: %s", error.text)
            seen[mark] = time.monotonic() + LOOK_AGAIN
    return not seen[mark]
