"""The audit log: who did what, when. Administrators read their own environment's, staff everyone's."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import request
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.errors import Unreadable
from app.services import audit_log
from app.views import audit_words, history_words


class AuditView(BaseView):
    """Entries, newest first; nothing can be changed or removed."""

    class_permission_name = "Audit"
    route_base = "/audit"
    base_permissions = ["can_read"]
    default_view = "entries"

    @expose("/")
    @has_access
    @permission_name("read")
    def entries(self) -> str:
        """One page; *older* leads on from its last entry."""
        found = audit_log.page(before=_before(request.args.get("before", "")))
        page: str = self.render_template(
            "screens/audit.html",
            title=gettext("Audit log"),
            entries=found.entries,
            older=found.older,
            words=history_words.WORDS,
            audit_words=audit_words,
            people=found.people,
        )
        return page


def _before(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise Unreadable("This list has no such page.") from error


def register(builder: AppBuilder) -> None:
    """The menu item of administrators and staff."""
    builder.add_view(
        AuditView,
        "Audit",
        label=_l("Audit log"),
        category="Administration",
        category_label=_l("Administration"),
    )
