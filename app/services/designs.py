"""The logo and the colour of an organization: on the PDF of the invoices that it sends, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO

from PIL import Image
from sqlalchemy import delete, select

from app import rendering, storage, tenancy
from app.errors import NotFound, Unreadable
from app.extensions import db
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Address, Invoice, Party
from app.models import Blob, DocumentVersion, Organization
from app.models.types import now
from app.rendering.design import PLAIN, Design, is_colour
from app.services import audit, documents, keeping, organizations, pictures, specimens
from app.transactions import transaction

MOST_BYTES = 2 * 1024 * 1024
SIZE = (900, 300)  # printed at most 60 by 20 millimetres


@dataclass(frozen=True, slots=True)
class Look:
    """What was chosen, and where the logo is kept."""

    folder: str
    logo: str
    colour: str

    def drawn(self, store: storage.Store) -> Design:
        """With the logo itself; one that is gone is left out, because an invoice can do without."""
        if not self.logo:
            return Design(colour=self.colour)
        try:
            return Design(store.fetch(self.folder, self.logo), self.colour)
        except NotFound:
            return Design(colour=self.colour)


def looks(organization_ids: Iterable[int]) -> dict[int, Look]:
    """Of organizations whose documents may be seen, also where they themselves are out of sight."""
    with tenancy.every_environment("the logo on documents that may be seen"):
        rows = db.session.execute(
            select(
                Organization.id,
                Organization.public_id,
                Organization.logo_digest,
                Organization.colour,
            ).where(Organization.id.in_(organization_ids))
        ).all()
    return {row.id: Look(row.public_id, row.logo_digest or "", row.colour) for row in rows}


def of(organization_id: int) -> Design:
    """The design of one organization."""
    look = looks([organization_id]).get(organization_id)
    return look.drawn(keeping.store()) if look is not None else PLAIN


def logo_from(content: bytes) -> bytes:
    """The picture as we keep it: made anew from its pixels, on white, as large as paper needs."""
    if len(content) > MOST_BYTES:
        raise Unreadable("This picture is larger than 2 MB. Choose a smaller one.", field="logo")
    picture = pictures.opened(content, "logo")
    picture.thumbnail(SIZE)
    # A new image: location, camera and hidden text of the old one stay behind.
    kept = Image.new("RGB", picture.size, "white")
    kept.paste(picture, mask=picture.getchannel("A"))
    made = BytesIO()
    kept.save(made, "PNG", optimize=True)
    return made.getvalue()


def set_up(
    public_id: str, colour: str, picture: bytes = b"", *, without_logo: bool = False
) -> None:
    """Another colour, another logo or none; an empty colour is the usual one."""
    organization = organizations.manageable(public_id)
    organizations.refuse_closed(organization)
    if colour and not is_colour(colour):
        raise Unreadable("Write a colour as # and six digits, such as #15324b.", field="colour")
    logo = logo_from(picture) if picture else b""
    digest = storage.digest_of(logo) if logo else None
    if digest:
        documents.keep_bytes(organization.public_id, logo)
    with transaction():
        row = organizations.manageable(public_id)
        organizations.refuse_closed(row)
        before = row.logo_digest
        if digest or without_logo:
            row.logo_digest = digest
        row.colour = colour
        if digest:
            documents.add_blob(row.id, digest, len(logo))
        if before and before != row.logo_digest:
            _forget(row.id, before)
        audit.record(
            "organization.edited",
            organizations.subject(row),
            environment_id=row.environment_id,
            fields=["logo", "colour"],
        )


def _forget(organization_id: int, digest: str) -> None:
    """Name these bytes no longer, unless a document has them; a sweep takes them away."""
    theirs = (Blob.organization_id == organization_id, Blob.digest == digest)
    used = select(DocumentVersion.id).where(
        DocumentVersion.organization_id == organization_id, DocumentVersion.digest == digest
    )
    if db.session.scalars(used.limit(1)).first() is None:
        db.session.execute(delete(Blob).where(*theirs).execution_options(synchronize_session=False))


def example(public_id: str, language: str) -> bytes:
    """An invented invoice as this organization's customers would get it."""
    organization = organizations.manageable(public_id)
    return rendering.pdf(_invented(organization), language, None, of(organization.id))


def _invented(organization: Organization) -> Invoice:
    seller = Party(
        name=organization.name,
        address=Address(
            lines=(organization.street,) if organization.street else (),
            city=organization.city or None,
            postcode=organization.postcode or None,
            country=organization.country,
        ),
    )
    here = specimens.Firm(
        organization.name, ParticipantId("0106", "12345678"), "NL123456782B01", "NL",
        "Kade 1", "1234 AB", "Utrecht", "NL91ABNA0417164300",
    )  # fmt: skip
    buyer = specimens.party(replace(here, name="Café Voorbeeld"))
    order = specimens.Order("Voorbeeld", 2, Decimal("95.50"))
    made = specimens.invoice("2026-0001", here, buyer, order, now().date())
    return replace(made, seller=seller)
