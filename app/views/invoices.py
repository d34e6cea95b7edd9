"""The invoice form: what is typed is kept, worked out, and shown as an invoice before it is sent."""

from __future__ import annotations

import json
import secrets
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import flash, jsonify, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.errors import AppError
from app.invoice import structured
from app.invoice.model import Party
from app.services import attachments, drafts, invoice_forms, templates
from app.services import invoice_choices as offered
from app.services.attachments import File
from app.services.forms_to_invoice import parse
from app.services.invoice_choices import Supplier
from app.services.invoice_forms import Form
from app.views import (
    customer_lookup,
    document_show,
    formats,
    invoice_aids,
    invoice_totals,
    organization_choices,
)
from app.views import invoice_choices as choices
from app.views.base import BaseView, sentence


@dataclass(frozen=True, slots=True)
class Mistake:
    """One line of the summary above the form."""

    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A form as it is to be shown: its fields, the draft it belongs to, what is wrong."""

    form: Form
    draft: str = ""
    errors: dict[str, AppError] = field(default_factory=dict)
    fresh: bool = False


class InvoiceForms(BaseView):
    """Adding and editing of documents: new invoices and drafts."""

    @expose("/new", methods=["GET", "POST"])
    @expose("/add", methods=["GET", "POST"])
    @has_access
    @permission_name("create")
    def add(self) -> str | Response:
        """An empty form, one with a sample, or what was just typed."""
        suppliers = offered.suppliers()
        if request.method == "POST":
            return self._answer(suppliers, "")
        if request.args.get("sample"):
            first = suppliers[0] if suppliers else None
            return self._page(suppliers, Shown(offered.sample(first, _today())))
        return self._page(suppliers, Shown(_prefilled(suppliers), fresh=True))

    @expose("/edit/<uuid:public_id>", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def edit(self, public_id: Any) -> str | Response:
        """A draft, as it was typed."""
        suppliers = offered.suppliers()
        form = offered.form_of(str(public_id))  # a stranger's draft isn't here, whatever is sent
        if request.method == "POST":
            return self._answer(suppliers, str(public_id))
        return self._page(suppliers, Shown(form, str(public_id), fresh=True))

    @expose("/route")
    @has_access
    @permission_name("create")
    def route(self) -> Response:
        """How the customer being typed can be reached, for the page to show while typing."""
        text, level = document_show.reach(offered.reach(request.args))
        return jsonify({"text": text, "level": level})

    @expose("/totals", methods=["POST"])
    @has_access
    @permission_name("create")
    def totals(self) -> Response:
        """What a half-filled form comes to, as far as it can be read, for the page to show while typing."""
        form = invoice_forms.typed(request.form)
        parsed = parse(form, _party(offered.suppliers(), form))
        return jsonify(invoice_totals.answer(form, parsed) | invoice_aids.answer(form, parsed))

    @expose("/structured")
    @has_access
    @permission_name("create")
    def structured(self) -> Response:
        """A new structured communication, for the button beside the payment reference."""
        return jsonify({"text": _structured()})

    @expose("/suppliers")
    @has_access
    @permission_name("create")
    def suppliers(self) -> Response:
        """The reader's organizations that may send, likewise; with what follows from each."""
        pairs = ((each.organization.name, each) for each in offered.suppliers())
        found = organization_choices.named(pairs, request.args.get("q", ""))
        return jsonify([_supplier(each) for each in found])

    def _answer(self, suppliers: list[Supplier], draft: str) -> str | Response:
        form = invoice_forms.typed(request.form)
        deed = request.form.get("do", "update")
        if deed not in ("save", "preview", "attach") and not deed.startswith("detach-"):
            return self._page(suppliers, Shown(_changed(form, deed), draft))
        saved = draft
        try:
            saved = (
                drafts.save(form["organization"], form, draft)
                if draft
                else drafts.begin(form["organization"], form, _new_draft())
            )
            _attach(saved, deed)
        except AppError as error:
            kept = {"attachments": offered.attachments_of(saved)} if saved else {}
            return self._page(suppliers, Shown(form | kept, saved, {error.field or "": error}))
        if deed not in ("save", "preview"):
            return redirect(_address("DocumentView.edit", saved, draft) + "#attachments")
        if deed == "save":
            flash(gettext("Saved as draft."), "success")
            return redirect(_address("DocumentView.edit", saved, draft))
        parsed = parse(form, _party(suppliers, form))
        if parsed.errors:
            kept = {"attachments": offered.attachments_of(saved)}
            return self._page(suppliers, Shown(form | kept, saved, dict(parsed.errors)))
        return redirect(_address("DocumentView.show", saved, draft))

    def _page(self, suppliers: list[Supplier], shown: Shown) -> str:
        parsed = parse(shown.form, _party(suppliers, shown.form))
        page: str = self.render_template(
            "documents/form.html",
            form=shown.form,
            draft=shown.draft,
            new_draft=_new_draft(),
            fresh=shown.fresh,
            suppliers=suppliers,
            sought=customer_lookup.sought(),
            errors={name: sentence(error) for name, error in shown.errors.items()},
            summary=[_mistake(name, error) for name, error in shown.errors.items()],
            sums=invoice_totals.sums(shown.form, parsed),
            amounts=invoice_totals.amounts(shown.form, parsed),
            stored=_stored(),
            attachments=attachments,
            templates=templates.offered() if shown.fresh and not shown.draft else (),
            **choices.lists(),
            **invoice_aids.lists(shown.form, parsed),
        )
        return page


