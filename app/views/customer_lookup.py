"""Finding a customer while an invoice is written: what the form's one search field asks, and shows without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, jsonify, request
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.errors import AppError
from app.invoice.model import Kind
from app.peppol.access_points import Reachable
from app.services import company_registers, contacts, customer_lookup
from app.services.customer_lookup import Group, Match, Source
from app.services.invoice_forms import Form
from app.views import formats
from app.views.base import sentence

FIND, TAKE = "find-customer", "take-"  # the buttons of who has no scripts
KEEP = "keep_contact"  # the box to tick
TITLES = {
    Source.CONTACTS: _l("Address book"),
    Source.NETWORK: _l("On the network"),
    Source.REGISTER: _l("Company register"),
}
STANDINGS = {
    Reachable.YES: _l("Receives e-invoices"),
    Reachable.NO_DOCUMENT_TYPE: _l("Doesn't receive this kind of document"),
    Reachable.NOT_REGISTERED: _l("Doesn't receive e-invoices"),
    Reachable.UNKNOWN: _l("The network doesn't answer right now"),
}


class CustomerView(BaseView):
    """Asked by the script of the search field."""

    route_base = "/customers"
    default_view = "search"
    class_permission_name = "Documents"

    @expose("/search")
    @has_access
    @permission_name("create")
    def search(self) -> Response:
        """The address book and the network: quick, and at every pause in typing."""
        text = request.args.get("q", "")
        return answer(customer_lookup.find(text, credit_note=_credits(request.args)))

    @expose("/registered")
    @has_access
    @permission_name("create")
    def registered(self) -> Response:
        """The company registers, which may be slow: asked apart."""
        return answer([customer_lookup.registered(request.args.get("q", ""))])

    @expose("/fields")
    @has_access
    @permission_name("create")
    def fields(self) -> Response:
        """Everything that follows from the one who was chosen."""
        return jsonify({"fields": customer_lookup.fields_for(request.args.get("key", ""))})


def sought() -> dict[str, Any]:
    """What the page shows of the search field; what it found only once its button was pressed."""
    text = request.form.get("contact", "")[: customer_lookup.LONGEST]
    registers = company_registers.any_configured()
    found = _found(text, registers) if request.form.get("do") == FIND else []
    ticked = KEEP in request.form
    return {"text": text, "registers": registers, "groups": found, "keep": ticked}


def taken(form: Form, deed: str) -> Form:
    """The form with the one who was chosen by a button filled in; it stays as it was when that fails."""
    try:
        return form | customer_lookup.fields_for(deed.removeprefix(TAKE))
    except AppError as error:
        flash(sentence(error), "danger")
        return form


def keep(form: Form) -> None:
    """Where the box was ticked: the customer stands in the address book from now on, or a word says why not."""
    if not request.form.get(KEEP):
        return
    try:
        if contacts.keep(form["organization"], form):
            flash(
                gettext("%(name)s is in your address book now.", name=form["buyer_name"]), "success"
            )
    except AppError as error:
        said = gettext("Not in your address book yet: %(reason)s", reason=sentence(error))
        flash(said, "warning")


def _found(text: str, registers: bool) -> list[dict[str, Any]]:
    try:
        found = [*customer_lookup.find(text, credit_note=_credits(request.form))]
        if registers:
            found.append(customer_lookup.registered(text))
    except AppError as error:
        return [{"title": "", "matches": [], "notes": [sentence(error)]}]
    return groups(found)


def _credits(asked: Mapping[str, str]) -> bool:
    return asked.get("kind") == Kind.CREDIT_NOTE


def answer(found: Sequence[Group]) -> Response:
    """The same for a script."""
    said = jsonify({"groups": groups(found)})
    said.headers["Cache-Control"] = "no-store"
    return said


def groups(found: Sequence[Group]) -> list[dict[str, Any]]:
    """What was found, in the reader's words."""
    return [
        {
            "source": each.source.value,
            "title": str(TITLES[each.source]),
            "matches": [_match(match) for match in each.matches],
            "notes": _notes(each),
        }
        for each in found
    ]


def _notes(group: Group) -> list[str]:
    if group.notes or group.matches:
        return [sentence(each) for each in group.notes]
    if group.source is Source.REGISTER:
        return [gettext("No company with this name or number. Fill in the fields by hand.")]
    if company_registers.any_configured():
        return [gettext("Nobody in your address book has this name or number.")]
    return [
        gettext("Nobody in your address book has this name or number. Fill in the fields by hand.")
    ]


def _match(match: Match) -> dict[str, Any]:
    standing = STANDINGS[match.reachable] if match.reachable else ""
    place = formats.country_name(match.country) if match.country else match.place
    about = [each for each in (match.number, place) if each and each != match.name]
    return {
        "key": match.key,
        "name": match.name or match.number,
        "about": " · ".join(about),
        "standing": str(standing),
        "level": "good" if match.reachable is Reachable.YES else "warning",
        "fields": match.fields,
    }


def register(builder: AppBuilder) -> None:
    """A part of the invoice form, so not in the menu."""
    builder.add_view_no_menu(CustomerView)
