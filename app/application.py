"""Puts the parts together: settings, database and wall, queue, security, screens."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, request, session
from flask_appbuilder import AppBuilder
from flask_login import current_user
from sqlalchemy import make_url

from app import cli, counting, file_commands, patience, tenancy
from app.extensions import csrf, db, migrate, remember_application
from app.observability import logs, requests
from app.queue import connect
from app.roles import framework_roles
from app.security import SecurityManager, bind_requests
from app.services.upgrades import MIGRATIONS
from app.transactions import prepare_engine
from app.views import (
    SCREENS,
    compression,
    errors,
    headers,
    limits,
    pieces,
    shell,
    static_files,
    translating,
    watching,
)
from app.views.home import HomeView
from app.views.sign_in import SignInView
from config import Settings

LANGUAGES = {
    "nl": {"flag": "nl", "name": "Nederlands"},
    "en": {"flag": "gb", "name": "English"},
    "fr": {"flag": "fr", "name": "Français"},
    "de": {"flag": "de", "name": "Deutsch"},
}


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings; those of the process environment by default."""
    chosen = settings or Settings.load()
    app = Flask("app", template_folder="templates", static_folder=None)
    app.config.update(_configuration(chosen))
    compression.register(app)
    _watch(app, chosen)
    headers.register(app, chosen)
    static_files.register(app, chosen)
    limits.register(app, chosen)
    db.init_app(app)
    csrf.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    app.extensions["queue"] = connect(chosen.redis_url) if chosen.redis_url else None
    with app.app_context():
        prepare_engine(db.engine)
        tenancy.narrow(db.engine)
        requests.count_statements(db.engine)
        requests.limit_time(db.engine, chosen.request_seconds)
        _build(app)
    bind_requests(app)
    cli.register(app)
    file_commands.register(app)
    errors.register(app)
    watching.register(app)
    shell.register(app)
    remember_application(app)
    return app


def _watch(app: Flask, settings: Settings) -> None:
    """Logs and counts; the first to look at a request, so that they tell of every one."""
    if not logging.getLogger().handlers:  # another server than ours, or a command
        logs.configure(settings.log_level, settings.log_format)
    counting.start(settings.data_dir / "metrics")
    requests.register(app, settings)


def _configuration(settings: Settings) -> dict[str, Any]:
    secure = settings.public_url.startswith("https://")
    return {
        "SETTINGS": settings,
        "APP_NAME": "Postiljon",
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # Errors are logged, and what people typed is no part of them.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, **_engine_options(settings)},
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_NAME": "__Host-postiljon" if secure else "postiljon",
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session lasts
        "FAB_CREATE_DB": False,
        "FAB_UPDATE_PERMS": False,
        "FAB_ADD_SECURITY_VIEWS": False,
        "FAB_ADD_SECURITY_API": False,
        "FAB_ROLES": framework_roles(),
        "FAB_SAFE_REDIRECT_HOSTS": [],
        "AUTH_ROLE_ADMIN": "Technical support",
        "AUTH_RATE_LIMITED": False,
        "LANGUAGES": LANGUAGES,
        "BABEL_DEFAULT_LOCALE": "nl",
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
    }


def _engine_options(settings: Settings) -> dict[str, Any]:
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 15}}
    return {
        "pool_pre_ping": True,
        "pool_size": max(5, settings.web_threads),
        "max_overflow": 10,
        "connect_args": patience.of_database(settings.database_url),
    }


def _build(app: Flask) -> None:
    tenancy.guard(db.session)
    SecurityManager.authdbview = SignInView
    builder = AppBuilder(
        base_template="base.html",
        indexview=HomeView,
        security_manager_class=SecurityManager,
        update_perms=False,
    )
    builder.init_app(app, db.session)
    # The framework's own choice ignores the browser and writes a language into every session.
    app.extensions["babel"].locale_selector = _language
    translating.register(app)
    pieces.register(app)
    for screen in SCREENS:
        screen.register(builder)


def _language() -> str:
    """The reader's choice, else that of the profile, else the browser's."""
    chosen = session.get("locale")
    if chosen in LANGUAGES:
        return str(chosen)
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    return request.accept_languages.best_match(list(LANGUAGES)) or "nl"
