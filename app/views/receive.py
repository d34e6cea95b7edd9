"""The question whether to receive e-invoices too: a dialog after sign-in, and the same on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.services import receiving
from app.services.receiving import Line
from app.views import fragments

FLAG = "ask_receive"  # set at sign-in and at activation; gone once the question was shown


@dataclass(frozen=True, slots=True)
class Question:
    """What the dialog shows."""

    lines: Sequence[Line]
    adds: bool  # the person may add an organization
    asks: bool  # how the switch at the bottom stands

    @property
    def of(self) -> str:
        """The organizations that were asked about: their rows stay while the network works."""
        return ",".join(line.organization.public_id for line in self.lines)

    @property
    def busy(self) -> bool:
        """Whether a row will change by itself."""
        return any(line.busy for line in self.lines)


def question() -> Question | None:
    """The question for the dialog, once per sign-in; nothing where nobody has to decide."""
    # Forgotten when it is shown, not when it is answered: it must not come back on the next page
    # when a script failed.
    session.pop(FLAG, None)
    person = g.person
    if not person.user.ask_receive or ("Receive", "decide") not in person.rights:
        return None
    lines = [line for line in receiving.lines() if line.open]
    adds = ("Organizations", "create") in person.rights
    if not lines and (not adds or person.scope.organization_ids):
        return None
    return Question(lines, adds, asks=True)


class ReceiveView(BaseView):
    """Decide per organization; people without that right ask for access."""

    class_permission_name = "Receive"
    route_base = "/receive"
    base_permissions = ["can_read", "can_decide"]
    default_view = "overview"

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("read")
    def overview(self) -> str:
        """The page with the same question, for every organization."""
        session.pop(FLAG, None)
        decides = self.appbuilder.sm.rights_include(("Receive", "decide"))
        page: str = self.render_template(
            "receive/page.html", question=_asked("") if decides else None
        )
        return page

    @expose("/rows", methods=["GET"])
    @has_access
    @permission_name("decide")
    def rows(self) -> Response:
        """The rows as they are now."""
        if not fragments.wanted():
            return redirect(url_for("ReceiveView.overview"))
        return fragments.part(_rows())

    @expose("/enable/<pk>", methods=["POST"])
    @has_access
    @permission_name("decide")
    def enable(self, pk: str) -> Response:
        """Enable for one organization."""
        agreed = request.form.get("agreed") == "1"
        return fragments.done(
            lambda: receiving.set_receive(pk, True, agreed),
            "",
            _rows,
            url_for("ReceiveView.overview"),
        )

    @expose("/ask", methods=["POST"])
    @has_access
    @permission_name("read")
    def ask(self) -> Response:
        """The switch: show this question at sign-in."""
        on = request.form.get("on") == "1"
        return fragments.done(
            lambda: receiving.ask_at_sign_in(on),
            gettext("We ask again at your next sign-in.")
            if on
            else gettext(
                "We don't ask again. You find it in your profile and under Organizations."
            ),
            lambda **words: render_template("receive/switch.html", asks=on, **words),
            url_for("ReceiveView.overview"),
        )


def _asked(of: str) -> Question:
    chosen = set(of.split(",")) if of else None
    lines = [
        line
        for line in receiving.lines()
        if chosen is None or line.organization.public_id in chosen
    ]
    adds = ("Organizations", "create") in g.person.rights
    return Question(lines, adds, asks=g.person.user.ask_receive)


def _rows(said: str = "", wrong: str = "") -> str:
    asked = _asked(request.values.get("of", ""))
    return render_template("receive/rows.html", question=asked, said=said, wrong=wrong)


def _due() -> dict[str, Any]:
    shown = request.method == "GET" and not request.path.startswith("/receive/")
    return {FLAG: shown and bool(session.get(FLAG))}


def register(builder: AppBuilder) -> None:
    """No menu item: the page is reached from Home and from the organizations."""
    current_app.jinja_env.globals["receive_question"] = question
    current_app.context_processor(_due)
    builder.add_view_no_menu(ReceiveView)
