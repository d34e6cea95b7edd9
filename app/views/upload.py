"""Upload: several files at once, each with its own answer on one page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.errors import AppError
from app.extensions import settings
from app.services import sending, typed_values, uploads
from app.services.uploads import File, Result, Verdict
from app.views import document_show
from app.views.base import sentence
from app.views.document_show import Remark, Way

COLOURS = {
    Verdict.READY: "good",
    Verdict.INVALID: "bad",
    Verdict.REFUSED: "bad",
    Verdict.REPEATED: "warn",
    Verdict.CHECKING: "warn",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One file on the page of results."""

    result: Result
    colour: str
    text: str
    remarks: tuple[Remark, ...] = ()
    way: Way | None = None
    refusal: str = ""


class UploadView(BaseView):
    """Invoices that other software made."""

    route_base = "/documents"
    class_permission_name = "Documents"
    base_permissions = ["can_create", "can_send"]

    @expose("/upload", methods=["GET", "POST"])
    @has_access
    @permission_name("create")
    def upload(self) -> str | Response:
        """The place to drop files; after that, what became of each."""
        if request.method == "GET":
            return self._form()
        try:
            results = uploads.take_in(_organization(), _files())
        except AppError as error:
            return self._form(error)
        shown = [_shown(each) for each in results]
        page: str = self.render_template(
            "documents/uploaded.html",
            shown=shown,
            sendable=[each for each in shown if each.way],
            organization=_organization(),
        )
        return page

    @expose("/send-many", methods=["POST"])
    @has_access
    @permission_name("send")
    def send_many(self) -> Response:
        """Send what was uploaded and has a way to go; each refusal is told by itself."""
        sent = 0
        for public_id in request.form.getlist("document")[: uploads.MOST_FILES]:
            try:
                sending.send(typed_values.tidy(public_id))
                sent += 1
            except AppError as error:
                flash(sentence(error), "danger")
        if sent:
            flash(
                ngettext(
                    "%(num)s invoice is on its way.", "%(num)s invoices are on their way.", sent
                ),
                "success",
            )
        return redirect(url_for("OutboxView.list"))

    def _form(self, error: AppError | None = None) -> str:
        page: str = self.render_template(
            "documents/upload.html",
            organizations=uploads.active_organizations(),
            most=settings().max_upload_mb,
            chosen=request.form.get("organization", request.args.get("organization", "")),
            error=sentence(error) if error else "",
            error_field=error.field if error else "",
        )
        return page


def _organization() -> str:
    return typed_values.tidy(request.form.get("organization", ""))


def _files() -> list[File]:
    found = [each for each in request.files.getlist("files") if each.filename]
    return [File(each.filename or "", each.stream.read()) for each in found]


def _shown(result: Result) -> Shown:
    remarks = tuple(document_show.remark(each) for each in result.findings)
    way, refusal = _way(result)
    colour = "warn" if refusal and result.verdict is Verdict.READY else COLOURS[result.verdict]
    return Shown(result, colour, _text(result), remarks, way, refusal)


def _text(result: Result) -> str:
    if result.error is not None:
        return sentence(result.error)
    number = result.document.number if result.document else ""
    said = {
        Verdict.READY: gettext("Invoice %(number)s has no errors.", number=number),
        Verdict.INVALID: gettext("This invoice cannot be sent like this."),
        Verdict.REPEATED: gettext(
            "You uploaded this same file before; this is the first one, %(number)s.",
            number=number or "–",
        ),
        Verdict.CHECKING: gettext("We are reading it; look again in a moment."),
    }
    return str(said.get(result.verdict, ""))


def _way(result: Result) -> tuple[Way | None, str]:
    if result.verdict is not Verdict.READY or result.document is None:
        return None, ""
    try:
        return document_show.way(sending.ways(result.document).best), ""
    except AppError as error:
        return None, sentence(error)


def register(builder: AppBuilder) -> None:
    """Without a menu item: reached from the lists."""
    builder.add_view_no_menu(UploadView)
