"""Organizations: the list, adding one by hand, and its page with details, members and history."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import current_app, flash, redirect, render_template, request, session
from flask_appbuilder import AppBuilder, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.errors import AppError
from app.invoice.schemes import SCHEMES
from app.models import Organization, OrganizationState
from app.services import activation, identifiers, members, organizations, receiving
from app.views import company_lookup, fragments, history_words, pieces, registration_words
from app.views.base import Table, sentence
from app.views.listing import ListedView
from app.views.organization_form import DetailsForm

ENDED = (OrganizationState.CLOSING, OrganizationState.CLOSED)


class OrganizationView(ListedView):
    """The organizations of the reader; administrators of an environment see that the others exist."""

    datamodel = Table(Organization)
    class_permission_name = "Organizations"
    route_base = "/organizations"
    base_permissions = ["can_read", "can_create", "can_edit", "can_activate"]
    exclude_route_methods: ClassVar[set[str]] = ListedView.exclude_route_methods | {"delete"}
    list_title = _("Organizations")
    lead = _("The legal entities on whose behalf you send and receive invoices.")
    empty = _("There is no organization yet. Add the first one to send invoices.")
    add_label = _("Add organization")
    list_columns: ClassVar[list[str]] = ["name", "city", "country", "state"]
    label_columns: ClassVar[dict[str, Any]] = {
        "name": _("Name"),
        "city": _("Place"),
        "country": _("Country"),
        "state": _("State"),
    }
    formatters_columns: ClassVar[dict[str, Any]] = {"state": pieces.pill}

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """The form; the country decides which numbers it asks for."""
        form = company_lookup.form()
        if request.method == "POST" and "refresh" not in request.form:
            problems = organizations.problems(form.details, form.numbers)
            if not problems:
                try:
                    public_id = organizations.add(form.details, form.numbers)
                    flash(gettext("Saved. Activate it to start sending."), "success")
                    return redirect(self.address("show", pk=public_id))
                except AppError as error:
                    if error.status == 403:
                        raise
                    problems = [error]
            form.show(problems)
        sought = company_lookup.sought()
        return self.render_template("organizations/add.html", form=form, sought=sought)

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> Any:
        """Details, with the switches of each number."""
        organization = organizations.find(pk)
        return self.render_template("organizations/show.html", **details(organization))

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> Any:
        """Change the details."""
        organization = organizations.manageable(pk)
        form = DetailsForm(obj=organization)
        if request.method == "POST":
            try:
                organizations.edit(pk, form.details)
                flash(gettext("Saved."), "success")
                return redirect(self.address("show", pk=pk))
            except AppError as error:
                if error.status == 403:
                    raise
                form.show([error])
        return self.render_template("organizations/edit.html", form=form, organization=organization)

    @expose("/history/<pk>", methods=["GET"])
    @has_access
    @permission_name("read")
    def history(self, pk: str) -> Any:
        """What happened, newest first."""
        organization = organizations.find(pk)
        lines = [history_words.line(entry) for entry in organizations.history(organization)]
        return self.render_template(
            "organizations/history.html", organization=organization, lines=lines
        )

    @expose("/numbers/<pk>", methods=["GET"])
    @has_access
    @permission_name("read")
    def numbers(self, pk: str) -> Response:
        """The part of the page that follows the network."""
        if not fragments.wanted():
            return redirect(self.address("show", pk=pk))
        return fragments.part(numbers_part(pk))

    @expose("/activate/<pk>", methods=["POST"])
    @has_access
    @permission_name("activate")
    def activate(self, pk: str) -> Response:
        """Activate, or ask for a review; then the question whether to receive comes again."""
        try:
            if activation.activate(pk) is OrganizationState.ACTIVE:
                session["ask_receive"] = True
                flash(gettext("Active. You can send invoices now."), "success")
            else:
                flash(gettext("We look at it first. You hear from us."), "info")
        except AppError as error:
            if error.status in (403, 404):
                raise
            flash(sentence(error), "danger")
        return redirect(self.address("show", pk=pk))

    @expose("/close/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def close(self, pk: str) -> Response:
        """Close for good."""
        return fragments.done(
            lambda: activation.close(pk),
            gettext("Closed. Its documents stay readable."),
            lambda **words: numbers_part(pk, **words),
            self.address("show", pk=pk),
        )

    @expose("/receive/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def receive(self, pk: str) -> Response:
        """The switch for all verified numbers."""
        on, agreed = request.form.get("on") == "1", request.form.get("agreed") == "1"
        return fragments.done(
            lambda: receiving.set_receive(pk, on, agreed),
            "",
            lambda **words: numbers_part(pk, **words),
            self.address("show", pk=pk),
        )


def details(organization: Organization) -> dict[str, Any]:
    """Everything on the page of an organization; an outsider gets no numbers from the wall."""
    numbers = identifiers.of(organization)
    manages = organizations.may_manage(organization)
    return {
        "organization": organization,
        "numbers": numbers,
        "line": receiving.line(organization) if numbers else None,
        "busy": any(number.registration in ("registering", "removing") for number in numbers),
        "manages": manages and organization.state not in ENDED,
        "insider": organizations.is_member(organization),
        "activates": organizations.may_activate(organization),
        "may_divide": members.may_divide(organization),
        "schemes": sorted(SCHEMES, key=lambda scheme: organization.country not in scheme.countries),
        "verified_means": identifiers.verified_means(),
    }


def numbers_part(pk: str, said: str = "", wrong: str = "") -> str:
    """The numbers with their switches, as they are now."""
    organization = organizations.find(pk)
    return render_template(
        "organizations/numbers.html", **details(organization), said=said, wrong=wrong
    )


def register(builder: AppBuilder) -> None:
    """The menu item, and the words that the pages use."""
    registration_words.register(current_app)
    builder.add_view(
        OrganizationView,
        "Organizations",
        label=_("Organizations"),
        icon="building",
        category="Administration",
        category_label=_("Administration"),
    )
