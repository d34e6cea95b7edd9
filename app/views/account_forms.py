"""Forms for people without an account. What is right is decided by the services; these only ask."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from app.models import EnvironmentRole
from app.services.credentials import SHORTEST_PASSWORD, Entry

ROLES = [
    SelectChoice(EnvironmentRole.BASIC, _("Basic user")),
    SelectChoice(EnvironmentRole.ADVANCED, _("Advanced user")),
    SelectChoice(EnvironmentRole.ADMINISTRATOR, _("Administrator")),
]
PASSWORD_RULE = _(
    "At least %(least)s characters. A few words that only you would put together are easy to remember and hard to guess.",
    least=SHORTEST_PASSWORD,
)


def _required(**more: str) -> dict[str, Any]:
    return {"required": True, **more}


class AddressForm(FlaskForm):
    """One field: the address."""

    email = StringField(
        _("E-mail address"),
        render_kw=_required(
            type="email", autocomplete="email", inputmode="email", autocapitalize="off"
        ),
    )


class SignInForm(FlaskForm):
    """Username or address, and password."""

    name = StringField(
        _("Username or e-mail address"),
        render_kw=_required(autocomplete="username", autocapitalize="off", spellcheck="false"),
    )
    password = PasswordField(_("Password"), render_kw=_required(autocomplete="current-password"))


class PasswordForm(FlaskForm):
    """A new password, twice."""

    password = PasswordField(
        _("New password"),
        description=PASSWORD_RULE,
        render_kw=_required(autocomplete="new-password"),
    )
    again = PasswordField(
        _("The same password again"), render_kw=_required(autocomplete="new-password")
    )


class AccountForm(FlaskForm):
    """Everything an account needs."""

    environment_name = StringField(
        _("Name of your environment"),
        description=_("For example the name of your company. You can change it later."),
        render_kw=_required(autocomplete="organization"),
    )
    username = StringField(
        _("Username"),
        description=_("You sign in with this or with your e-mail address."),
        render_kw=_required(autocomplete="username", autocapitalize="off", spellcheck="false"),
    )
    first_name = StringField(_("First name"), render_kw=_required(autocomplete="given-name"))
    last_name = StringField(_("Last name"), render_kw={"autocomplete": "family-name"})
    password = PasswordField(
        _("Password"), description=PASSWORD_RULE, render_kw=_required(autocomplete="new-password")
    )
    again = PasswordField(
        _("The same password again"), render_kw=_required(autocomplete="new-password")
    )
    terms = BooleanField(_("I accept the terms and conditions"), render_kw=_required())

    def entry(self) -> Entry:
        """What was filled in."""
        return Entry(
            username=_text(self.username),
            first_name=_text(self.first_name),
            last_name=_text(self.last_name),
            password=_text(self.password),
            again=_text(self.again),
            terms=bool(self.terms.data),
            environment_name=_text(self.environment_name),
        )


class StaffForm(AccountForm):
    """The first account of the operator: an address too, and no environment."""

    email = AddressForm.email


class InvitationForm(FlaskForm):
    """Whom to invite."""

    email = StringField(_("E-mail address"), render_kw=_required(type="email", autocomplete="off"))
    first_name = StringField(_("First name"), description=_("They can correct it themselves."))
    last_name = StringField(_("Last name"))
    role = SelectField(
        _("Role"),
        choices=ROLES,
        description=_(
            "Basic users work in the organizations they are made a member of. Advanced users may also work with partners. Administrators invite people and add organizations."
        ),
    )


def _text(field: Any) -> str:
    return str(field.data or "")
