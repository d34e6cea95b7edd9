"""Who may do this: refusals that services share. The wall hides rows; these say no to deeds."""

from __future__ import annotations

from app import tenancy
from app.errors import NotAllowed, NotFound


def need_member(organization_id: int) -> None:
    """Members of the organization, and jobs that work for it."""
    if organization_id not in tenancy.current().organization_ids:
        raise NotFound("This isn't here, or it isn't yours.")


def need_organization_administrator(organization_id: int) -> None:
    """Organization administrators only."""
    need_member(organization_id)
    if organization_id not in tenancy.current().administered_ids:
        raise NotAllowed("Only an administrator of this organization can do this.")


def need_environment_administrator(environment_id: int | None = None) -> None:
    """Administrators of this environment only."""
    scope = tenancy.current()
    if not scope.environment_admin or environment_id not in (None, scope.environment_id):
        raise NotAllowed("Only an administrator of your environment can do this.")


def need_staff() -> None:
    """Support staff of the operator only."""
    if tenancy.current().staff is None:
        raise NotAllowed("Only support staff can do this.")
