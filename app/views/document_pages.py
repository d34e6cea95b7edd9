"""What the lists of documents share: what the address asks for, and the page that answers."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request
from flask_appbuilder import BaseView
from werkzeug.wrappers import Response

from app.models import SavedView
from app.services import document_lists, saved_views
from app.services.document_filters import Box
from app.views import (
    document_preview,
    document_words,
    list_addresses,
    list_chips,
    list_columns,
    periods,
)
from app.views.list_addresses import FILTERS, TYPED, Asked

TEMPLATES = {
    Box.INBOX: "documents/inbox.html",
    Box.OUTBOX: "documents/outbox.html",
    Box.DOCUMENTS: "documents/all.html",
    Box.DRAFTS: "documents/all.html",
    Box.SHARED: "documents/all.html",
}


def answer(view: BaseView, box: Box) -> str | Response:
    """One page of a list of documents."""
    if TYPED & request.args.keys():
        return redirect(list_addresses.typed(box, request.args))
    asked = list_addresses.read(box, request.args)
    preview = document_preview.beside(asked.show)  # first: whoever looks at one has read it
    organizations = document_lists.organizations()
    views = saved_views.of(box)
    page: str = view.render_template(
        TEMPLATES[box],
        asked=asked,
        box=box.value,
        page=document_lists.page(asked.wanted),
        organizations=organizations,
        chips=list(list_chips.chips(asked, organizations)),
        offered=FILTERS[box],
        states=list_chips.states(box),
        kinds=list_chips.KINDS,
        periods=periods.choices,
        columns=_columns(asked, views, several=len(organizations) > 1),
        choosable=list_columns.choosable(box),
        views=views,
        preview=preview,
        words=document_words,
        **_beside(box),
    )
    return page


def _columns(asked: Asked, views: Any, *, several: bool) -> list[list_columns.Column]:
    """Those of the view that is open, else those that the reader chose for this list."""
    box = asked.wanted.box
    opened: SavedView | None = next((e for e in views if e.public_id == asked.view), None)
    mine = (g.person.user.list_columns or {}).get(box.value)
    return list_columns.shown(box, opened.columns if opened else mine, several=several)


def _beside(box: Box) -> dict[str, Any]:
    return {"attention": document_lists.attention()} if box is Box.OUTBOX else {}
