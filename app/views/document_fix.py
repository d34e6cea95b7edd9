"""Before something is fixed: what changes, from what to what, in plain words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.errors import AppError
from app.services import fixing
from app.services.fixing import Fix
from app.validation.fixes import Change
from app.views import document_show, formats
from app.views.base import sentence

AMOUNT_TO_PAY = "BT-115"


@dataclass(frozen=True, slots=True)
class Row:
    """One change, or the same one in several places."""

    name: str
    place: str
    old: str | None
    new: str | None


class DocumentFixView(BaseView):
    """The page that asks before it fixes."""

    route_base = "/documents"
    class_permission_name = "Documents"
    base_permissions = ["can_edit"]

    @expose("/<uuid:public_id>/fix", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def fix(self, public_id: Any) -> str | Response:
        """What would change; after the button, the document with that changed."""
        try:
            if request.method == "POST":
                fixing.apply(str(public_id), request.form.get("seal", ""))
                return self._done(str(public_id))
            return self._page(fixing.proposed(str(public_id)))
        except AppError as error:
            if error.status == 404:
                raise
            flash(sentence(error), "danger")
            return redirect(url_for("DocumentView.show", pk=public_id))

    def _done(self, public_id: str) -> Response:
        flash(gettext("Fixed, and checked again. The file that you uploaded is kept."), "success")
        return redirect(url_for("DocumentView.show", pk=public_id))

    def _page(self, fix: Fix) -> str:
        language = formats.reader_language()
        changes = fix.proposal.changes
        page: str = self.render_template(
            "documents/fix.html",
            document=fix.document,
            rows=rows(changes, language),
            seal=fix.seal,
            mended=list(dict.fromkeys(document_show.remark(each).text for each in fix.mended)),
            left=[document_show.remark(each) for each in fix.left if each.severity == "fatal"],
            other_amount=any(each.term == AMOUNT_TO_PAY for each in changes),
        )
        return page


def rows(changes: tuple[Change, ...], language: str) -> list[Row]:
    """The changes in words, in their order; the same in many places is one row."""
    counted = Counter(
        (each.name(language), each.old, each.new, "" if _is_general(each) else each.line)
        for each in changes
    )
    return [
        Row(name, _place(line, times), old, new)
        for (name, old, new, line), times in counted.items()
    ]


def _is_general(change: Change) -> bool:
    """Something that is the same everywhere, such as the currency: a row for each line says nothing."""
    return change.term == "BT-5"


def _place(line: str, times: int) -> str:
    if times > 1:
        return str(gettext("in %(count)s places", count=times))
    return str(gettext("line %(number)s", number=line)) if line else ""


def register(builder: AppBuilder) -> None:
    """Without a menu item: reached from a document's page."""
    builder.add_view_no_menu(DocumentFixView)
