"""Partners: environments linked with the reader's own; finding one, asking, answering, ending."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask_appbuilder import AppBuilder, expose
from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from app.errors import AppError
from app.models import Partnership
from app.services import partners
from app.views import pieces
from app.views.base import sentence
from app.views.listing import EagerTable, ListedView, moment


class PartnerTable(EagerTable):
    """Partnerships with the name of the other side, whichever side that is."""

    @staticmethod
    def _get_attr_value(item: Any, col: str) -> Any:
        if col == "partner":
            return partners.other_name(item)
        return EagerTable._get_attr_value(item, col)


class OpenOnly(BaseFilter):
    """What is asked or active: of ended ones not even the name may be seen any more."""

    name = "Open"

    def apply(self, query: Any, _value: Any) -> Any:
        """Leave out what has ended or was refused."""
        return query.filter(self.model.state.in_(partners.OPEN))


class PartnerView(ListedView):
    """Partnerships of the reader's environment."""

    datamodel = PartnerTable(
        Partnership,
        eager=(joinedload(Partnership.environment), joinedload(Partnership.partner_environment)),
    )
    class_permission_name = "Partners"
    route_base = "/partners"
    base_permissions = ["can_read", "can_create", "can_answer"]
    exclude_route_methods = ListedView.exclude_route_methods | {"add", "edit", "delete"}
    base_filters = [["state", OpenOnly, None]]
    list_title = _l("Partners")
    show_title = _l("Partner")
    empty = _l(
        "Your environment has no partners yet. With a partner you can share documents and work together; sending invoices needs none."
    )
    list_columns = ["partner", "state", "created_at"]
    show_columns = [
        "partner",
        "state",
        "requested_by",
        "message",
        "created_at",
        "answered_at",
    ]
    label_columns = {
        "partner": _l("Partner"),
        "state": _l("State"),
        "requested_by": _l("Asked by"),
        "message": _l("Message"),
        "created_at": _l("Asked on"),
        "answered_at": _l("Answered on"),
    }
    formatters_columns = {
        "created_at": moment,
        "answered_at": moment,
        "state": pieces.pill,
    }

    def beside(self, item: Any) -> dict[str, Any]:
        """Whether the reader can answer or end this."""
        return {
            "awaits": partners.awaits_answer(item),
            "name": partners.other_name(item),
            "manager": self.may("answer"),
        }

    @expose("/find")
    @has_access
    @permission_name("create")
    def find(self) -> str:
        """Environments with this name, as names only."""
        text = request.args.get("q", "")
        found, wrong = [], ""
        if text:
            try:
                found = partners.find(text)
            except AppError as error:
                wrong = sentence(error)
        page: str = self.render_template(
            "partners/find.html", title=gettext("Find partners"), q=text, found=found, wrong=wrong
        )
        return page

    @expose("/request/<pk>", methods=["POST"])
    @has_access
    @permission_name("create")
    def request(self, pk: str) -> Response:
        """Ask this environment."""
        partners.request(pk, request.form.get("message", ""))
        return self._said(gettext("Your request is on its way. You hear when they answer."))

    @expose("/accept/<pk>", methods=["POST"])
    @has_access
    @permission_name("answer")
    def accept(self, pk: str) -> Response:
        """Say yes to a request."""
        partners.accept(pk)
        return self._said(gettext("You are partners now."))

    @expose("/refuse/<pk>", methods=["POST"])
    @has_access
    @permission_name("answer")
    def refuse(self, pk: str) -> Response:
        """Say no to a request."""
        partners.refuse(pk)
        return self._said(gettext("Refused. They have been told."))

    @expose("/end/<pk>", methods=["POST"])
    @has_access
    @permission_name("answer")
    def end(self, pk: str) -> Response:
        """End a partnership, or withdraw a request."""
        partners.end(pk)
        return self._said(gettext("Ended. What was shared through it has ended too."))

    def _said(self, text: str) -> Response:
        flash(text, "success")
        return redirect(self.address("list"))


def register(builder: AppBuilder) -> None:
    """The menu item of relationship managers; administrators may look."""
    builder.add_view(PartnerView, "Partners", label=_l("Partners"))
