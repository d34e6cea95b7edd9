"""The form of an organization: its details, and a field per number that its country knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField

from app.errors import AppError
from app.invoice.identifiers import schemes_for_country
from app.services.organizations import COUNTRIES, Details
from app.views.base import say_no

FIRST = ("NL", "BE", "DE", "FR", "LU")
NUMBER = "number_"


class DetailsForm(FlaskForm):
    """What an organization is called, where it is, and how to reach it."""

    name = StringField(_("Name"), description=_("As it stands in the company register."))
    country = SelectField(_("Country"), validate_choice=False)
    street = StringField(_("Street and number"))
    postcode = StringField(_("Postcode"))
    city = StringField(_("Place"))
    email = EmailField(_("E-mail address"), description=_("Shown on your invoices."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = countries()
        for name in ("street", "postcode", "city", "email"):
            self[name].flags.optional = True

    @property
    def details(self) -> Details:
        """What was typed."""
        return Details(**{name: self[name].data or "" for name in Details.__slots__})

    @property
    def number_fields(self) -> list[Any]:
        """The fields for numbers, those of the country first."""
        return [field for field in self if field.name.startswith(NUMBER)]

    @property
    def numbers(self) -> Mapping[str, str]:
        """What was typed as numbers, by scheme."""
        return {field.name.removeprefix(NUMBER): field.data or "" for field in self.number_fields}

    def show(self, problems: list[AppError]) -> None:
        """Put every refusal at its field."""
        for problem in problems:
            if problem.field == "numbers":
                problem.field = self.number_fields[0].name
            say_no(self, problem)


def form_for(country: str, *args: Any, **kwargs: Any) -> DetailsForm:
    """The form with the numbers of this country."""
    fields: dict[str, Any] = {}
    for scheme in schemes_for_country(country):
        help_text = gettext("For example %(example)s", example=scheme.example)
        fields[NUMBER + scheme.code] = StringField(gettext(scheme.name), description=help_text)
    form: DetailsForm = type("OrganizationForm", (DetailsForm,), fields)(*args, **kwargs)
    return form


def countries() -> list[tuple[str, str]]:
    """Every country by name in the reader's language; those near us first."""
    names = get_locale().territories
    named = {code: names.get(code, code) for code in COUNTRIES}  # no language names every country
    rest = sorted((code for code in named if code not in FIRST), key=lambda code: named[code])
    return [(code, named[code]) for code in (*FIRST, *rest)]
