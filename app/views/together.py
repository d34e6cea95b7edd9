"""The buttons of a list of documents: one deed on all rows that were chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, request
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.services import bundles, together
from app.services.together import Outcome
from app.views import document_files, formats, list_addresses
from app.views.base import sentence


class TogetherView(BaseView):
    """Each deed is a form of the list; the answer says with how many it was done, and why not with others."""

    route_base = "/documents/together"
    class_permission_name = "Documents"
    base_permissions = ["can_read", "can_send", "can_create"]

    @expose("/read", methods=["POST"])
    @has_access
    @permission_name("read")
    def read(self) -> str | Response:
        """Mark as read."""
        return self._done(together.mark_read)

    @expose("/unread", methods=["POST"])
    @has_access
    @permission_name("read")
    def unread(self) -> str | Response:
        """Mark as unread."""
        return self._done(together.mark_unread)

    @expose("/retry", methods=["POST"])
    @has_access
    @permission_name("send")
    def retry(self) -> str | Response:
        """Send again."""
        return self._done(together.retry)

    @expose("/cancel", methods=["POST"])
    @has_access
    @permission_name("send")
    def cancel(self) -> str | Response:
        """Stop before they are handed over."""
        return self._done(together.cancel)

    @expose("/discard", methods=["POST"])
    @has_access
    @permission_name("create")
    def discard(self) -> str | Response:
        """Throw drafts away."""
        return self._done(together.discard)

    @expose("/download", methods=["POST"])
    @has_access
    @permission_name("read")
    def download(self) -> Response:
        """One file with all of them."""
        bundle = bundles.collect(request.form.getlist("row"))
        return document_files.archive(bundles.stream(bundle, formats.reader_language()))

    def _done(self, deed: Callable[[Sequence[str]], Outcome]) -> str | Response:
        asked = list_addresses.of_form(request.form)
        outcome = deed(request.form.getlist("row"))
        said = ngettext("Done with %(num)s document.", "Done with %(num)s documents.", outcome.done)
        if not outcome.refused:
            flash(said, "success")
            return redirect(asked.here())
        page: str = self.render_template(
            "documents/together.html",
            said=said,
            outcome=outcome,
            back=asked.here(),
            sentence=sentence,
        )
        return page


def register(builder: AppBuilder) -> None:
    """Without a menu item: reached from the lists."""
    builder.add_view_no_menu(TogetherView)
