"""The staff queue: organizations and numbers that wait for a look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.errors import AppError
from app.services import reviews
from app.views.base import sentence


class ReviewQueueView(BaseView):
    """Approve, or reject with a reason that the customer reads."""

    class_permission_name = "Reviews"
    route_base = "/reviews"
    base_permissions = ["can_read", "can_answer"]
    default_view = "overview"

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("read")
    def overview(self) -> str:
        """Everything that waits."""
        page: str = self.render_template("reviews/overview.html", reviews=reviews.waiting())
        return page

    @expose("/approve/<pk>", methods=["POST"])
    @has_access
    @permission_name("answer")
    def approve(self, pk: str) -> Response:
        """Let an organization begin."""
        return self._done(lambda: reviews.approve(pk), gettext("Approved. They have been told."))

    @expose("/reject/<pk>", methods=["POST"])
    @has_access
    @permission_name("answer")
    def reject(self, pk: str) -> Response:
        """Refuse an organization."""
        reason = request.form.get("reason", "")
        return self._done(
            lambda: reviews.reject(pk, reason), gettext("Rejected. They have been told.")
        )

    @expose("/number/approve/<pk>", methods=["POST"])
    @has_access
    @permission_name("answer")
    def approve_number(self, pk: str) -> Response:
        """Verify one number."""
        return self._done(
            lambda: reviews.approve_number(pk), gettext("Approved. They have been told.")
        )

    @expose("/number/reject/<pk>", methods=["POST"])
    @has_access
    @permission_name("answer")
    def reject_number(self, pk: str) -> Response:
        """Refuse one number."""
        reason = request.form.get("reason", "")
        return self._done(
            lambda: reviews.reject_number(pk, reason), gettext("Rejected. They have been told.")
        )

    def _done(self, deed: Callable[[], Any], said: str) -> Response:
        try:
            deed()
            flash(said, "success")
        except AppError as error:
            if error.status == 403:
                raise
            flash(sentence(error), "danger")
        return redirect(url_for("ReviewQueueView.overview"))


def register(builder: AppBuilder) -> None:
    """Under Support."""
    builder.add_view(
        ReviewQueueView,
        "Reviews",
        label=_("Reviews"),
        icon="checklist",
        category="Support",
        category_label=_("Support"),
    )
