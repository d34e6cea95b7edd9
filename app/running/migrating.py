"""Bringing the database up to date, before anything forks."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.services import installation, test_receiver
from config import SettingError, Settings


def reach(application: Flask, settings: Settings) -> None:
    """Refuse a database at which nobody answers."""
    with application.app_context():
        try:
            with db.engine.connect():
                pass
        except OperationalError as error:
            raise SettingError(_sentence(settings, error)) from error


def bring_up_to_date(application: Flask, settings: Settings) -> str | None:
    """Migrate the tables and write the permissions, and leave no connection behind for a fork.

    The answer is the set-up token, as long as nobody runs the platform.
    """
    with application.app_context():
        try:
            installation.prepare()
            test_receiver.ensure()
            return installation.setup_token()
        except OperationalError as error:
            raise SettingError(_sentence(settings, error)) from error
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def _sentence(settings: Settings, error: OperationalError) -> str:
    reason = str(error.orig).strip().splitlines()[0]
    return (
        f"DATABASE_URL is “{settings.shown_database_url}” and that database cannot be used ({reason}). "
        "Start it or correct the address; empty means: a file under DATA_DIR."
    )
