"""Who writes in a draft: each state of it has a mark, so that nobody's is overwritten unseen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app import tenancy
from app.errors import Conflict
from app.invoice.wording import N_
from app.models import Document, DocumentContent
from app.models.types import new_public_id
from app.services.invoice_forms import Form

_CHANGED = N_("This draft was changed elsewhere meanwhile.")


@dataclass(frozen=True, slots=True)
class Writing:
    """A state of the form on somebody's page: its mark, and the marks that it may take the place of.

    Those are the state that was shown and every one that the page itself sent, answered or not.
    """

    mark: str
    known: frozenset[str] = frozenset()


class ChangedElsewhere(Conflict):
    """What is kept now isn't what this page knows: who kept it, when, and under which mark."""

    def __init__(self, by: str, at: datetime, mark: str) -> None:
        super().__init__(_CHANGED)
        self.by = by
        self.at = at
        self.mark = mark


def refuse_overwriting(
    document: Document, content: DocumentContent, form: Form, writing: Writing
) -> None:
    """Say no to a page that doesn't know what is kept now, unless it says the same."""
    known = {"", writing.mark, *writing.known}  # drafts of older versions have no mark
    if content.form_mark not in known and form != _typed(content):
        raise ChangedElsewhere(content.form_by, document.changed_at, content.form_mark)


def sign(content: DocumentContent, writing: Writing | None) -> None:
    """Write down which state this is, and whose."""
    content.form_mark = writing.mark if writing else new_public_id()
    content.form_by = tenancy.current().person_name[:200]


def _typed(content: DocumentContent) -> Form:
    return {name: value for name, value in (content.form or {}).items() if name != "attachments"}
