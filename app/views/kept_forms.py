"""Drafts are kept while somebody types: the page sends its form every now and then, and hears what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import g, jsonify, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from app.models.types import now
from app.services import drafts, invoice_forms
from app.services.invoice_forms import Form
from app.services.writers import ChangedElsewhere, Writing
from app.views import formats
from app.views.base import BaseView

MINE = "mine-"  # the button that keeps this page's state in the place of the one with this mark
MOST_KNOWN = 50  # marks that a page may name


class KeptForms(BaseView):
    """What the script of the invoice form asks for."""

    @expose("/keep", methods=["GET"])
    @has_access
    @permission_name("create")
    def keeper(self) -> Response:
        """Who types here, and the token of their session: they may have signed in once more."""
        return jsonify({"person": g.person.user.public_id, "token": generate_csrf()})

    @expose("/keep", methods=["POST"])
    @has_access
    @permission_name("create")
    def keep_new(self) -> Response:
        """Begin a draft with what was typed so far, or go on with it."""
        return _kept("")

    @expose("/keep/<uuid:public_id>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def keep(self, public_id: Any) -> Response:
        """Keep what was typed in a draft so far."""
        return _kept(str(public_id))


def store(form: Form, draft: str, writing: Writing) -> str:
    """Keep what came from the page, in its draft or a new one; the public id of it."""
    if draft:
        return drafts.save(form["organization"], form, draft, writing=writing)
    return drafts.begin(form["organization"], form, new_draft(), writing)


def new_draft() -> str:
    """The id under which this page keeps its form the first time, however often it is sent."""
    return str(request.form.get("new_draft", type=UUID) or uuid4())


def writing() -> Writing:
    """Which state of the form came, and which it may take the place of; without a script it has no mark yet."""
    mark = request.form.get("mark", type=UUID) or uuid4()
    named = request.form.get("known", "").split()[-MOST_KNOWN:]
    deed = request.form.get("do", "")
    if deed.startswith(MINE):
        named.append(deed.removeprefix(MINE))
    return Writing(str(mark), frozenset(str(each) for each in map(_mark, named) if each))


def elsewhere(error: ChangedElsewhere) -> str:
    """Who changed it meanwhile, and when."""
    at = formats.moment(error.at)
    if not error.by:
        return str(gettext("This draft was changed elsewhere, %(time)s.", time=at))
    return str(gettext("%(name)s changed this draft elsewhere, %(time)s.", name=error.by, time=at))


def _kept(draft: str) -> Response:
    form = invoice_forms.typed(request.form)
    try:
        draft = store(form, draft, writing())
    except ChangedElsewhere as error:
        answer = jsonify({"error": elsewhere(error), "mark": error.mark})
        answer.status_code = error.status
        return answer
    said = gettext("Saved at %(time)s", time=formats.clock(now()))
    address = url_for("DocumentView.edit", public_id=draft)
    return jsonify({"draft": draft, "address": address, "text": said})


def _mark(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