def _attach(draft: str, deed: str) -> None:
    """Keep the files that came with the form, and let go of the one that was pressed."""
    if chosen := [_read(each) for each in request.files.getlist("files") if each.filename]:
        attachments.add(draft, chosen)
    if deed.startswith("detach-"):
        attachments.remove(draft, deed.removeprefix("detach-"))


def _read(chosen: FileStorage) -> File:
    with closing(chosen):  # a large one waits in a file of its own
        return File(chosen.filename or "", chosen.stream.read())


def _supplier(each: Supplier) -> dict[str, Any]:
    defaults = json.dumps(each.defaults)
    data = {"defaults": defaults}
    return {"value": each.public_id, "text": each.organization.name, "data": data}


def _new_draft() -> str:
    """The id under which this page keeps its form the first time, however often it is sent."""
    given = request.form.get("new_draft", type=UUID)
    return str(given or uuid4())


def _today() -> date:
    return datetime.now(ZoneInfo(formats.zone_name())).date()


def _prefilled(suppliers: list[Supplier]) -> Form:
    form = invoice_forms.blank(_today())
    if suppliers:
        first = suppliers[0]
        form |= {"organization": first.public_id, **first.defaults}
        form["lines"][0]["vat_rate"] = offered.standard_rate(first.organization.country)
    return form


def _structured() -> str:
    """Of any number: whoever is paid recognises the invoice by it."""
    return structured.communication(secrets.randbelow(10**10))


def _changed(form: Form, deed: str) -> Form:
    """The form after a button that stores nothing."""
    if deed.startswith("add-"):
        _add_row(form, deed.removeprefix("add-"))
    if deed.startswith("remove-"):
        _remove_row(form, *deed.removeprefix("remove-").rpartition("-")[::2])
    if deed.startswith(customer_lookup.TAKE):
        form = customer_lookup.taken(form, deed)
    if deed == "structured":
        form["payment_reference"] = _structured()
    if not form["lines"]:
        _add_row(form, "lines")
    return form


def _add_row(form: Form, rows: str) -> None:
    """One more, with the VAT of the line above."""
    if rows not in invoice_forms.BLANKS:
        return
    above = form["lines"][-1] if form["lines"] else {}
    kept = {name: above[name] for name in ("vat_category", "vat_rate") if name in above}
    form[rows].append(invoice_forms.BLANKS[rows] | kept)


def _remove_row(form: Form, rows: str, number: str) -> None:
    numbers = invoice_forms.row_numbers(request.form, rows) if rows in form else []
    if number.isdecimal() and int(number) in numbers:
        del form[rows][numbers.index(int(number))]


def _party(suppliers: list[Supplier], form: Form) -> Party:
    found = [each.party for each in suppliers if each.public_id == form.get("organization")]
    return found[0] if found else Party()


def _mistake(name: str, error: AppError) -> Mistake:
    return Mistake(name, choices.label(name) if name else "", sentence(error))


def _address(endpoint: str, public_id: str, draft: str) -> str:
    """Where to go after storing; the page there forgets what the browser kept of the form."""
    key = "pk" if endpoint.endswith(".show") else "public_id"
    values: dict[str, Any] = {key: public_id, "stored": draft or "new"}
    return url_for(endpoint, **values)


def _stored() -> str:
    return request.args.get("stored", "")
