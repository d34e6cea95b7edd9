"""A platform comes to life: tables, permissions, and the one token that makes the first staff account."""

from __future__ import annotations

import secrets

from flask import current_app
from sqlalchemy import select

from app import tenancy
from app.extensions import db, settings
from app.models import Setting, User
from app.services import silence, upgrades
from app.transactions import transaction


def prepare() -> None:
    """Bring the tables up to date, once, while other processes wait."""
    with upgrades.alone():
        upgrades.bring_up_to_date()
        silence.settle()


def setup_token() -> str | None:
    """The token of the set-up page, or nothing once there is a staff account."""
    with transaction(), tenancy.every_environment("installation"):
        staff = db.session.scalars(select(User.id).where(User.staff_role.is_not(None)).limit(1))
        if staff.first() is not None:
            return None
        kept = db.session.get(Setting, "setup_token")
        if kept is None:
            kept = Setting(name="setup_token", value=secrets.token_urlsafe(24))
            db.session.add(kept)
        return str(kept.value)


def demonstration_allowed() -> bool:
    """Only on a platform that nobody else can reach."""
    return bool(settings().loopback) and not current_app.config.get("DEMONSTRATION_OFF")
