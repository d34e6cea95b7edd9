"""Documents: all of them in a list, and one page each with everything that can be done with it."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask_appbuilder import AppBuilder, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.models import Document
from app.services import readable
from app.services.document_filters import Box
from app.views import (
    document_files,
    document_pages,
    document_preview,
    document_show,
    formats,
    fragments,
)
from app.views.base import Table
from app.views.invoices import InvoiceForms


class DocumentView(InvoiceForms):
    """Rows of Document; adding and editing is the invoice form, because it has consequences."""

    datamodel = Table(Document)
    class_permission_name = "Documents"
    route_base = "/documents"
    base_permissions = ["can_read", "can_create", "can_edit"]
    exclude_route_methods = {"delete", "download", "action", "action_post"}
    list_title = _l("Documents")
    list_columns = ["number", "direction", "readiness", "created_at"]
    show_columns = list_columns

    @expose("/")
    @has_access
    @permission_name("read")
    def index(self) -> Response:
        """The short address."""
        return redirect(url_for("DocumentView.list"))

    @expose("/list/")
    @has_access
    def list(self) -> str | Response:
        """Everything, newest first."""
        return document_pages.answer(self, Box.DOCUMENTS)

    @expose("/drafts/")
    @has_access
    @permission_name("read")
    def drafts(self) -> str | Response:
        """What was not sent yet."""
        return document_pages.answer(self, Box.DRAFTS)

    @expose("/shared/")
    @has_access
    @permission_name("read")
    def shared(self) -> str | Response:
        """What people of other organizations show me."""
        return document_pages.answer(self, Box.SHARED)

    @expose("/show/<uuid:pk>")
    @has_access
    def show(self, pk: Any) -> str:
        """One document. A receiver who looks has opened it; a preview of the address has not."""
        return str(document_show.answer(self, str(pk)))

    @expose("/preview/<uuid:public_id>")
    @has_access
    @permission_name("read")
    def preview(self, public_id: Any) -> Response:
        """The same beside a list, for a script; others get the page."""
        if not fragments.wanted():
            return redirect(url_for("DocumentView.show", pk=public_id))
        found = document_preview.of(str(public_id))
        return fragments.part(render_template("documents/preview.html", preview=found, close=""))

    @expose("/<uuid:public_id>/html")
    @has_access
    @permission_name("read")
    def html(self, public_id: Any) -> Response:
        """The readable invoice."""
        found = readable.html(str(public_id), formats.reader_language())
        return document_files.page(found)

    @expose("/<uuid:public_id>/pdf")
    @has_access
    @permission_name("read")
    def pdf(self, public_id: Any) -> Response:
        """The invoice as a PDF."""
        found = readable.pdf(str(public_id), formats.reader_language())
        return document_files.pdf(found.content, found.name)

    @expose("/<uuid:public_id>/xml")
    @has_access
    @permission_name("read")
    def xml(self, public_id: Any) -> Response:
        """The original bytes."""
        found = readable.xml(str(public_id))
        return document_files.xml(found.content, found.name)


def register(builder: AppBuilder) -> None:
    """The menu item of everyone who may see documents."""
    builder.add_view(DocumentView, "Documents", label=_l("Documents"), icon="files")
