"""The link in a mail, for someone without a login: one invoice to read, its PDF and its XML."""

from __future__ import annotations

from collections.abc import Callable

from flask import make_response
from flask_appbuilder import AppBuilder, BaseView, expose
from werkzeug.wrappers import Response

from app import rendering
from app.errors import AppError
from app.models import Direction
from app.services import mailing, papers, private_links
from app.services.papers import Reader
from app.services.private_links import Shown
from app.views import document_files, document_words, formats
from app.views.base import sentence


class PrivateView(BaseView):
    """Open to whoever holds the link; it changes nothing and leads nowhere else."""

    route_base = "/private"
    class_permission_name = "Private"
    default_view = "show"

    @expose("/<string:token>")
    def show(self, token: str) -> Response:
        """The page around the invoice."""
        return self._shown(token, lambda shown: self._page(token, shown))

    @expose("/<string:token>/html")
    def html(self, token: str) -> Response:
        """The readable invoice."""
        return self._shown(token, lambda shown: document_files.page(_readable(shown)))

    @expose("/<string:token>/pdf")
    def pdf(self, token: str) -> Response:
        """The invoice as a PDF."""
        return self._shown(token, _pdf)

    @expose("/<string:token>/xml")
    def xml(self, token: str) -> Response:
        """The invoice as its sender's software made it."""
        return self._shown(token, lambda shown: document_files.xml(shown.found.xml, _name(shown)))

    def _shown(self, token: str, answer: Callable[[Shown], Response]) -> Response:
        try:
            return answer(private_links.show(token))
        except AppError as error:
            text = self.render_template("documents/private_ended.html", text=sentence(error))
            return _unlisted(text, error.status)

    def _page(self, token: str, shown: Shown) -> Response:
        text = self.render_template(
            "documents/private.html",
            token=token,
            shown=shown,
            invoice=shown.found.invoice,
            words=document_words,
        )
        return _unlisted(text, 200)


def _unlisted(text: str, status: int) -> Response:
    answer = make_response(text, status)
    answer.headers.update(document_files.PRIVATE)
    return answer


def _readable(shown: Shown) -> str:
    return rendering.html(shown.found.invoice, formats.reader_language())


def _pdf(shown: Shown) -> Response:
    reader = Reader(Direction.OUT, formats.reader_language(), shown.settings, shown.design)
    return document_files.pdf(papers.make(shown.found, reader).content, _name(shown))


def _name(shown: Shown) -> str:
    return mailing.file_name(shown.found.invoice)


def register(builder: AppBuilder) -> None:
    """Without a menu item: only the link leads here."""
    builder.add_view_no_menu(PrivateView)
