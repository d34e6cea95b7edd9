"""Environments: administrators see and name their own; staff see that each exists."""

from __future__ import annotations

from typing import Any

from flask_appbuilder import AppBuilder
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.models import Environment, EnvironmentKind
from app.services import environments
from app.views.base import Table
from app.views.listing import ListedView, OfMyEnvironment, ServiceView, moment, worded

LANGUAGES = {"nl": "Nederlands", "en": "English", "fr": "Français", "de": "Deutsch"}
KINDS = {
    EnvironmentKind.CUSTOMER: _l("customer"),
    EnvironmentKind.OPERATOR: _l("of the operator"),
}


class EnvironmentView(ServiceView):
    """The environments that the reader runs or supports; a partner's stands under Partners."""

    datamodel = Table(Environment)
    class_permission_name = "Environments"
    route_base = "/environments"
    base_permissions = ["can_read", "can_edit"]
    exclude_route_methods = ListedView.exclude_route_methods | {"add", "delete"}
    base_filters = [["id", OfMyEnvironment, None]]
    list_title = _l("Environments")
    show_title = _l("Environment")
    edit_title = _l("Change the environment")
    list_columns = ["name", "kind", "language", "created_at"]
    show_columns = ["name", "kind", "language", "created_at", "public_id"]
    edit_columns = ["name", "language"]
    label_columns = {
        "name": _l("Name"),
        "kind": _l("Kind"),
        "language": _l("Language"),
        "created_at": _l("Since"),
        "public_id": _l("Id for support"),
    }
    formatters_columns = {
        "created_at": moment,
        "language": worded(LANGUAGES),
        "kind": worded(KINDS),
    }
    edit_form_extra_fields = {
        "name": StringField(_l("Name"), validators=[InputRequired(), Length(max=120)]),
        "language": SelectField(
            _l("Language"),
            choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
            description=_l("Newcomers start with this language; everyone can choose another."),
        ),
    }

    def keep_changes(self, public_id: str, form: Any) -> None:
        """Through the service, because a new name is seen by partners and is kept in the audit."""
        environments.edit(public_id, name=form.name.data, language=form.language.data)


def register(builder: AppBuilder) -> None:
    """The menu item of administrators and staff."""
    builder.add_view(
        EnvironmentView,
        "Environments",
        label=_l("Environments"),
        category="Administration",
        category_label=_l("Administration"),
    )
