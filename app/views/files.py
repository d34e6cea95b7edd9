"""The files of a document: its PDF, its XML and what is attached, each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.rendering.merging import Why
from app.services import readable
from app.views import document_files
from app.views.formats import number

WHY: Mapping[Why, Any] = {
    Why.PROTECTED: _l("Protected with a password, so it is beside the PDF."),
    Why.BROKEN: _l("Damaged, so it is beside the PDF."),
    Why.TOO_LARGE: _l("Too large to join, so it is beside the PDF."),
    Why.NO_PDF: _l("Not a PDF, so it is beside the PDF."),
}


@dataclass(frozen=True, slots=True)
class File:
    """An attachment on the page."""

    name: str
    size: str
    why: str


class DocumentFilesView(BaseView):
    """What hangs on a document, to take along."""

    route_base = "/documents"
    class_permission_name = "Documents"
    base_permissions = ["can_read"]

    @expose("/<uuid:public_id>/files")
    @has_access
    @permission_name("read")
    def files(self, public_id: Any) -> str | Response:
        """All of them in a list, with what isn't in the PDF and why; or the one that is asked for."""
        found = readable.files(str(public_id))
        taken = request.args.get("take", "")
        if taken:
            part = found.taken(taken)
            return document_files.file(part.content, part.name)
        page: str = self.render_template(
            "documents/files.html",
            document=found.document,
            joined=found.joined,
            original=found.original is not None,
            files=[
                File(part.name, _size(part.content), str(WHY[why]) if why else "")
                for part, why in found.attachments
            ],
        )
        return page


def _size(content: bytes) -> str:
    return f"{number(-(-len(content) // 1024))} kB"


def register(builder: AppBuilder) -> None:
    """Without a menu item: reached from a document's page."""
    builder.add_view_no_menu(DocumentFilesView)
