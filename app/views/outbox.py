"""The outbox: what was sent, and what asks for a person."""

from __future__ import annotations

from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.services.document_filters import Box
from app.views import document_pages


class OutboxView(BaseView):
    """Sent invoices with the state of their delivery and the next step."""

    route_base = "/outbox"
    class_permission_name = "Outbox"
    base_permissions = ["can_read"]
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("read")
    def list(self) -> str | Response:
        """One page of what was sent."""
        return document_pages.answer(self, Box.OUTBOX)


def register(builder: AppBuilder) -> None:
    """The menu item of everyone with an environment."""
    builder.add_view(OutboxView, "Outbox", label=_l("Outbox"), icon="send")
