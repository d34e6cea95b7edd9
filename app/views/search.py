"""What the box at the top finds; staff have a search of their own."""

from __future__ import annotations

from flask import request
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.services import searching


class SearchView(BaseView):
    """Documents, organizations and people that the reader may see anyhow."""

    route_base = "/search"
    default_view = "results"
    class_permission_name = "Home"

    @expose("/")
    @has_access
    @permission_name("read")
    def results(self) -> str | Response:
        """What matches; the words stay in the address, so that a search can be passed on."""
        text = request.args.get("q", "")[:200].strip()
        found = searching.find(text)
        title = gettext("Search")
        page: str = self.render_template("search.html", title=title, q=text, found=found)
        return page


def register(builder: AppBuilder) -> None:
    """Reached by the box at the top, so not in the menu."""
    builder.add_view_no_menu(SearchView)
