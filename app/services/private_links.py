"""A link in a mail for someone without a login: it shows one version of one document, until it ends.

Only the hash of its token is kept. Looking changes nothing but the log of looking: mail scanners look too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app import tenancy
from app.errors import AppError, NotFound
from app.extensions import db, settings
from app.invoice import original
from app.invoice.original import Original
from app.invoice.wording import N_
from app.models import Document, DocumentVersion, Organization, PrivateLink
from app.models.types import now
from app.rendering import Design
from app.services import designs, history, keeping, pdf_settings
from app.services.outcomes import Parcel
from app.services.pdf_settings import PdfSettings
from app.transactions import transaction

DAYS = 90
PATH = "/private/"


class Gone(AppError):
    """It was here, and its time is over."""

    status = 410


@dataclass(frozen=True, slots=True)
class Shown:
    """What the holder of a link may see."""

    number: str
    kind: str
    sender: str
    found: Original
    settings: PdfSettings
    design: Design
    expires_at: datetime


def keep(parcel: Parcel) -> str:
    """The address of the link for this message; every try of the same message has the same one."""
    token = _token(parcel.message_key)
    with transaction():
        known = select(PrivateLink.id).where(PrivateLink.token_hash == _hash(token))
        if db.session.scalars(known).first() is None:
            db.session.add(
                PrivateLink(
                    organization_id=parcel.organization_id,
                    document_id=parcel.document_id,
                    version=parcel.version,
                    token_hash=_hash(token),
                    expires_at=now() + timedelta(days=DAYS),
                )
            )
    return f"{settings().public_url}{PATH}{token}"


def show(token: str) -> Shown:
    """What this link shows; an unknown one and one of long ago each get their sentence."""
    with transaction(), tenancy.every_environment("a private link was opened"):
        link = db.session.scalars(
            select(PrivateLink).where(PrivateLink.token_hash == _hash(token))
        ).one_or_none()
        if link is None:
            raise NotFound("This link isn't right. Copy the whole link from the mail.")
        if link.expires_at <= now():
            raise Gone("This link has ended. Ask the sender to send the document again.")
        document, digest, organization = _of(link)
        if link.opened_at is None:
            link.opened_at = now()
            history.note(document, N_("Looked at through the link in the mail"))
    found = original.read(keeping.store().fetch(organization.public_id, digest))
    chosen = pdf_settings.for_organizations({organization.id})[organization.id]
    return Shown(
        document.number,
        document.kind,
        organization.name,
        found,
        chosen,
        designs.of(organization.id),
        link.expires_at,
    )


def _of(link: PrivateLink) -> tuple[Document, str, Organization]:
    found = db.session.execute(
        select(Document, DocumentVersion.digest, Organization)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(Organization, Organization.id == Document.organization_id)
        .where(Document.id == link.document_id, DocumentVersion.version == link.version)
    ).one()
    return found[0], found[1], found[2]


def _token(message_key: str) -> str:
    # Made from a secret, so that a second try carries the same link although only its hash is kept.
    key = settings().secret_key.encode()
    made = hmac.new(key, b"private link " + message_key.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
