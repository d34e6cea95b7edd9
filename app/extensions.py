"""The framework's unbound parts: one database, one migration environment, the guard of forms."""

from __future__ import annotations

from flask import Flask, current_app
from flask_appbuilder import Model
from flask_appbuilder.models.sqla.base import SQLA
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from config import Settings

# The framework's own tables share our metadata; otherwise a migration would propose to drop them.
db = SQLA(metadata=Model.metadata, session_options={"expire_on_commit": False})
migrate = Migrate(render_as_batch=True, compare_type=True)
csrf = CSRFProtect()

_application: list[Flask] = []


def remember_application(app: Flask) -> None:
    """Keep the one application of this process, so that a job can open a context of its own."""
    _application[:] = [app]


def application() -> Flask:
    """The application of this process."""
    return _application[0]


def settings() -> Settings:
    """The settings of the application at work."""
    found: Settings = current_app.config["SETTINGS"]
    return found
