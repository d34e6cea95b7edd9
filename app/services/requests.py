"""Someone asks the administrators of their environment for access; one of them answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound, Unreadable
from app.extensions import db
from app.invoice.wording import N_
from app.models import (
    MemberRole,
    Membership,
    MembershipState,
    Organization,
    OrganizationState,
    Request,
    RequestState,
)
from app.models.types import now
from app.services import audit, members, notifications, people, rights
from app.transactions import transaction

LONGEST_MESSAGE = 500
ASKED_ALREADY = N_("You have asked already. An administrator still has to answer.")


def ask(message: str = "") -> str:
    """Ask the administrators of one's own environment for access; the answer is the request."""
    text = _fitting(message, "message")
    with transaction():
        scope = tenancy.current()
        if scope.environment_id is None or scope.staff is not None:
            raise NotAllowed("You don't belong to an environment, so there is nobody to ask.")
        request = Request(
            environment_id=scope.environment_id, user_id=scope.person_id, message=text
        )
        _keep_once(request)
        audit.record("access asked", _subject(request))
        _tell_administrators(request)
    return request.public_id


def withdraw(public_id: str) -> None:
    """Take back one's own request."""
    with transaction():
        request = find(public_id)
        if request.user_id != tenancy.current().person_id:
            raise NotAllowed("Only who asked can withdraw a request.")
        _close(request, RequestState.WITHDRAWN)
        audit.record("access request withdrawn", _subject(request))


def accept(
    public_id: str, organization_public_ids: Sequence[str], role: str = MemberRole.MEMBER
) -> None:
    """Make the asker a member of these organizations."""
    with transaction():
        request = _to_answer(public_id)
        chosen = _chosen(organization_public_ids)
        if role not in set(MemberRole):
            raise Unreadable("Choose one of the roles in the list.", field="role")
        _close(request, RequestState.ACCEPTED)
        for organization in chosen:
            members.add(organization.public_id, request.user.email, role)  # which tells them
        ids = [organization.public_id for organization in chosen]
        audit.record("access given", _subject(request), organizations=ids, role=role)


def refuse(public_id: str, word: str = "") -> None:
    """Say no, with a word about why if one wants."""
    text = _fitting(word, "word")
    with transaction():
        request = _to_answer(public_id)
        _close(request, RequestState.REFUSED, answer=text)
        audit.record("access refused", _subject(request))
        notifications.tell(
            [request.user_id],
            N_("%(name)s refused your request for access."),
            _page(request),
            alert="request",
            mail="access_refused",
            name=tenancy.current().person_name,
            answer=text,
        )


def find(public_id: str) -> Request:
    """One request that the person at work may see: their own, or one to their environment."""
    found = select(Request).options(joinedload(Request.user))
    request: Request | None = db.session.scalars(
        found.where(Request.public_id == public_id)
    ).one_or_none()
    if request is None:
        raise NotFound("This request isn't here, or it isn't yours.")
    return request


def mine() -> Request | None:
    """The open request of the person at work, if any."""
    found: Request | None = db.session.scalars(
        select(Request).where(
            Request.user_id == tenancy.current().person_id, Request.state == RequestState.OPEN
        )
    ).first()
    return found


def administrators() -> Sequence[Any]:
    """Whom the person at work can ask."""
    environment_id = tenancy.current().environment_id
    return people.administrators(environment_id) if environment_id else ()


def organizations(request: Request) -> Sequence[Organization]:
    """Those to which an administrator can add the asker: active ones that don't have them yet."""
    already = select(Membership.organization_id).where(
        Membership.user_id == request.user_id, Membership.state != MembershipState.ENDED
    )
    found: Sequence[Organization] = db.session.scalars(
        _addable().where(Organization.id.not_in(already)).order_by(Organization.name)
    ).all()
    return found


def _addable() -> Any:
    return select(Organization).where(
        Organization.environment_id == tenancy.current().environment_id,
        Organization.state == OrganizationState.ACTIVE,
    )


def _fitting(text: str, field: str) -> str:
    clean = " ".join(text.split())
    if len(clean) > LONGEST_MESSAGE:
        raise Unreadable(
            "This is too long: at most %(most)s characters.", field=field, most=LONGEST_MESSAGE
        )
    return clean


def _keep_once(request: Request) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(request)
    except IntegrityError as error:  # the database knows about the first, even of a moment ago
        raise Conflict(ASKED_ALREADY) from error


def _to_answer(public_id: str) -> Request:
    rights.need_environment_administrator()
    request = find(public_id)
    rights.need_environment_administrator(request.environment_id)
    if request.user_id == tenancy.current().person_id:
        raise NotAllowed("Someone else has to answer your own request.")
    return request


def _chosen(public_ids: Sequence[str]) -> Sequence[Organization]:
    wanted = set(public_ids)
    if not wanted:
        raise Unreadable("Choose at least one organization.", field="organizations")
    found: Sequence[Organization] = db.session.scalars(
        _addable().where(Organization.public_id.in_(wanted)).order_by(Organization.name)
    ).all()
    if len(found) != len(wanted):
        raise NotFound("This organization isn't here, or it isn't active.")
    return found


def _close(request: Request, state: RequestState, answer: str = "") -> None:
    """Answer an open request, once: of two who answer at the same moment the second is told."""
    open_one = update(Request).where(Request.id == request.id, Request.state == RequestState.OPEN)
    name = tenancy.current().person_name
    done = db.session.execute(
        open_one.values(state=state, answered_at=now(), answered_by=name, answer=answer),
        execution_options={"synchronize_session": False},
    )
    if cast("CursorResult[Any]", done).rowcount != 1:
        raise Conflict("This request has been answered or withdrawn already.")


def _tell_administrators(request: Request) -> None:
    notifications.tell(
        [person.id for person in administrators()],
        N_("%(name)s asks for access."),
        _page(request),
        alert="request",
        mail="access_asked",
        name=tenancy.current().person_name,
        message=request.message,
    )


def _page(request: Request) -> str:
    return f"/requests/show/{request.public_id}"


def _subject(request: Request) -> str:
    return f"request {request.public_id}"
