"""The organizations of one environment, for conditions of the wall."""

from __future__ import annotations

from typing import Any

from flask_appbuilder import Model
from sqlalchemy import func, select

from app.extensions import db
from app.tenancy import Scope


def organizations_here(scope: Scope) -> Any:
    """Ids of the organizations of my environment, also of those that I don't see myself."""
    if db.engine.dialect.name == "postgresql":
        # Row security holds inside a condition too, so a function of the owner names them.
        return select(func.organizations_of(scope.environment_id))
    # The bare table, because a condition must not get conditions itself.
    table = Model.metadata.tables["organization"].c
    return select(table.id).where(table.environment_id == scope.environment_id)
