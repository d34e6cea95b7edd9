"""Contacts: the address book. Plain records, so the framework's own forms keep them."""

from __future__ import annotations

from typing import Any

from flask_appbuilder import AppBuilder
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload
from wtforms import BooleanField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app import tenancy
from app.invoice.schemes import SCHEMES
from app.models import Contact
from app.services import contacts
from app.views.formats import country_name
from app.views.listing import ChoiceField, EagerTable, ListedView, RowField, yes_or_no
from app.views.organization_form import countries


def _schemes() -> list[SelectChoice]:
    named = [(scheme.code, f"{gettext(scheme.name)} ({scheme.code})") for scheme in SCHEMES]
    return [SelectChoice(code, label) for code, label in [("", gettext("none")), *named]]


def _scheme_name(code: str) -> str:
    return {scheme.code: str(gettext(scheme.name)) for scheme in SCHEMES}.get(code, code)


def _text(label: Any, longest: int, help_text: Any = "") -> StringField:
    return StringField(label, validators=[Optional(), Length(max=longest)], description=help_text)


FIELDS: dict[str, Any] = {
    "name": StringField(_l("Name"), validators=[InputRequired(), Length(max=200)]),
    "scheme": ChoiceField(_l("Kind of number"), choices=_schemes),
    "value": _text(_l("Organization ID"), 130, _l("Dots and spaces may stay; we tidy it.")),
    "vat_number": _text(_l("VAT number"), 20),
    "email": _text(_l("E-mail"), 320, _l("Used when the invoice cannot be delivered otherwise.")),
    "country": ChoiceField(_l("Country"), choices=countries, default="NL"),
    "street": _text(_l("Street and number"), 200),
    "postcode": _text(_l("Postcode"), 20),
    "city": _text(_l("Place"), 100),
    "shared": BooleanField(_l("Colleagues of my environment may use this contact too")),
}
# How the form shows them: what belongs together stands side by side where there is room.
FORM: list[tuple[str, dict[str, Any]]] = [
    ("", {"fields": ["name"]}),
    ("", {"fields": ["scheme", "value"], "pair": True}),
    ("", {"fields": ["vat_number", "email"], "pair": True}),
    ("", {"fields": ["country", "street"], "pair": True}),
    ("", {"fields": ["postcode", "city"], "pair": True}),
    ("", {"fields": ["shared"]}),
]


class ContactView(ListedView):
    """Customers and suppliers of the reader's organizations, and those shared by colleagues."""

    datamodel = EagerTable(Contact, eager=(joinedload(Contact.organization),))
    class_permission_name = "Contacts"
    route_base = "/contacts"
    base_permissions = ["can_read", "can_create", "can_edit", "can_remove"]
    list_title = _l("Contacts")
    show_title = _l("Contact")
    add_title = _l("Add contact")
    edit_title = _l("Change contact")
    add_label = _l("Add contact")
    empty = _l("Your address book is empty. Add the first customer or supplier.")
    base_order = ("name", "asc")
    list_columns = ["name", "city", "value", "email", "organization", "shared"]
    show_columns = ["organization", *FIELDS]
    add_fieldsets = [("", {"fields": ["organization"]}), *FORM]
    edit_fieldsets = FORM
    add_form_extra_fields = {
        "organization": RowField(
            _l("Organization"),
            rows=contacts.own_organizations,
            asked="/choose/organizations",
            validators=[InputRequired()],
        ),
        **FIELDS,
    }
    edit_form_extra_fields = FIELDS
    label_columns = {
        "name": _l("Name"),
        "organization": _l("Organization"),
        "scheme": _l("Kind of number"),
        "value": _l("Organization ID"),
        "vat_number": _l("VAT number"),
        "email": _l("E-mail"),
        "country": _l("Country"),
        "street": _l("Street and number"),
        "postcode": _l("Postcode"),
        "city": _l("Place"),
        "shared": _l("Shared"),
    }
    formatters_columns = {
        "shared": yes_or_no,
        "country": country_name,
        "scheme": _scheme_name,
        "organization": lambda organization: organization.name if organization else "–",
    }

    def pre_add(self, item: Contact) -> None:
        """Check and tidy what was typed."""
        contacts.prepare(item)

    pre_update = pre_add

    def pre_delete(self, item: Contact) -> None:
        """Only members of its organization."""
        contacts.need_own(item)

    def editable(self, item: Contact) -> bool:
        """An entry that a colleague shares can be used, not changed."""
        return super().editable(item) and item.organization_id in (
            tenancy.current().organization_ids
        )

    def _edit(self, pk: str) -> Any:
        contacts.need_own(self._one(pk))
        return super()._edit(pk)


def register(builder: AppBuilder) -> None:
    """The menu item of members."""
    builder.add_view(ContactView, "Contacts", label=_l("Contacts"))
