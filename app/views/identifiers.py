"""The numbers of an organization: add, verify, the switches Send and Receive, remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.errors import AppError
from app.services import identifiers, organizations, receiving
from app.views import fragments
from app.views.base import sentence
from app.views.organizations import details, numbers_part


class IdentifierView(BaseView):
    """Buttons beside each number on the page of its organization."""

    class_permission_name = "Organizations"
    route_base = "/identifiers"
    base_permissions = ["can_edit"]

    @expose("/add/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def add(self, pk: str) -> Any:
        """Add a number; what is wrong is said at the field, with what was typed still there."""
        scheme, value = request.form.get("scheme", ""), request.form.get("value", "")
        try:
            identifiers.add(pk, scheme, value)
        except AppError as error:
            if error.status in (403, 404):
                raise
            typed = {"scheme": scheme, "value": value, "wrong": sentence(error)}
            return self._refused(pk, typed)
        flash(gettext("Added. Verify it to use it."), "success")
        return redirect(url_for("OrganizationView.show", pk=pk))

    @expose("/verify/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def verify(self, pk: str) -> Response:
        """Claim it, or ask for a review."""
        home = identifiers.manageable(pk).organization.public_id
        return self._done(home, lambda: identifiers.verify(pk))

    @expose("/send/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def send(self, pk: str) -> Response:
        """The switch Send."""
        home = identifiers.manageable(pk).organization.public_id
        return self._done(home, lambda: identifiers.set_send(pk, request.form.get("on") == "1"))

    @expose("/receive/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def receive(self, pk: str) -> Response:
        """The switch Receive."""
        home = identifiers.manageable(pk).organization.public_id
        on, agreed = request.form.get("on") == "1", request.form.get("agreed") == "1"
        return self._done(home, lambda: receiving.set_receive_of(pk, on, agreed))

    @expose("/remove/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def remove(self, pk: str) -> Response:
        """Remove it."""
        home = identifiers.manageable(pk).organization.public_id
        return self._done(home, lambda: identifiers.remove(pk), gettext("Removed."))

    def _done(self, home: str, deed: Callable[[], Any], said: str = "") -> Response:
        page = url_for("OrganizationView.show", pk=home)
        return fragments.done(deed, said, lambda **words: numbers_part(home, **words), page)

    def _refused(self, pk: str, typed: dict[str, str]) -> Any:
        organization = organizations.manageable(pk)
        page = self.render_template("organizations/show.html", **details(organization), typed=typed)
        return page, 422


def register(builder: AppBuilder) -> None:
    """No menu item: the buttons stand on the page of the organization."""
    builder.add_view_no_menu(IdentifierView)
