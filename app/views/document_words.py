"""Where a document and its delivery stand, as a word and as a sentence that says the next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.models import Attempt, Delivery, DeliveryState, Direction, Document, Readiness, Route
from app.outcome import Result
from app.services.document_filters import Stage
from app.views import formats, states

S = DeliveryState

KINDS: Mapping[str, Any] = {"invoice": _l("Invoice"), "credit_note": _l("Credit note")}
SOURCES: Mapping[str, Any] = {
    "form": _l("made here"),
    "upload": _l("uploaded"),
    "platform": _l("arrived inside the platform"),
}
ROUTES: Mapping[str, Any] = {
    Route.PLATFORM: _l("inside the platform"),
    Route.EMAIL: _l("by e-mail"),
}
STAGES: Mapping[Stage, Any] = {
    Stage.ATTENTION: _l("Needs attention"),
    Stage.WAITING: _l("On its way"),
    Stage.SENT: _l("Sent"),
    Stage.DELIVERED: _l("Delivered"),
    Stage.CANCELLED: _l("Cancelled"),
    Stage.NOT_SENT: _l("Not sent yet"),
}
NEXT_STEPS: Mapping[DeliveryState, Any] = {
    S.QUEUED: _l("It waits for its turn."),
    S.SENDING: _l("It is being handed over now."),
    S.DELIVERED: _l("Its arrival is confirmed."),
    S.SENT: _l("It was handed over; its arrival isn't proven."),
    S.RETRYING: _l("We try again by ourselves."),
    S.FAILED: _l("Correct the address and send it again."),
    S.UNKNOWN: _l("We don't know whether it was handed over. Ask the recipient, then choose."),
    S.CANCELLED: _l("It was cancelled and not sent."),
}
READINESS: Mapping[Readiness, Any] = {
    Readiness.DRAFT: _l("Only you and your colleagues see this. Complete it and send it."),
    Readiness.CHECKING: _l("We are reading it; look again in a moment."),
    Readiness.INVALID: _l("It has errors and cannot be sent. They are listed on its page."),
    Readiness.READY: _l("It has no errors. Send it when you are ready."),
}
RESULTS: Mapping[Result, Any] = {
    Result.ACCEPTED: _l("Handed over"),
    Result.DELIVERED: _l("Arrived"),
    Result.REFUSED: _l("Refused"),
    Result.UNREACHABLE: _l("Not reached"),
    Result.UNKNOWN: _l("Not known"),
}
_MAILED = _l("Mailed")
_RECIPIENT_HAS_IT = _l("It is in the inbox of the recipient.")
_MAIL_SERVER_HAS_IT = _l("The mail server of the recipient took it; its arrival isn't proven.")


@dataclass(frozen=True, slots=True)
class Standing:
    """A state with its word, its colour and one sentence."""

    state: str
    word: str
    colour: str
    sentence: str


def standing(document: Document, delivery: Delivery | None) -> Standing:
    """Where a document stands for the one who reads about it."""
    if document.direction == Direction.IN:
        return _simple(str(int(document.status)), "")
    if delivery is not None:
        return of_delivery(delivery)
    readiness = Readiness(document.readiness)
    return _simple(readiness.value, str(READINESS[readiness]))


def of_delivery(delivery: Delivery) -> Standing:
    """Where one delivery stands, why, and what comes next."""
    state = DeliveryState(delivery.state)
    word = str(_MAILED) if state is S.SENT and delivery.route == Route.EMAIL else states.word(state)
    return Standing(state.value, word, states.colour(state), _sentence(delivery, state))


def _simple(state: str, sentence: str) -> Standing:
    return Standing(state, states.word(state), states.colour(state), sentence)


def _sentence(delivery: Delivery, state: DeliveryState) -> str:
    why = gettext(delivery.note) if delivery.note else ""
    if state is S.RETRYING and delivery.next_at is not None:
        next_step = gettext("Next try at %(time)s.", time=formats.moment(delivery.next_at))
    else:
        next_step = str(_proof(delivery, state) or NEXT_STEPS[state])
    wanted = why if state in (S.RETRYING, S.FAILED, S.UNKNOWN) else ""
    return f"{wanted} {next_step}".strip()


def _proof(delivery: Delivery, state: DeliveryState) -> Any | None:
    if state is S.DELIVERED and delivery.route == Route.PLATFORM:
        return _RECIPIENT_HAS_IT
    if state is S.SENT and delivery.route == Route.EMAIL:
        return _MAIL_SERVER_HAS_IT
    return None


def result_of(attempt: Attempt) -> str:
    """How one try went, in words."""
    if not attempt.result:
        return str(gettext("under way"))
    word = str(RESULTS.get(Result(attempt.result), attempt.result))
    return f"{word}. {gettext(attempt.note)}" if attempt.note else word
