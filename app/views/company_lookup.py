"""Finding one's own organization in the company register, while it is added."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, request
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.errors import AppError
from app.services import company_lookup, company_registers
from app.views import customer_lookup
from app.views.base import sentence
from app.views.customer_lookup import TAKE
from app.views.organization_form import DetailsForm, form_for

FIND = "find-company"  # the button of who has no scripts


class CompanyView(BaseView):
    """Asked by the script of the search field."""

    route_base = "/companies"
    default_view = "registered"
    class_permission_name = "Organizations"

    @expose("/registered")
    @has_access
    @permission_name("create")
    def registered(self) -> Response:
        """Companies with this name or number."""
        found = company_lookup.registered(request.args.get("q", ""))
        return customer_lookup.answer([found])

    @expose("/fields")
    @has_access
    @permission_name("create")
    def fields(self) -> Response:
        """Everything that follows from the one that was chosen."""
        return jsonify({"fields": company_lookup.fields_for(request.args.get("key", ""))})


def form() -> DetailsForm:
    """The form as it was typed, with the company that a button named filled in."""
    if request.method != "POST":
        return form_for("NL")
    typed: MultiDict[str, str] = MultiDict(request.form)
    deed = typed.get("refresh", "")
    if deed.startswith(TAKE):
        try:
            for name, value in company_lookup.fields_for(deed.removeprefix(TAKE)).items():
                typed[name] = value
        except AppError as error:
            flash(sentence(error), "danger")
    return form_for(typed.get("country", "NL"), formdata=typed)


def sought() -> dict[str, Any]:
    """What the page shows of the search field; nothing of it where no register is named."""
    text = request.form.get("contact", "")
    pressed = request.form.get("refresh") == FIND
    return {
        "text": text,
        "registers": company_registers.any_configured(),
        "groups": _found(text) if pressed else [],
    }


def _found(text: str) -> list[dict[str, Any]]:
    try:
        return customer_lookup.groups([company_lookup.registered(text)])
    except AppError as error:
        return [{"title": "", "matches": [], "notes": [sentence(error)]}]


def register(builder: AppBuilder) -> None:
    """A part of the form of an organization, so not in the menu."""
    builder.add_view_no_menu(CompanyView)
