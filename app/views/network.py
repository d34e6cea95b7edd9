"""The loopback network: who is published there, and how it behaves; for technical support."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.errors import AppError
from app.peppol.access_points import Behaviour, Kind
from app.services import network
from app.views.base import sentence

KINDS: Mapping[Kind, Any] = {
    Kind.ACCEPT: _("accept"),
    Kind.REFUSE: _("refuse, with a reason"),
    Kind.DELAY: _("take a number of polls"),
    Kind.ELSEWHERE: _("say: registered at another provider"),
    Kind.UNREACHABLE: _("not answer"),
}


class NetworkView(BaseView):
    """Look into the network of this machine, and try out its moods."""

    class_permission_name = "Network"
    route_base = "/network"
    base_permissions = ["can_read", "can_edit"]
    default_view = "overview"

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("read")
    def overview(self) -> str:
        """Who is published, and how the network behaves."""
        return self._page({})

    @expose("/", methods=["POST"])
    @has_access
    @permission_name("edit")
    def behave(self) -> Any:
        """Set how it behaves."""
        typed = {
            name: request.form.get(name, "") for name in ("participant", "kind", "note", "polls")
        }
        try:
            behaviour = Behaviour.parse(typed["kind"], typed["note"], typed["polls"])
            network.behave(typed["participant"], behaviour)
        except AppError as error:
            if error.status == 403:
                raise
            return self._page({**typed, "wrong": sentence(error)}), error.status
        flash(gettext("The network behaves like that from now on."), "success")
        return redirect(url_for("NetworkView.overview"))

    def _page(self, typed: Mapping[str, str]) -> str:
        page: str = self.render_template(
            "network/overview.html",
            published=network.published(),
            behaviours=network.behaviours(),
            kinds=KINDS,
            typed=typed,
        )
        return page


def register(builder: AppBuilder) -> None:
    """Under Support."""
    builder.add_view(
        NetworkView,
        "Network",
        label=_("Network"),
        icon="network",
        category="Support",
        category_label=_("Support"),
    )
