"""Which PDF people get: chosen for an environment, and for an organization that differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, request
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.errors import AppError
from app.rendering.design import USUAL, ink
from app.services import designs, organizations, pdf_settings
from app.services.pdf_settings import First, Generate, PdfSettings
from app.views import document_files, formats
from app.views.base import sentence

GENERATE: Mapping[str, Any] = {
    Generate.ALWAYS: _l("Always"),
    Generate.NEVER: _l("Never"),
    Generate.ABSENT: _l("Only when no PDF is attached"),
}
FIRST: Mapping[str, Any] = {
    First.ORIGINAL: _l("The PDF that came"),
    First.GENERATED: _l("The PDF that we make"),
}
ENVIRONMENT, ORGANIZATION = "/pdf/", "/organizations/pdf/"


class PdfSettingsView(BaseView):
    """For all organizations of an environment that don't differ."""

    class_permission_name = "PdfSettings"
    route_base = "/pdf"
    base_permissions = ["can_read", "can_edit"]
    default_view = "overview"

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("read")
    def overview(self) -> str:
        """What is chosen."""
        return self._page(pdf_settings.of_environment())

    @expose("/", methods=["POST"])
    @has_access
    @permission_name("edit")
    def edit(self) -> Any:
        """Choose."""
        return _saved(
            ENVIRONMENT,
            lambda: pdf_settings.set_environment(PdfSettings.typed(request.form)),
            lambda wrong: self._page(pdf_settings.of_environment(), wrong),
        )

    def _page(self, chosen: PdfSettings, wrong: str = "") -> str:
        page: str = self.render_template("environment/pdf.html", **_words(chosen, wrong))
        return page


class OrganizationPdfView(BaseView):
    """For one organization."""

    class_permission_name = "Organizations"
    route_base = "/organizations"
    base_permissions = ["can_edit"]

    @expose("/pdf/<pk>", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def pdf(self, pk: str) -> Any:
        """As its environment, or in a way of its own."""
        organization = organizations.manageable(pk)
        if request.method == "GET":
            return self._page(organization)
        differs = request.form.get("differs") == "1"
        return _saved(
            ORGANIZATION + pk,
            lambda: pdf_settings.set_organization(
                pk, PdfSettings.typed(request.form) if differs else None
            ),
            lambda wrong: self._page(organization, wrong),
        )

    @expose("/design/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def design(self, pk: str) -> Any:
        """Another logo, another colour."""
        picture = _picture()
        return _saved(
            ORGANIZATION + pk,
            lambda: designs.set_up(
                pk,
                request.form.get("colour", "") if request.form.get("own_colour") == "1" else "",
                picture,
                without_logo=request.form.get("without_logo") == "1",
            ),
            lambda wrong: self._page(organizations.manageable(pk), wrong),
        )

    @expose("/example/<pk>", methods=["GET"])
    @has_access
    @permission_name("edit")
    def example(self, pk: str) -> Response:
        """How an invoice looks with them."""
        found = designs.example(pk, formats.reader_language())
        return document_files.pdf(found, "example")

    def _page(self, organization: Any, wrong: str = "") -> str:
        chosen = pdf_settings.of_organization(organization)
        design = designs.of(organization.id)
        page: str = self.render_template(
            "organizations/pdf.html",
            organization=organization,
            differs=organization.pdf is not None,
            design=design,
            ink=ink(design.colour) if design.colour else "",
            usual=USUAL,
            **_words(chosen, wrong),
        )
        return page


def _picture() -> bytes:
    """What was uploaded; of what is too large, only so much that this can be said."""
    file = request.files.get("logo")
    if file is None:
        return b""
    content = file.stream.read(designs.MOST_BYTES + 1)
    file.close()
    return bytes(content)


def _words(chosen: PdfSettings, wrong: str) -> dict[str, Any]:
    return {"chosen": chosen, "wrong": wrong, "generate": GENERATE, "first": FIRST}


def _saved(
    address: str, deed: Callable[[], None], page: Callable[[str], str]
) -> Response | tuple[str, int]:
    try:
        deed()
    except AppError as error:
        if error.status in (403, 404):
            raise
        return page(sentence(error)), error.status
    flash(gettext("Saved."), "success")
    return redirect(address)


def register(builder: AppBuilder) -> None:
    """In Administration, and on the page of an organization."""
    builder.add_view(
        PdfSettingsView,
        "PdfSettings",
        label=_l("PDF"),
        category="Administration",
        category_label=_l("Administration"),
    )
    builder.add_view_no_menu(OrganizationPdfView)
