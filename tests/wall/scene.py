"""One row of ours in every table, and everyone who may look at it from somewhere."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_appbuilder.security.sqla import models as framework
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app import models, tenancy
from app.extensions import db
from app.models import EnvironmentRole, MembershipState, PartnershipState
from app.models.types import new_public_id, now
from tests.factories import World


class Eye(StrEnum):
    """A viewpoint of ARCHITECTURE.md: where someone stands."""

    OWNER = "administrator of the environment and of the organization"
    PARTNER_MEMBER = "member from a partner environment"
    SHARED = "someone elsewhere with whom the document is shared"
    KEY = "key of the organization"
    COLLEAGUE = "same environment, other organization"
    ADMINISTRATOR = "environment administrator who isn't a member"
    STRANGER = "other environment"
    PARTNER = "partner environment, no member"
    ENDED_SHARE = "ended share"
    ENDED_MEMBERSHIP = "ended membership"
    STAFF = "staff without grant"
    OTHER_KEY = "key of another organization"


class Scene:
    """Ours, a partner's and a stranger's environment, with their people and our rows."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._environments()
        self._people()
        self._documents()
        self.rows: dict[type, Any] = {
            models.Environment: self.environment,
            models.Partnership: self.partnership,
            models.Organization: self.organization,
            models.Document: self.document,
            models.DocumentShare: self.share,
            models.Delivery: self.delivery,
            models.Group: self.group,
        }
        for model, make in ROWS.items():
            if model not in self.rows:
                self.rows[model] = world.keep(make(self))

    def _environments(self) -> None:
        world = self.world
        self.environment = world.environment("Ours BV")
        self.partner_environment = world.environment("Partner BV")
        self.far_environment = world.environment("Far BV")
        self.partnership = world.keep(
            models.Partnership(
                environment_id=self.environment.id,
                partner_environment_id=self.partner_environment.id,
                state=PartnershipState.ACTIVE,
            )
        )

    def _people(self) -> None:
        world, administrator = self.world, EnvironmentRole.ADMINISTRATOR
        manager = {"role": administrator, "relationship_manager": True}
        self.owner = world.user(self.environment, "Olga Owner", **manager)
        self.organization = world.organization(
            self.environment, "Olga Holding", administrator=self.owner, receive=True
        )
        self.identifier = db.session.scalars(
            select(models.Identifier).where(
                models.Identifier.organization_id == self.organization.id
            )
        ).one()
        self.colleague = world.user(self.environment, "Carl Colleague")
        self.other = world.organization(
            self.environment, "Carl Company", administrator=self.colleague
        )
        self.anna = world.user(self.environment, "Anna Admin", **manager)
        self.guest = world.user(self.partner_environment, "Gus Guest")
        world.member(self.organization, self.guest)
        self.partner = world.user(self.partner_environment, "Paul Partner", **manager)
        self.stranger = world.user(self.far_environment, "Stan Stranger", **manager)
        self.far = world.organization(
            self.far_environment, "Far Company", administrator=self.stranger
        )
        self.sharer = world.user(self.far_environment, "Sara Share")
        self.ended_share = world.user(self.far_environment, "Sam Share")
        self.ended_member = world.user(self.far_environment, "Eva Ended")
        world.keep(
            models.Membership(
                organization_id=self.organization.id,
                user_id=self.ended_member.id,
                state=MembershipState.ENDED,
                ended_at=now(),
            )
        )
        self.staff = world.user(None, "Sofie Support", staff="support")

    def _documents(self) -> None:
        keep, own = self.world.keep, {"organization_id": self.organization.id}
        self.document = keep(models.Document(**own, direction="in", number="OURS-1"))
        part = {**own, "document_id": self.document.id}
        self.share = keep(models.DocumentShare(**part, user_id=self.sharer.id))
        keep(models.DocumentShare(**part, user_id=self.ended_share.id, ended_at=now()))
        self.part = part
        self.delivery = keep(delivery(self))
        self.group = keep(models.Group(environment_id=self.environment.id, name="Group of ours"))

    def looking(self, eye: Eye) -> AbstractContextManager[Any]:
        """Open the scope of someone who stands there."""
        if eye is Eye.KEY:
            return tenancy.in_organization(self.organization.id)
        if eye is Eye.OTHER_KEY:
            return tenancy.in_organization(self.far.id)
        return self.world.acting(self.person(eye))

    def person(self, eye: Eye) -> Any:
        """Who stands there."""
        return {
            Eye.OWNER: self.owner,
            Eye.PARTNER_MEMBER: self.guest,
            Eye.SHARED: self.sharer,
            Eye.COLLEAGUE: self.colleague,
            Eye.ADMINISTRATOR: self.anna,
            Eye.STRANGER: self.stranger,
            Eye.PARTNER: self.partner,
            Eye.ENDED_SHARE: self.ended_share,
            Eye.ENDED_MEMBERSHIP: self.ended_member,
            Eye.STAFF: self.staff,
        }[eye]

    def new(self, model: type) -> Any:
        """Another row of the same owner, not stored yet."""
        return ROWS[model](self)


def delivery(scene: Scene) -> Any:
    """A delivery of our document that has ended, so that there may be more of them."""
    return models.Delivery(
        **scene.part,
        route="email",
        recipient="x@example.nl",
        message_key=new_public_id(),
        state="delivered",
    )


def _user(scene: Scene) -> Any:
    name = new_public_id()
    return User(
        first_name="Rita",
        last_name="Row",
        username=name,
        email=f"{name}@example.nl",
        password="x",
        active=True,
        environment_id=scene.environment.id,
    )


def _partnership(scene: Scene) -> Any:
    return models.Partnership(
        environment_id=scene.environment.id,
        partner_environment_id=scene.partner_environment.id,
        state=PartnershipState.ENDED,
    )


