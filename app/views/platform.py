"""Whether this platform sends: after a restore or a move, technical support says that this is the one."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.services import silence


class PlatformView(BaseView):
    """What waits to leave, and the two buttons that let it wait or go."""

    class_permission_name = "Platform"
    route_base = "/platform"
    base_permissions = ["can_read", "can_edit"]
    default_view = "state"

    @expose("/")
    @has_access
    @permission_name("read")
    def state(self) -> str:
        """Whether anything leaves, and how much would."""
        page: str = self.render_template(
            "platform/state.html",
            title=gettext("This platform"),
            hold=silence.hold_of(),
            waiting=silence.waiting(),
        )
        return page

    @expose("/confirm", methods=["POST"])
    @has_access
    @permission_name("edit")
    def confirm(self) -> Response:
        """This is the one that sends."""
        silence.confirm()
        flash(gettext("This is the platform that sends. What waited goes on now."), "success")
        return redirect(url_for("PlatformView.state"))

    @expose("/hold", methods=["POST"])
    @has_access
    @permission_name("edit")
    def hold(self) -> Response:
        """Let everything wait."""
        silence.hold()
        flash(gettext("Nothing new leaves this platform now."), "success")
        return redirect(url_for("PlatformView.state"))


def register(builder: AppBuilder) -> None:
    """Under Support, for technical support."""
    builder.add_view(
        PlatformView,
        "Platform",
        label=_l("Platform"),
        category="Support",
        category_label=_l("Support"),
    )
