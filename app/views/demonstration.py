"""Filling an empty platform with demonstration data; exists only where nobody else can come."""

from __future__ import annotations

from flask_appbuilder import AppBuilder, BaseView, expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.services import demonstration


class DemonstrationView(BaseView):
    """Open to whoever is on this machine, as long as the platform is empty."""

    route_base = "/demonstration"
    default_view = "fill"

    @expose("/", methods=["POST"])
    def fill(self) -> Response | str:
        """Make everything and show how to sign in; the passwords are shown this once."""
        page: str = self.render_template(
            "demo/sign_ins.html",
            title=gettext("Demonstration data"),
            credentials=demonstration.fill(),
        )
        return page


def register(builder: AppBuilder) -> None:
    """Reached by the button on an empty platform."""
    builder.add_view_no_menu(DemonstrationView)
