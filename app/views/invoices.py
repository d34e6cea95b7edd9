"""The invoice form: what is typed is kept, worked out, and shown as an invoice before it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, jsonify, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.errors import AppError
from app.invoice.model import Party
from app.services import attachments, invoice_forms, templates
from app.services import invoice_choices as offered
from app.services.attachments import File, Result
from app.services.forms_to_invoice import parse
from app.services.invoice_choices import Supplier
from app.services.invoice_forms import Form
from app.services.writers import ChangedElsewhere, Writing
from app.views import (
    customer_lookup,
    document_show,
    formats,
    invoice_aids,
    invoice_rows,
    invoice_totals,
    kept_forms,
    organization_choices,
)
from app.views import invoice_choices as choices
from app.views.base import sentence
from app.views.kept_forms import MINE, KeptForms

# How the buttons that store something begin.
STORING = ("save", "preview", "attach", "detach-", MINE)


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
    known: str = ""  # the marks of the states that this page may take the place of
    kept: bool = True  # nothing of it was typed since it was kept
    changed: ChangedElsewhere | None = None  # what somebody else kept meanwhile
    files: tuple[Result, ...] = ()  # what became of those that were chosen
    stored: str = ""  # the draft under which the browser kept it until now


class InvoiceForms(KeptForms):
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
        # Looked up first: a stranger's draft isn't here, whatever is sent.
        form, known = offered.opened(str(public_id))
        if request.method == "POST":
            return self._answer(suppliers, str(public_id))
        return self._page(suppliers, Shown(form, str(public_id), fresh=True, known=known))

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
        return jsonify({"text": invoice_rows.communication()})

    @expose("/suppliers")
    @has_access
    @permission_name("create")
    def suppliers(self) -> Response:
        """The reader's organizations that may send, likewise; with what follows from each."""
        pairs = ((each.organization.name, each) for each in offered.suppliers())
        found = organization_choices.named(pairs, request.args.get("q", ""))
        return jsonify([_supplier(each) for each in found])

    def _answer(self, suppliers: list[Supplier], draft: str) -> str | Response:
        form, writing = invoice_forms.typed(request.form), kept_forms.writing()
        deed = request.form.get("do", "update")
        before = _before(writing)
        if not deed.startswith(STORING):
            shown = Shown(invoice_rows.changed(form, deed), draft, known=before, kept=False)
            return self._page(suppliers, shown)
        try:
            saved = kept_forms.store(form, draft, writing)
        except ChangedElsewhere as error:
            theirs = draft or kept_forms.new_draft()
            shown = Shown(form, theirs, known=before, kept=False, changed=error)
            return self._page(suppliers, shown)
        except AppError as error:
            shown = Shown(form, draft, {error.field or "": error}, known=before, kept=False)
            return self._page(suppliers, shown)
        return self._stored(
            suppliers, Shown(form, saved, known=writing.mark, stored=draft or "new")
        )

    def _stored(self, suppliers: list[Supplier], shown: Shown) -> str | Response:
        """What follows on keeping the form, by the button that was pressed."""
        deed = request.form.get("do", "")
        files = _attach(shown.draft, deed)
        if any(each.error for each in files):
            return self._page(suppliers, replace(shown, files=files))
        if deed.startswith(("attach", "detach-")):
            return redirect(_address("DocumentView.edit", shown) + "#attachments")
        customer_lookup.keep(shown.form)
        if deed != "preview":
            flash(gettext("Saved as draft."), "success")
            return redirect(_address("DocumentView.edit", shown))
        parsed = parse(shown.form, _party(suppliers, shown.form))
        if parsed.errors:
            return self._page(suppliers, replace(shown, errors=dict(parsed.errors)))
        return redirect(_address("DocumentView.show", shown))

    def _page(self, suppliers: list[Supplier], shown: Shown) -> str:
        form = shown.form
        if shown.draft and not shown.fresh:  # files stand beside what is typed
            form = form | {"attachments": offered.attachments_of(shown.draft)}
        parsed = parse(form, _party(suppliers, form))
        page: str = self.render_template(
            "documents/form.html",
            form=form,
            draft=shown.draft,
            new_draft=kept_forms.new_draft(),
            shown=shown,
            suppliers=suppliers,
            sought=customer_lookup.sought(),
            errors={name: sentence(error) for name, error in shown.errors.items()},
            summary=[_mistake(name, error) for name, error in _mistakes(shown)],
            results=[(each, sentence(each.error) if each.error else "") for each in shown.files],
            sums=invoice_totals.sums(form, parsed),
            amounts=invoice_totals.amounts(form, parsed),
            stored=shown.stored or request.args.get("stored", ""),
            elsewhere=kept_forms.elsewhere(shown.changed) if shown.changed else "",
            attachments=attachments,
            templates=templates.offered() if shown.fresh and not shown.draft else (),
            **choices.lists(),
            **invoice_aids.lists(form, parsed),
        )
        return page


def _attach(draft: str, deed: str) -> tuple[Result, ...]:
    """Keep the files that came with the form, and let go of the one that was pressed."""
    if deed.startswith("detach-"):
        attachments.remove(draft, deed.removeprefix("detach-"))
    chosen = [_read(each) for each in request.files.getlist("files") if each.filename]
    return tuple(attachments.add(draft, chosen)) if chosen else ()


def _read(chosen: FileStorage) -> File:
    with closing(chosen):  # a large one waits in a file of its own
        return File(chosen.filename or "", chosen.stream.read())


def _supplier(each: Supplier) -> dict[str, Any]:
    defaults = json.dumps(each.defaults)
    data = {"defaults": defaults}
    return {"value": each.public_id, "text": each.organization.name, "data": data}


def _today() -> date:
    return datetime.now(ZoneInfo(formats.zone_name())).date()


def _prefilled(suppliers: list[Supplier]) -> Form:
    form = invoice_forms.blank(_today())
    if suppliers:
        first = suppliers[0]
        form |= {"organization": first.public_id, **first.defaults}
        form["lines"][0]["vat_rate"] = offered.standard_rate(first.organization.country)
    return form


def _party(suppliers: list[Supplier], form: Form) -> Party:
    found = [each.party for each in suppliers if each.public_id == form.get("organization")]
    return found[0] if found else Party()


def _mistakes(shown: Shown) -> Iterator[tuple[str, AppError]]:
    yield from shown.errors.items()
    yield from (("files", each.error) for each in shown.files if each.error)


def _mistake(name: str, error: AppError) -> Mistake:
    return Mistake(name, choices.label(name) if name else "", sentence(error))


def _address(endpoint: str, shown: Shown) -> str:
    """Where to go after storing; the page there forgets what the browser kept of the form."""
    key = "pk" if endpoint.endswith(".show") else "public_id"
    values: dict[str, Any] = {key: shown.draft, "stored": shown.stored}
    return url_for(endpoint, **values)


def _before(writing: Writing) -> str:
    """What the page knew already, for it to know still when it comes back."""
    return " ".join(sorted(writing.known))
