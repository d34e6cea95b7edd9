"""Home: what needs me today; for a newcomer the steps to the first invoice."""

from __future__ import annotations

from flask import g, redirect
from flask_appbuilder import IndexView, expose
from flask_login import current_user
from werkzeug.wrappers import Response

from app.observability import health
from app.services import home, tallies
from app.views import document_words, figure_words


class HomeView(IndexView):
    """The first page after signing in."""

    class_permission_name = "Home"

    @expose("/")
    def index(self) -> str | Response:
        """Strangers sign in first."""
        if not current_user.is_authenticated:
            return redirect("/login/")
        return str(
            self.render_template(
                "home.html",
                home=home.look(current_user),
                as_of=tallies.as_of(g.person.tallied),
                words=document_words,
                figures=figure_words,
                home_health=health.look() if g.person.scope.staff else None,
            )
        )
