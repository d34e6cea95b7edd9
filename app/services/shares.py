"""Showing a document to someone outside its organization, with a right, until it ends."""

from __future__ import annotations

from sqlalchemy import or_, select

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound
from app.extensions import db
from app.invoice.wording import N_
from app.models import (
    Document,
    DocumentShare,
    Organization,
    Partnership,
    PartnershipState,
    User,
    UserState,
)
from app.models.types import now
from app.services import audit, documents, history, notifications, outcomes
from app.transactions import transaction

READ, EDIT, FULL = ("read", "edit", "full"), ("edit", "full"), ("full",)
SHARED = N_("%(person)s shared %(number)s with you.")


def share(document_public_id: str, user_public_id: str, rights: str = "read") -> str:
    """Show a document to a person of the same or of a partner environment. Again: the right changes."""
    if rights not in READ:
        raise Conflict("Choose one of the rights read, edit or full.", field="rights")
    with transaction():
        document = documents.get(document_public_id)
        need(document, FULL)
        # The one who shares may be a guest of this organization, and see neither it nor the other.
        with tenancy.every_environment("share a document"):
            user = _reader(document, user_public_id)
            shared = _share_of(document, user.id) or DocumentShare(
                organization_id=document.organization_id,
                document_id=document.id,
                user_id=user.id,
            )
            shared.rights, shared.shared_by = rights, tenancy.current().person_name
            db.session.add(shared)
            history.note(document, N_("Shared with %(name)s"), name=user.name)
            audit.record(
                "document.share",
                f"document {document.public_id}",
                user=user.public_id,
                rights=rights,
            )
            notifications.tell(
                [user.id],
                SHARED,
                outcomes.link_to(document),
                alert="feed",
                mail="news",
                person=tenancy.current().person_name,
                number=document.number,
            )
            db.session.flush()
            public_id = shared.public_id
    return public_id


def end(share_public_id: str) -> None:
    """Stop showing a document; it works at once. Whoever it was shown to may end it too."""
    with transaction():
        shared = db.session.scalars(
            select(DocumentShare).where(
                DocumentShare.public_id == share_public_id, DocumentShare.ended_at.is_(None)
            )
        ).one_or_none()
        if shared is None:
            raise NotFound("This isn't here, or it isn't yours.")
        document = db.session.scalars(
            select(Document).where(Document.id == shared.document_id)
        ).one()
        if shared.user_id != tenancy.current().person_id:
            need(document, FULL)
        with tenancy.every_environment("end a share"):
            shared.ended_at = now()
            history.note(document, N_("Sharing ended"))
            audit.record("document.unshare", f"document {document.public_id}")


def of_document(document: Document) -> list[DocumentShare]:
    """With whom a document is shared now."""
    return list(
        db.session.scalars(
            select(DocumentShare)
            .where(DocumentShare.document_id == document.id, DocumentShare.ended_at.is_(None))
            .order_by(DocumentShare.id)
        )
    )


def need(document: Document, rights: tuple[str, ...]) -> None:
    """Members have every right; others what their share gives them; support staff none."""
    scope = tenancy.current()
    if document.organization_id in scope.organization_ids:
        return
    shared = _share_of(document, scope.person_id) if scope.staff is None else None
    if shared is None or shared.rights not in rights:
        raise NotAllowed("This document was shared with you to read, not to change.")


def _share_of(document: Document, user_id: int | None) -> DocumentShare | None:
    found: DocumentShare | None = db.session.scalars(
        select(DocumentShare).where(
            DocumentShare.document_id == document.id,
            DocumentShare.user_id == user_id,
            DocumentShare.ended_at.is_(None),
        )
    ).one_or_none()
    return found


def _reader(document: Document, user_public_id: str) -> User:
    user = db.session.scalars(
        select(User).where(
            User.public_id == user_public_id,
            User.state == UserState.ACTIVE,
            User.staff_role.is_(None),
        )
    ).one_or_none()
    home = db.session.scalars(
        select(Organization.environment_id).where(Organization.id == document.organization_id)
    ).one()
    if user is None or not (user.environment_id == home or _partners(home, user.environment_id)):
        raise NotFound("There is no such person in this environment or a partner's.", field="user")
    return user


def _partners(one: int, other: int | None) -> bool:
    left, right = Partnership.environment_id, Partnership.partner_environment_id
    linked = select(Partnership.id).where(
        Partnership.state == PartnershipState.ACTIVE,
        or_((left == one) & (right == other), (left == other) & (right == one)),
    )
    return db.session.scalars(linked).first() is not None
