"""The inbox: what arrived for the organizations of which I am a member."""

from __future__ import annotations

from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.services.document_filters import Box
from app.views import document_pages


class InboxView(BaseView):
    """Received invoices, newest first, unread ones in bold."""

    route_base = "/inbox"
    class_permission_name = "Inbox"
    base_permissions = ["can_read"]
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("read")
    def list(self) -> str | Response:
        """One page of what arrived."""
        return document_pages.answer(self, Box.INBOX)


def register(builder: AppBuilder) -> None:
    """The menu item of everyone with an environment."""
    builder.add_view(InboxView, "Inbox", label=_l("Inbox"), icon="inbox")
