"""What a person keeps of a list: its columns, and views under a name."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.errors import AppError
from app.services import saved_views
from app.services.document_filters import Box
from app.views import list_addresses, list_columns
from app.views.base import sentence
from app.views.list_addresses import PATHS


class ListChoiceView(BaseView):
    """Buttons above a list of documents; what they keep is the reader's own."""

    route_base = "/lists"
    class_permission_name = "Documents"
    base_permissions = ["can_read"]

    @expose("/columns", methods=["POST"])
    @has_access
    @permission_name("read")
    def columns(self) -> Response:
        """Show these columns, or again those that the list shows by itself."""
        asked = list_addresses.of_form(request.form)
        box = asked.wanted.box
        usual = request.form.get("usual")
        saved_views.choose_columns(box, None if usual else _columns(box))
        return redirect(asked.address())

    @expose("/views", methods=["POST"])
    @has_access
    @permission_name("read")
    def keep(self) -> Response:
        """Keep the present filters and columns under a name."""
        asked = list_addresses.of_form(request.form)
        box = asked.wanted.box
        try:
            view = saved_views.keep(box, request.form.get("name", ""), asked.query, _columns(box))
        except AppError as error:
            flash(sentence(error), "danger")
            return redirect(asked.address())
        flash(gettext("Saved."), "success")
        return redirect(asked.address(view=view))

    @expose("/views/<uuid:public_id>/remove", methods=["POST"])
    @has_access
    @permission_name("read")
    def remove(self, public_id: Any) -> Response:
        """Forget a view."""
        return redirect(PATHS[saved_views.remove(str(public_id))])


def _columns(box: Box) -> list[str]:
    return list_columns.known(box, request.form.getlist("column"))


def register(builder: AppBuilder) -> None:
    """Without a menu item: reached from the lists."""
    builder.add_view_no_menu(ListChoiceView)
