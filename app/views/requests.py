"""Requests for access: my own, and for administrators those that wait for their answer."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from app import tenancy
from app.errors import AppError
from app.models import MemberRole, Request, RequestState
from app.services import member_invitations, requests
from app.views import formats, pieces
from app.views.base import sentence
from app.views.listing import EagerTable, ListedView


class RequestView(ListedView):
    """Who asks for access; plain people see what they asked themselves."""

    datamodel = EagerTable(Request, eager=(joinedload(Request.user),))
    class_permission_name = "Requests"
    route_base = "/requests"
    base_permissions = ["can_read", "can_ask", "can_answer"]
    exclude_route_methods = ListedView.exclude_route_methods | {"add", "edit", "delete"}
    show_template = "requests/show.html"
    list_title = _("Requests")
    show_title = _("Request for access")
    empty = _("Nobody asks for anything now. Requests for access of colleagues appear here.")
    list_columns = ["user", "message", "state", "created_at"]
    show_columns = ["user", "message", "state", "created_at", "answered_by", "answer"]
    label_columns = {
        "user": _("Who asks"),
        "message": _("Message"),
        "state": _("State"),
        "created_at": _("Asked on"),
        "answered_by": _("Answered by"),
        "answer": _("Their word"),
    }
    formatters_columns = {
        "created_at": formats.moment,
        "state": pieces.pill,
        "user": lambda user: user.name if user else "",
    }

    def invitations(self) -> list[member_invitations.Invitation]:
        """Organizations of partners that ask the reader to work for them."""
        return member_invitations.invitations()

    def beside(self, item: Any) -> dict[str, Any]:
        """Whether the reader can answer or withdraw, and which organizations there are."""
        own = item.user_id == tenancy.current().person_id
        is_open = item.state == RequestState.OPEN
        answers = is_open and not own and self.may("answer")
        return {
            "withdraws": is_open and own,
            "answers": answers,
            "organizations": requests.organizations(item) if answers else (),
            "roles": {
                MemberRole.MEMBER: gettext("Member"),
                MemberRole.ADMINISTRATOR: gettext("Administrator"),
            },
        }

    @expose("/ask", methods=["GET", "POST"])
    @has_access
    @permission_name("ask")
    def ask(self) -> Any:
        """Write to the administrators."""
        typed, wrong = request.form.get("message", ""), ""
        if request.method == "POST":
            try:
                public_id = requests.ask(typed)
                flash(gettext("Your request is on its way. You hear when they answer."), "success")
                return redirect(url_for("RequestView.show", pk=public_id))
            except AppError as error:
                wrong = sentence(error)
        return self.render_template(
            "requests/ask.html",
            message=typed,
            wrong=wrong,
            administrators=requests.administrators(),
            open_request=requests.mine(),
        )

    @expose("/accept/<pk>", methods=["POST"])
    @has_access
    @permission_name("answer")
    def accept(self, pk: str) -> Response:
        """Make them a member of the chosen organizations."""
        chosen = request.form.getlist("organizations")
        role = request.form.get("role", MemberRole.MEMBER)
        return self._answered(
            pk, lambda: requests.accept(pk, chosen, role), _("They have access now.")
        )

    @expose("/refuse/<pk>", methods=["POST"])
    @has_access
    @permission_name("answer")
    def refuse(self, pk: str) -> Response:
        """Say no."""
        word = request.form.get("word", "")
        return self._answered(
            pk, lambda: requests.refuse(pk, word), _("Refused. They have been told.")
        )

    @expose("/withdraw/<pk>", methods=["POST"])
    @has_access
    @permission_name("ask")
    def withdraw(self, pk: str) -> Response:
        """Take back my own."""
        return self._answered(pk, lambda: requests.withdraw(pk), _("Withdrawn."))

    def _answered(self, pk: str, deed: Any, said: Any) -> Response:
        try:
            deed()
            flash(str(said), "success")
        except AppError as error:
            if error.status in (403, 404):
                raise
            flash(sentence(error), "danger")
        return redirect(url_for("RequestView.show", pk=pk))


def register(builder: AppBuilder) -> None:
    """In the menu for everyone: one's own requests, and what waits for an answer."""
    builder.add_view(RequestView, "Requests", label=_("Requests"), icon="user-check")
