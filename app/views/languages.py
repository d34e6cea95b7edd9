"""The language choice at the top of every page, for strangers too."""

from __future__ import annotations

from flask import current_app, redirect, request, session
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_login import current_user
from werkzeug.wrappers import Response

from app.errors import Unreadable
from app.services import profiles


class LanguageView(BaseView):
    """Open to everyone: it changes how pages read, and nothing else."""

    route_base = "/language"
    default_view = "choose"

    @expose("/", methods=["POST"])
    def choose(self) -> Response:
        """Read in this language from now on, on the page where the choice was made."""
        language = request.form.get("language", "")
        if language not in current_app.config["LANGUAGES"]:
            raise Unreadable("Choose one of the languages.", field="language")
        session["locale"] = language
        if current_user.is_authenticated:
            profiles.choose_language(language)
        return redirect(own_page(request.form.get("next", "")))


def own_page(address: str) -> str:
    """An address of ours, or the first page: a link must not lead anyone elsewhere."""
    plain = address.isprintable() and "\\" not in address
    return address if plain and address.startswith("/") and address[1:2] != "/" else "/"


def register(builder: AppBuilder) -> None:
    """Reached from the top of every page, so not in the menu."""
    builder.add_view_no_menu(LanguageView)