def _api_key(scene: Scene) -> Any:
    return framework.ApiKey(
        uuid=new_public_id(), name="k", key_hash="x", key_prefix="x", user_id=scene.owner.id
    )


def _of_organization(model: Any, **columns: Any) -> Callable[[Scene], Any]:
    return lambda scene: model(organization_id=scene.organization.id, **_fresh(columns))


def _of_document(model: Any, **columns: Any) -> Callable[[Scene], Any]:
    return lambda scene: model(**scene.part, **_fresh(columns))


def _of_environment(model: Any, **columns: Any) -> Callable[[Scene], Any]:
    return lambda scene: model(environment_id=scene.environment.id, **_fresh(columns))


def _of_platform(model: Any, **columns: Any) -> Callable[[Scene], Any]:
    return lambda _scene: model(**_fresh(columns))


def _fresh(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: value() if callable(value) else value for name, value in columns.items()}


key = new_public_id  # unique text, where a column wants some
later = {"expires_at": lambda: now() + timedelta(days=1)}
_versions = iter(range(2, 10_000))

# How to make a row that belongs to our organization, our environment, or is about us.
ROWS: dict[type, Callable[[Scene], Any]] = {
    models.Environment: _of_platform(models.Environment, name="Ours again"),
    models.EnvironmentDomain: _of_environment(models.EnvironmentDomain, domain=key),
    models.Group: _of_environment(models.Group, name=key),
    models.GroupMember: lambda scene: models.GroupMember(
        environment_id=scene.environment.id, group_id=scene.group.id, user_id=_someone(scene)
    ),
    models.AuditEntry: _of_environment(models.AuditEntry, action="test", person_name="Olga"),
    models.Partnership: _partnership,
    models.Request: lambda scene: models.Request(
        environment_id=scene.environment.id, user_id=scene.owner.id, state="accepted"
    ),
    User: _user,
    models.Organization: _of_environment(models.Organization, name="Olga Holding 2"),
    models.Membership: lambda scene: models.Membership(
        organization_id=scene.organization.id, user_id=_someone(scene)
    ),
    models.Identifier: _of_organization(models.Identifier, scheme="0106", value=key),
    models.ReceiveAgreement: lambda scene: models.ReceiveAgreement(
        organization_id=scene.organization.id,
        user_id=scene.owner.id,
        person_name="Olga",
        price=Decimal(0),
    ),
    models.Contact: _of_organization(models.Contact, name="Bakker Bas"),
    models.InvoiceTemplate: _of_organization(models.InvoiceTemplate, name=key, form=dict),
    models.Blob: _of_organization(models.Blob, digest=lambda: key()[:36], size=1),
    models.Connection: _of_organization(
        models.Connection, name="Key", app_key=key, secret_hash="x"
    ),
    models.Document: _of_organization(models.Document, direction="in", number="OURS-2"),
    models.DocumentVersion: _of_document(
        models.DocumentVersion, version=lambda: next(_versions), digest="d", size=1
    ),
    models.DocumentContent: _of_document(models.DocumentContent, seller_name="Secret seller"),
    models.DocumentShare: lambda scene: models.DocumentShare(**scene.part, user_id=scene.sharer.id),
    models.Finding: _of_document(models.Finding, code="BR-01", severity="fatal"),
    models.HistoryEntry: _of_document(models.HistoryEntry, text="Stored."),
    models.PrivateLink: _of_document(models.PrivateLink, token_hash=key, **later),
    models.Delivery: delivery,
    models.Attempt: lambda scene: models.Attempt(
        **scene.part, delivery_id=scene.delivery.id, number=next(_versions)
    ),
    models.Notification: lambda scene: models.Notification(user_id=scene.owner.id, text="News."),
    models.SavedView: lambda scene: models.SavedView(
        user_id=scene.owner.id, box="inbox", name=key()
    ),
    models.Exchange: lambda scene: models.Exchange(
        message_key=key(),
        from_organization_id=scene.organization.id,
        to_organization_id=scene.far.id,
    ),
    models.UserIdentity: lambda scene: models.UserIdentity(
        user_id=scene.owner.id, provider="test", subject=key()
    ),
    models.OneTimeLink: _of_platform(
        models.OneTimeLink, token_hash=key, purpose="reset", email="olga@example.nl", **later
    ),
    models.OutgoingMail: _of_platform(
        models.OutgoingMail,
        kind="reset",
        recipient="olga@example.nl",
        subject="s",
        text="t",
        html="h",
        next_at=now,
    ),
    models.TallySlice: lambda _scene: _slice(),
    models.Tally: lambda scene: models.Tally(
        organization_id=scene.organization.id,
        slice_id=scene.world.keep(_slice()).id,
        month=date(2026, 11, 1),
        measure="received",
        count=3,
    ),
    models.PlatformTally: lambda scene: models.PlatformTally(
        slice_id=scene.world.keep(_slice()).id, day=date(2026, 11, 1), measure="failed", count=3
    ),
    models.Setting: _of_platform(models.Setting, name=key, value=1),
    models.NetworkRegistration: _of_platform(models.NetworkRegistration, participant=key),
    framework.RegisterUser: _of_platform(
        framework.RegisterUser,
        first_name="R",
        last_name="U",
        username=key,
        email=lambda: f"{key()}@example.nl",
    ),
    framework.Group: _of_platform(framework.Group, name=key, label="g"),
    framework.ApiKey: _api_key,
}


def _slice() -> Any:
    return models.TallySlice(source="documents", number=next(_versions))


def _someone(scene: Scene) -> int:
    """A person of ours who is in nothing yet."""
    return int(scene.world.keep(_user(scene)).id)
