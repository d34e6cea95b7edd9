"""The page of one document: the invoice, where it stands, what one can do next, and its story."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as with_default
from typing import Any

from flask import request
from flask_babel import gettext

from app.errors import AppError
from app.invoice.model import Invoice
from app.models import (
    BusinessStatus,
    DeliveryState,
    Document,
    Finding,
    Readiness,
    Route,
)
from app.services import document_story, drafts, fixing, sending, statuses
from app.services.document_story import Story
from app.services.routes import Answer, Choice
from app.views import document_words, formats, invoice_choices, states
from app.views.base import BaseView, sentence

SEVERITIES = {"fatal": "bad", "warning": "warn", "information": "quiet"}


@dataclass(frozen=True, slots=True)
class Way:
    """A possible way to the recipient, in words."""

    route: str
    text: str
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal of what was just asked on this page, and what was typed for it."""

    text: str
    field: str
    typed: dict[str, str] = with_default(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding in the reader's language."""

    severity: str
    colour: str
    text: str
    code: str
    place: str
    fixable: bool = False


def answer(view: BaseView, public_id: str, problem: Problem | None = None) -> Any:
    """The page, or the page with what went wrong."""
    story = document_story.of(public_id)
    if story.unread and really_read():
        statuses.opened(public_id)
        story = document_story.of(public_id)
    draft = _examined(story)
    ways, refusal = _ways(story, draft)
    return view.render_template(
        "documents/show.html",
        story=story,
        document=story.document,
        content=story.document.content,
        standing=document_words.standing(story.document, story.delivery),
        delivery=story.delivery,
        ways=ways,
        refusal=refusal,
        remarks=draft.remarks if draft else [remark(each) for each in story.findings],
        readable=is_readable(story.document),
        may=_may(story, draft),
        problem=problem,
        words=document_words,
        outcomes=states,
        stored=request.args.get("stored", ""),
    )


def really_read() -> bool:
    """A browser that fetches ahead, or asks for the head only, hasn't shown anything to anyone."""
    return request.method != "HEAD" and not request.headers.get("Sec-Purpose")


def refused(error: AppError, **typed: str) -> Problem:
    """What the page says about a refusal."""
    return Problem(sentence(error), error.field or "", typed)


def way(choice: Choice) -> Way:
    """Where it goes, before it goes there."""
    if choice.route == Route.PLATFORM:
        text = gettext("Goes to the inbox of %(name)s on this platform.", name=choice.name)
    else:
        text = gettext("Will be mailed to %(address)s.", address=choice.recipient)
    return Way(choice.route, text, gettext(choice.warning) if choice.warning else "")


def reach(found: Answer) -> tuple[str, str]:
    """How someone can be reached, in one sentence, and how good that is."""
    if found.refusal is not None:
        return sentence(found.refusal), "refusal"
    best = way(found.choices[0])
    return f"{best.text} {best.warning}".strip(), "warning" if best.warning else "good"


def remark(finding: Finding) -> Remark:
    """A finding in the reader's language; English where it was not kept."""
    messages = finding.messages
    return Remark(
        finding.severity,
        SEVERITIES.get(finding.severity, "quiet"),
        messages.get(formats.reader_language()) or messages.get("en", ""),
        finding.code,
        gettext("line %(number)s of the file", number=finding.line) if finding.line else "",
        finding.fixable,
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it would be sent now, and what is wrong with it."""

    invoice: Invoice
    remarks: list[Remark]

    @property
    def sendable(self) -> bool:
        """Whether nothing stops it."""
        return all(each.severity != "fatal" for each in self.remarks)


def _examined(story: Story) -> Draft | None:
    if not story.mine or story.document.readiness != Readiness.DRAFT:
        return None
    parsed, findings = drafts.preview(story.document)
    mistakes = [
        Remark("fatal", "bad", f"{invoice_choices.label(name)}: {sentence(error)}", "", "")
        for name, error in parsed.errors.items()
    ]
    language = formats.reader_language()
    said = [
        Remark(each.severity, SEVERITIES[each.severity], each.message(language), each.code, "")
        for each in findings
    ]
    return Draft(parsed.invoice, mistakes + said)


def _ways(story: Story, draft: Draft | None) -> tuple[list[Way], str]:
    if not story.sendable or (draft and not draft.sendable):
        return [], ""
    try:
        found: Answer = sending.ways(story.document, draft.invoice if draft else None)
    except AppError as error:
        return [], sentence(error)
    refusal = sentence(found.refusal) if found.refusal else ""
    return [way(choice) for choice in found.choices], refusal


def is_readable(document: Document) -> bool:
    """Whether there is an invoice to show: not to staff, and not before it was read."""
    return document.content is not None and document.readiness != Readiness.CHECKING


def _may(story: Story, draft: Draft | None) -> dict[str, bool]:
    """Which deeds the page offers now."""
    document, delivery = story.document, story.delivery
    state = delivery.state if delivery and story.mine else None
    answers = statuses.allowed(document) if story.mine else ()
    ended = state in (DeliveryState.FAILED, DeliveryState.CANCELLED)
    return {
        "edit": story.mine and document.readiness == Readiness.DRAFT,
        "send": story.sendable and (draft is None or draft.sendable),
        "retry": ended or state == DeliveryState.RETRYING,
        "correct": ended or state == DeliveryState.RETRYING,
        "cancel": state in (DeliveryState.QUEUED, DeliveryState.RETRYING),
        "resolve": state == DeliveryState.UNKNOWN,
        "copy": story.copyable,
        "credit": story.creditable,
        "approve": BusinessStatus.APPROVED in answers,
        "reject": BusinessStatus.REJECTED in answers,
        "pay": BusinessStatus.PAID in answers,
        "fix": fixing.is_offered(story),
    }
