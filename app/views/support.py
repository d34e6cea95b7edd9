"""Support: deliveries that need a look, one document's story, and finding anything; metadata only."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.errors import AppError
from app.services import document_story, finding_anything, support
from app.views import document_words
from app.views.base import sentence


class QueueView(BaseView):
    """What is on its way, what went wrong, and how to try again."""

    class_permission_name = "Queues"
    route_base = "/support"
    base_permissions = ["can_read", "can_retry"]
    default_view = "queues"

    @expose("/queues/")
    @has_access
    @permission_name("read")
    def queues(self) -> str:
        """Counts by state, failures by reason, and the deliveries that need a look."""
        page: str = self.render_template(
            "support/queues.html",
            title=gettext("Queues"),
            queues=support.queues(),
            words=document_words,
        )
        return page

    @expose("/queues/preview", methods=["POST"])
    @has_access
    @permission_name("retry")
    def preview(self) -> str:
        """What would be tried again; nothing happens yet."""
        page: str = self.render_template(
            "support/preview.html",
            title=gettext("Try again?"),
            chosen=support.preview(request.form.getlist("delivery")),
        )
        return page

    @expose("/queues/retry", methods=["POST"])
    @has_access
    @permission_name("retry")
    def retry(self) -> Response:
        """Try again what the preview showed."""
        done = support.retry(request.form.getlist("delivery"))
        flash(
            ngettext(
                "One delivery is tried again.", "%(num)s deliveries are tried again.", done.count
            ),
            "success" if done.count else "warning",
        )
        for name, refusal in done.refusals:
            flash(f"{name}: {sentence(refusal)}", "warning")
        return redirect(url_for("QueueView.queues"))

    @expose("/find")
    @has_access
    @permission_name("read")
    def find(self) -> str:
        """Anything by its name, number, id or address."""
        text, found, wrong = request.args.get("q", ""), [], ""
        if text:
            try:
                found = finding_anything.find(text)
            except AppError as error:
                wrong = sentence(error)
        page: str = self.render_template(
            "support/find.html", title=gettext("Find anything"), q=text, found=found, wrong=wrong
        )
        return page

    @expose("/documents/<uuid:public_id>")
    @has_access
    @permission_name("read")
    def document(self, public_id: object) -> str:
        """A document's whole story, without what it says."""
        page: str = self.render_template(
            "support/story.html",
            title=gettext("Story of a document"),
            story=document_story.of(str(public_id)),
            words=document_words,
        )
        return page


def register(builder: AppBuilder) -> None:
    """The menu of staff."""
    builder.add_view(
        QueueView, "Queues", label=_l("Queues"), category="Support", category_label=_l("Support")
    )
