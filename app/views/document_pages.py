"""What the three lists of documents share: what the address asks for, and the page that answers."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from flask_appbuilder import BaseView

from app.errors import Unreadable
from app.services import document_lists
from app.services.document_lists import Box, Stage, Wanted
from app.views import document_words

_PUBLIC_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TABLES = {
    Box.INBOX: "documents/inbox.html",
    Box.OUTBOX: "documents/outbox.html",
    Box.DOCUMENTS: "documents/all.html",
    Box.DRAFTS: "documents/all.html",
    Box.SHARED: "documents/all.html",
}


def wanted(box: Box) -> Wanted:
    """Which rows the address asks for; what it cannot mean is refused."""
    stage = request.args.get("state", "")
    if stage and stage not in list(Stage):
        raise Unreadable("This list cannot be narrowed that way.")
    return Wanted(
        box,
        organization=_public_id("organization"),
        stage=Stage(stage) if stage and box is Box.OUTBOX else None,
        before=_public_id("before"),
        after=_public_id("after"),
    )


def answer(view: BaseView, box: Box) -> str:
    """One page of a list of documents."""
    asked = wanted(box)
    page: str = view.render_template(
        TABLES[box],
        asked=asked,
        box=box,
        page=document_lists.page(asked),
        organizations=document_lists.organizations(),
        words=document_words,
        **_beside(box),
    )
    return page


def _beside(box: Box) -> dict[str, Any]:
    if box is Box.OUTBOX:
        return {"stages": Stage, "attention": document_lists.attention()}
    return {}


def _public_id(name: str) -> str:
    given = request.args.get(name, "")
    if given and not _PUBLIC_ID.fullmatch(given):
        raise Unreadable("This list has no such page.")
    return given
