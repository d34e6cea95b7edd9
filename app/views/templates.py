"""Templates: kept from a draft's page, begun from the page of a new invoice."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.services import templates


class TemplateView(BaseView):
    """The buttons of templates."""

    route_base = "/documents/templates"
    class_permission_name = "Documents"
    base_permissions = ["can_create"]

    @expose("/<uuid:public_id>/begin", methods=["POST"])
    @has_access
    @permission_name("create")
    def begin(self, public_id: Any) -> Response:
        """A new draft from a template."""
        draft = templates.begin(str(public_id))
        flash(gettext("This is a new draft. Look through it before you send it."), "success")
        return redirect(url_for("DocumentView.edit", public_id=draft))

    @expose("/<uuid:public_id>/remove", methods=["POST"])
    @has_access
    @permission_name("create")
    def remove(self, public_id: Any) -> Response:
        """Forget a template."""
        templates.remove(str(public_id))
        flash(gettext("The template is gone."), "success")
        return redirect(url_for("DocumentView.add"))


def register(builder: AppBuilder) -> None:
    """Without a menu item: reached from the form."""
    builder.add_view_no_menu(TemplateView)
