"""What the demonstration lacks: people of other kinds, questions that wait for an answer, links in mails."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

from PIL import Image
from sqlalchemy import select

from app import tenancy
from app.extensions import db, settings
from app.models import (
    Environment,
    EnvironmentDomain,
    EnvironmentRole,
    MemberRole,
    Organization,
    User,
)
from app.models.environment import JoinPolicy
from app.models.types import now
from app.services import (
    accounts,
    deliveries,
    delivering,
    documents,
    invitations,
    joining,
    mails,
    members,
    profiles,
    requests,
    specimens,
)
from app.services.demonstration import acting
from app.services.demonstration_documents import BREAD
from app.services.demonstration_firms import BAKERY, BREWERY, CAFE
from app.tenancy import StaffRole
from app.transactions import transaction
from tests.factories import World

ORIGIN = "127.0.0.1"
# Who signs up, and what becomes of newcomers with such an address; nothing is said of the first two.
SIGN_UPS = {
    "nieuw@nergens.example": None,
    "wim.winkel@gmail.com": None,
    "wim@bakkers.example": JoinPolicy.JOIN,
    "wim@dekorenaar.example": JoinPolicy.ASK,
    "wim@meel.example": JoinPolicy.INVITATION,
}
CLOSED = "wim@dekorenaar.example"


def happen() -> Iterator[str]:
    """Let it happen; the answer is every link that was mailed meanwhile, and some that are worn out."""
    people = _people()
    _more_people(people["anna"])
    _domains(people["anna"].environment_id)
    _questions(people)
    _letters(people["anna"])
    yield from _links()
    yield from (
        "/private/worn-out",
        "/sign-up/worn-out",
        "/password/worn-out",
        "/invitation/worn-out",
    )
    yield "/setup/worn-out"


def _people() -> dict[str, Any]:
    with tenancy.every_environment("test: who there is"):
        return {user.username: user for user in db.session.scalars(select(User))}


def _organization(name: str) -> Any:
    with tenancy.every_environment("test: which organization"):
        return db.session.scalars(select(Organization).where(Organization.name == name)).one()


def _more_people(anna: Any) -> None:
    """Administrators of one organization only, and of an environment with nothing in it yet; staff without keys."""
    world = World()
    with tenancy.every_environment("test: whose colleague"):
        environment = db.session.get_one(Environment, anna.environment_id)
    olga = world.user(environment, "Olga Ooms")
    world.member(_organization(BAKERY.name), olga, MemberRole.ADMINISTRATOR)
    world.user(world.environment("Nieuwbouw"), "Nora Nijs", role=EnvironmentRole.ADMINISTRATOR)
    world.user(None, "Sander Smit", staff=StaffRole.SUPPORT)


def _domains(environment_id: int) -> None:
    with transaction(), tenancy.every_environment("test: where newcomers land"):
        for address, joining_by in SIGN_UPS.items():
            if joining_by is not None:
                domain = address.partition("@")[2]
                db.session.add(
                    EnvironmentDomain(
                        environment_id=environment_id, domain=domain, policy=joining_by
                    )
                )


def _questions(people: dict[str, Any]) -> None:
    """Someone asks for access, a partner wants someone as member, someone has a face."""
    with acting(people["dirk"].id):
        requests.ask("Mag ik bij de facturen van de bakkerij?")
    with acting(people["els"].id):
        members.add(_organization(BREWERY.name).public_id, people["carla"].email)
    picture = io.BytesIO()
    Image.new("RGB", (96, 96), (31, 95, 153)).save(picture, "PNG")
    with acting(people["ben"].id):
        profiles.change(_profile(people["ben"]), picture.getvalue())


def _profile(user: Any) -> profiles.Profile:
    kept = {name: getattr(user, name) for name in profiles.Profile.__dataclass_fields__}
    return profiles.Profile(**kept | {"phone": user.phone or ""})


def _letters(anna: Any) -> None:
    """Mails with links: an invitation, a forgotten password, a sign-up, an invoice for a stranger."""
    with acting(anna.id):
        invitations.invite(invitations.Guest("gerda@elders.example", first_name="Gerda"))
    accounts.forgotten(anna.email, "nl", ORIGIN)
    for number, address in enumerate(SIGN_UPS):
        joining.start(address, "nl", f"127.0.0.{number}")
    content = specimens.xml("K-2026-99", BAKERY, specimens.party(CAFE), BREAD, now().date())
    organization = _organization(BAKERY.name)
    with acting(anna.id):
        taken = documents.take_in(content, organization_id=organization.id)
    documents.process(taken.document_id)
    with acting(anna.id):
        deliveries.queue(taken.document_public_id)
    delivering.deliver_due()
    mails.send_due()


def _links() -> Iterator[str]:
    address = re.compile(re.escape(settings().public_url) + r"(/[^\s\"<>]+)")
    found: set[str] = set()
    for path in sorted(settings().mail_dir.glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        text = mail.get_body(preferencelist=("plain",))
        found.update(address.findall(text.get_content()) if text else ())
    yield from sorted(found)
