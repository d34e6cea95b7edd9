"""Environments: staff see that each exists. Who runs one has My environment."""

from __future__ import annotations

from flask_appbuilder import AppBuilder
from flask_babel import lazy_gettext as _l

from app.models import Environment, EnvironmentKind
from app.views.base import Table
from app.views.listing import ListedView, OfMyEnvironment, moment, worded

LANGUAGES = {"nl": "Nederlands", "en": "English", "fr": "Français", "de": "Deutsch"}
KINDS = {
    EnvironmentKind.CUSTOMER: _l("customer"),
    EnvironmentKind.OPERATOR: _l("of the operator"),
}


class EnvironmentView(ListedView):
    """The environments that the reader supports."""

    datamodel = Table(Environment)
    class_permission_name = "Environments"
    route_base = "/environments"
    base_permissions = ["can_read"]
    exclude_route_methods = ListedView.exclude_route_methods | {"add", "edit", "delete"}
    base_filters = [["id", OfMyEnvironment, None]]
    list_title = _l("Environments")
    show_title = _l("Environment")
    list_columns = ["name", "kind", "language", "created_at"]
    show_columns = ["name", "kind", "language", "created_at", "public_id"]
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


def register(builder: AppBuilder) -> None:
    """The menu item of staff."""
    builder.add_view(
        EnvironmentView,
        "Environments",
        label=_l("Environments"),
        category="Administration",
        category_label=_l("Administration"),
    )
