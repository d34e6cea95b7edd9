"""A document beside its list: who, how much, where it stands and what comes next."""

from __future__ import annotations

from typing import Any

from app.errors import NotFound
from app.services import document_story, statuses
from app.views import document_show, document_words


def of(public_id: str) -> dict[str, Any]:
    """What the preview shows. To look is to open, just as on the document's own page."""
    story = document_story.glance(public_id)
    if story.unread and document_show.really_read():
        statuses.opened(public_id)
        story = document_story.glance(public_id)
    return {
        "document": story.document,
        "content": story.document.content,
        "delivery": story.delivery,
        "standing": document_words.standing(story.document, story.delivery),
        "readable": document_show.is_readable(story.document),
    }


def beside(public_id: str) -> dict[str, Any] | None:
    """The same for the address of a list; what isn't here, or isn't yours, isn't shown."""
    try:
        return of(public_id) if public_id else None
    except NotFound:
        return None
