"""My environment: what its administrators see at a glance and may change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.errors import AppError
from app.models import JoinPolicy
from app.services import environments, my_environment, tallies
from app.services.receiving import Line
from app.views.base import sentence

LANGUAGES = {"nl": "Nederlands", "en": "English", "fr": "Français", "de": "Deutsch"}
POLICIES: Mapping[str, Any] = {
    JoinPolicy.JOIN: _l("joins by themselves, without an organization yet"),
    JoinPolicy.ASK: _l("asks an administrator first"),
    JoinPolicy.INVITATION: _l("comes in by invitation only"),
}


class MyEnvironmentView(BaseView):
    """Name, domains, language, people, plan, and all organizations with receiving and cost."""

    class_permission_name = "MyEnvironment"
    route_base = "/environment"
    base_permissions = ["can_read", "can_edit"]
    default_view = "overview"

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("read")
    def overview(self) -> str:
        """The whole page."""
        return self._page({}, None)

    @expose("/", methods=["POST"])
    @has_access
    @permission_name("edit")
    def edit(self) -> Any:
        """Another name, another language for newcomers."""
        typed = {name: request.form.get(name, "") for name in ("name", "language")}
        return self._done(typed, lambda: environments.edit(**typed))

    @expose("/domain", methods=["POST"])
    @has_access
    @permission_name("edit")
    def domain(self) -> Any:
        """What happens to newcomers of one domain."""
        typed = {name: request.form.get(name, "") for name in ("domain", "policy")}
        return self._done(typed, lambda: environments.set_policy(**typed))

    def _done(self, typed: Mapping[str, str], deed: Callable[[], None]) -> Response | Any:
        try:
            deed()
        except AppError as error:
            if error.status in (403, 404):
                raise
            return self._page(typed, error), error.status
        flash(gettext("Saved."), "success")
        return redirect(url_for("MyEnvironmentView.overview"))

    def _page(self, typed: Mapping[str, str], error: AppError | None) -> str:
        shown = my_environment.overview(
            after=request.args.get("after", ""), before=request.args.get("before", "")
        )
        wrong = {error.field or "name": sentence(error)} if error else {}
        page: str = self.render_template(
            "environment/show.html",
            title=gettext("My environment"),
            overview=shown,
            typed=typed,
            wrong=wrong,
            languages_of_newcomers=LANGUAGES,
            policies=POLICIES,
            receive_state=receive_state,
            as_of=tallies.as_of(g.person.tallied),
        )
        return page


def receive_state(line: Line) -> tuple[str, str]:
    """How receiving stands: a state with its colour, and its word."""
    if line.troubles:
        return "failed", gettext("Not registered")
    if line.busy:
        return "registering", gettext("Registering")
    if line.receiving:
        return "active", gettext("Partly on") if line.switch == "partly" else gettext("On")
    return "off", gettext("Off")


def register(builder: AppBuilder) -> None:
    """The first item of Administration."""
    builder.add_view(
        MyEnvironmentView,
        "MyEnvironment",
        label=_l("My environment"),
        category="Administration",
        category_label=_l("Administration"),
    )
