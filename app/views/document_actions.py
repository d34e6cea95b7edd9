"""What one can do with a document: each a button of its page that calls one service function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.errors import AppError, Unreadable
from app.models import BusinessStatus, Route
from app.services import copies, deliveries, drafts, sending, statuses, templates, typed_values
from app.views import document_show

STATUSES = {
    "approve": BusinessStatus.APPROVED,
    "reject": BusinessStatus.REJECTED,
    "pay": BusinessStatus.PAID,
}


class DocumentActionsView(BaseView):
    """The buttons of a document's page."""

    route_base = "/documents"
    class_permission_name = "Documents"
    base_permissions = ["can_send", "can_edit", "can_create"]

    @expose("/<uuid:public_id>/send", methods=["POST"])
    @has_access
    @permission_name("send")
    def send(self, public_id: Any) -> Response:
        """Send it the way that was shown, or the other one that was chosen."""
        route = _route()
        return self._do(
            str(public_id),
            lambda: sending.send(str(public_id), route),
            gettext("It is on its way."),
        )

    @expose("/<uuid:public_id>/retry", methods=["POST"])
    @has_access
    @permission_name("send")
    def retry(self, public_id: Any) -> Response:
        """Try again now."""
        return self._with_delivery(public_id, deliveries.retry, gettext("We try again now."))

    @expose("/<uuid:public_id>/cancel", methods=["POST"])
    @has_access
    @permission_name("send")
    def cancel(self, public_id: Any) -> Response:
        """Stop before it is handed over."""
        return self._with_delivery(
            public_id, deliveries.cancel, gettext("Cancelled. It is not sent.")
        )

    @expose("/<uuid:public_id>/correct", methods=["POST"])
    @has_access
    @permission_name("send")
    def correct(self, public_id: Any) -> Response:
        """Send it to the right address after all."""
        address = _typed("address")
        return self._with_delivery(
            public_id,
            lambda delivery: deliveries.correct_and_resend(delivery, address),
            gettext("It is on its way to the corrected address."),
            address=address,
        )

    @expose("/<uuid:public_id>/resolve", methods=["POST"])
    @has_access
    @permission_name("send")
    def resolve(self, public_id: Any) -> Response:
        """Someone asked the recipient."""
        arrived = request.form.get("arrived") == "yes"
        said = gettext("Noted: it arrived.") if arrived else gettext("We send it again.")
        return self._with_delivery(
            public_id, lambda delivery: deliveries.resolve(delivery, arrived), said
        )

    @expose("/<uuid:public_id>/status", methods=["POST"])
    @has_access
    @permission_name("edit")
    def status(self, public_id: Any) -> Response:
        """What the receiver does with it; the sender sees it at once."""
        chosen = STATUSES.get(request.form.get("status", ""))
        reason = _typed("reason")
        if chosen is None:
            raise Unreadable("We could not understand this request. Go back and try again.")
        return self._do(
            str(public_id),
            lambda: statuses.change(str(public_id), chosen, reason=reason),
            gettext("Done. The sender sees it too."),
            reason=reason,
        )

    @expose("/<uuid:public_id>/discard", methods=["POST"])
    @has_access
    @permission_name("create")
    def discard(self, public_id: Any) -> Response:
        """Throw a draft away."""
        drafts.remove(str(public_id))
        flash(gettext("The draft is gone."), "success")
        return redirect(url_for("DocumentView.drafts"))

    @expose("/<uuid:public_id>/copy", methods=["POST"])
    @has_access
    @permission_name("create")
    def copy(self, public_id: Any) -> Response:
        """The same again, as a draft."""
        return self._begin(str(public_id), copies.copy)

    @expose("/<uuid:public_id>/credit", methods=["POST"])
    @has_access
    @permission_name("create")
    def credit(self, public_id: Any) -> Response:
        """A credit note for it, as a draft."""
        return self._begin(str(public_id), copies.credit)

    @expose("/<uuid:public_id>/template", methods=["POST"])
    @has_access
    @permission_name("create")
    def template(self, public_id: Any) -> Response:
        """Keep a draft as a template."""
        name = _typed("name")
        return self._do(
            str(public_id),
            lambda: templates.keep(str(public_id), name),
            gettext("Kept as a template. You find it where a new invoice begins."),
            name=name,
        )

    def _begin(self, public_id: str, make: Callable[[str], str]) -> Response:
        try:
            draft = make(public_id)
        except AppError as error:
            return self.make_page(public_id, document_show.refused(error), error.status)
        flash(gettext("This is a new draft. Look through it before you send it."), "success")
        return redirect(url_for("DocumentView.edit", public_id=draft))

    def _with_delivery(
        self, public_id: Any, act: Callable[[str], Any], said: str, **typed: str
    ) -> Response:
        delivery = _typed("delivery")
        return self._do(str(public_id), lambda: act(delivery), said, **typed)

    def _do(self, public_id: str, act: Callable[[], Any], said: str, **typed: str) -> Response:
        """Do it and come back to the page; a refusal is shown there, with what was typed."""
        try:
            act()
        except AppError as error:
            problem = document_show.refused(error, **typed)
            return self.make_page(public_id, problem, error.status)
        flash(said, "success")
        return redirect(url_for("DocumentView.show", pk=public_id))

    def make_page(self, public_id: str, problem: document_show.Problem, status: int) -> Response:
        """The document's page with what went wrong."""
        text = document_show.answer(self, public_id, problem)
        return Response(text, status, mimetype="text/html")


def _typed(name: str) -> str:
    return typed_values.tidy(request.form.get(name, ""))


def _route() -> Route | None:
    chosen = request.form.get("route", "")
    if chosen and chosen not in list(Route):
        raise Unreadable("We could not understand this request. Go back and try again.")
    return Route(chosen) if chosen else None


def register(builder: AppBuilder) -> None:
    """Without a menu item: reached from a document's page."""
    builder.add_view_no_menu(DocumentActionsView)
