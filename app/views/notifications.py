"""The bell: what happened for me, newest first."""

from __future__ import annotations

from flask import redirect
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from werkzeug.wrappers import Response

from app.services import notifications
from app.views.languages import own_page


class NotificationView(BaseView):
    """My messages; reading one is a change, so it goes by POST."""

    route_base = "/notifications"
    default_view = "index"
    class_permission_name = "Notifications"

    @expose("/")
    @has_access
    @permission_name("read")
    def index(self) -> str:
        """The newest messages."""
        return str(self.render_template("notifications.html", messages=notifications.latest()))

    @expose("/<public_id>/open", methods=["POST"])
    @has_access
    @permission_name("edit")
    def open(self, public_id: str) -> Response:
        """Mark a message as read and go to what it is about."""
        return redirect(own_page(notifications.read(public_id) or "/notifications/"))

    @expose("/read", methods=["POST"])
    @has_access
    @permission_name("edit")
    def read_all(self) -> Response:
        """Mark everything as read."""
        notifications.read_all()
        return redirect("/notifications/")


def register(builder: AppBuilder) -> None:
    """Reached by the bell at the top, so not in the menu."""
    builder.add_view_no_menu(NotificationView)
