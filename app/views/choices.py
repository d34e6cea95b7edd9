"""What readers choose about their pages: light or dark, and for which organization the lists are."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import g, jsonify, redirect, request, session
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from werkzeug.wrappers import Response

from app.errors import NotFound, Unreadable
from app.views import organization_choices
from app.views.languages import own_page

THEMES = ("light", "dark", "system")
THEME = "theme"  # the cookie; of the browser, because a telephone may be dark and a desk light
YEAR = 365 * 24 * 3600
ORGANIZATION = "organization"
LISTS = ("/inbox/", "/outbox/", "/documents/list/", "/documents/drafts/")


class ChoiceView(BaseView):
    """Open where it changes only how pages look."""

    route_base = "/choose"
    default_view = "theme"
    class_permission_name = "Home"

    @expose("/theme", methods=["POST"])
    def theme(self) -> Response:
        """Light, dark, or as the system has it, on the page where the choice was made."""
        chosen = request.form.get(THEME, "")
        if chosen not in THEMES:
            raise Unreadable("Choose one of the appearances.")
        answer = redirect(own_page(request.form.get("next", "")))
        secure = request.is_secure
        answer.set_cookie(THEME, chosen, YEAR, httponly=True, secure=secure, samesite="Lax")
        return answer

    @expose("/organization", methods=["POST"])
    @has_access
    @permission_name("read")
    def organization(self) -> Response:
        """Narrow the lists of documents to one organization, or to none."""
        chosen = request.form.get(ORGANIZATION, "")
        if chosen and chosen not in g.person.organizations:
            raise NotFound("This organization isn't here, or it isn't yours.")
        session[ORGANIZATION] = chosen
        return redirect(narrowed(own_page(request.form.get("next", "")), chosen))

    @expose("/organizations")
    @has_access
    @permission_name("read")
    def organizations(self) -> Response:
        """Those of the reader with this in their name, for a choice to ask while someone types."""
        mine = ((name, (key, name)) for key, name in g.person.organizations.items())
        found = organization_choices.named(mine, request.args.get("q", ""))
        return jsonify([{"value": key, "text": name} for key, name in found])


def reader_theme() -> str:
    """What this browser chose; the system decides for who did not choose."""
    chosen = request.cookies.get(THEME, "")
    return chosen if chosen in THEMES else "system"


def chosen_organization() -> str:
    """The organization that the lists are for: what the address says, else what was chosen before."""
    here = request.args.get(ORGANIZATION) if request.path in LISTS else None
    wanted = str(session.get(ORGANIZATION, "") if here is None else here)
    return wanted if wanted in g.person.organizations else ""


def narrowed(address: str, organization: str) -> str:
    """The address of a list for this organization, from its first page; any other address as it is."""
    parts = urlsplit(address)
    if parts.path not in LISTS:
        return address
    kept: list[Any] = [
        (name, value)
        for name, value in parse_qsl(parts.query)
        if name not in (ORGANIZATION, "before", "after")
    ]
    query = urlencode([*kept, (ORGANIZATION, organization)] if organization else kept)
    return f"{parts.path}?{query}" if query else parts.path


def register(builder: AppBuilder) -> None:
    """Reached from the top of every page, so not in the menu."""
    builder.add_view_no_menu(ChoiceView)
