"""Every address of the platform: open to strangers and why, or whose id it takes and who must not get in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask_appbuilder.security.sqla.models import User
from PIL import Image
from sqlalchemy import select

from app import models, tenancy
from app.extensions import db
from app.invoice.identifiers import ParticipantId
from app.models import MembershipState, OrganizationState, UserState
from app.models.types import new_public_id, now
from app.services import documents, pictures, specimens
from tests.wall.scene import ROWS, Eye, Scene

# Addresses without a person: what they take is itself the authority, or there is nothing to see.
OPEN = {
    "static": "the platform's own files",
    "appbuilder.static": "the framework's own files",
    "HomeView.index": "strangers are sent to the sign-in page",
    "SignInView.login": "signing in",
    "SignInView.logout": "signing out",
    "SignUpView.start": "signing up",
    "SignUpView.check_mail": "signing up",
    "SignUpView.done": "signing up",
    "SignUpView.terms": "the terms",
    "SignUpView.prospect": "a secret link from a mail",
    "SignUpView.account": "a secret link from a mail",
    "SignUpView.ask": "a secret link from a mail",
    "PasswordView.forgotten": "tells nobody whether an address is known",
    "PasswordView.check_mail": "the same page for everybody",
    "PasswordView.choose": "a secret link from a mail",
    "AcceptView.accept": "a secret link from a mail",
    "SetupView.set_up": "the token printed in the terminal",
    "PrivateView.show": "a secret link from a mail",
    "PrivateView.html": "a secret link from a mail",
    "PrivateView.pdf": "a secret link from a mail",
    "PrivateView.xml": "a secret link from a mail",
    "LanguageView.choose": "a choice of language",
    "LocaleView.index": "a choice of language",
    "ChoiceView.theme": "a choice of light or dark",
    "DevMailView.all": "exists on loopback with file mail only; tests/accounts",
    "DevMailView.one": "exists on loopback with file mail only; tests/accounts",
    "DevMailView.html": "exists on loopback with file mail only; tests/accounts",
    "DemonstrationView.fill": "exists on an empty loopback platform only; tests/screens",
    "UtilView.back": "leads back to where the reader was",
    "MenuApi.get_menu_data": "the framework's menu: names of what the reader may open",
}

NOBODY = None  # a stranger without an account
ELSEWHERE = (NOBODY, Eye.STRANGER, Eye.PARTNER, Eye.ENDED_SHARE, Eye.ENDED_MEMBERSHIP)
NO_MEMBER = (*ELSEWHERE, Eye.COLLEAGUE, Eye.ADMINISTRATOR)


@dataclass(frozen=True)
class Subject:
    """The row whose public id an address takes, who gets in, and who must not."""

    row: Callable[[Scene], Any]
    inside: Eye
    outside: tuple[Eye | None, ...]
    fields: Callable[[Scene], dict[str, str]] = lambda _scene: {}  # what its form sends


def _document(scene: Scene, changed: Callable[[bytes], bytes] = bytes) -> Any:
    """A document with real bytes, so that its owner can really open it."""
    with scene.looking(Eye.OWNER):
        number = ParticipantId("0106", _number(scene))
        seller = specimens.Firm(
            scene.organization.name,
            number,
            "NL000016007B01",
            "NL",
            "Kade 1",
            "2611 AA",
            "Delft",
            "NL91ABNA0417164300",
        )
        order = specimens.Order("Bread", 1, Decimal("2.00"))
        content = specimens.xml("R-1", seller, specimens.party(seller), order, date(2026, 11, 2))
        taken = documents.take_in(changed(content), organization_id=scene.organization.id)
    documents.process(taken.document_id)
    return models.Document(public_id=taken.document_public_id)


def _failed(scene: Scene) -> Any:
    """A document whose delivery failed, so that there is something to do about it."""
    public_id = _document(scene).public_id
    with tenancy.every_environment("test"):
        document = db.session.scalars(
            select(models.Document).where(models.Document.public_id == public_id)
        ).one()
    scene.world.keep(
        models.Delivery(
            organization_id=document.organization_id,
            document_id=document.id,
            route="email",
            recipient="x@example.nl",
            message_key=new_public_id(),
            state="failed",
        )
    )
    return document


def _pictured(scene: Scene) -> Any:
    """Someone of ours with a picture."""
    painted = BytesIO()
    Image.new("RGB", (8, 8), "red").save(painted, "PNG")
    person = scene.rows[User]
    digest = pictures.keep(person.public_id, pictures.square(painted.getvalue()))
    with tenancy.every_environment("test"):
        db.session.merge(person).picture_digest = digest
        db.session.commit()
    return person


def _wrong_total(scene: Scene) -> Any:
    """A document with something that can be fixed."""
    return _document(
        scene, lambda content: content.replace(b"</cbc:PayableAmount>", b"1</cbc:PayableAmount>")
    )


def _request(scene: Scene) -> Any:
    """Asked by somebody else: nobody answers their own."""
    asker = scene.rows[User].id
    return _with(models.Request, state="open", user_id=asker)(scene)


def _delivery(scene: Scene) -> dict[str, str]:
    """The id of our failed delivery, as the form of its document sends it."""
    with tenancy.every_environment("test"):
        newest = select(models.Delivery.public_id).order_by(models.Delivery.id.desc()).limit(1)
        return {"delivery": str(db.session.scalars(newest).one()), "address": "y@example.nl"}


def _draft(scene: Scene) -> Any:
    own = {"organization_id": scene.organization.id}
    draft = scene.world.keep(
        models.Document(**own, direction="out", readiness="draft", source="form")
    )
    scene.world.keep(models.DocumentContent(**own, document_id=draft.id, form={"lines": []}))
    return draft


def _number(scene: Scene) -> str:
    return str(scene.identifier.value)


def _own(model: type) -> Callable[[Scene], Any]:
    return lambda scene: scene.rows[model]


def _with(model: type, **columns: Any) -> Callable[[Scene], Any]:
    """A row of ours in a certain state."""

    def make(scene: Scene) -> Any:
        row = ROWS[model](scene)
        for name, value in columns.items():
            setattr(row, name, value)
        return scene.world.keep(row)

    return make


def _invitation(scene: Scene) -> Any:
    return scene.world.keep(
        models.Membership(
            organization_id=scene.far.id, user_id=scene.owner.id, state=MembershipState.INVITED
        )
    )


def _asked(scene: Scene) -> Any:
    return scene.world.keep(
        models.Partnership(
            environment_id=scene.far_environment.id, partner_environment_id=scene.environment.id
        )
    )


def _number_to_review(scene: Scene) -> Any:
    return _with(models.Identifier, review_asked_at=now())(scene)


DOCUMENT = Subject(_document, Eye.OWNER, NO_MEMBER)
ORGANIZATION = Subject(_own(models.Organization), Eye.OWNER, (*ELSEWHERE, Eye.COLLEAGUE))
NUMBERS = Subject(_own(models.Identifier), Eye.OWNER, NO_MEMBER)
PERSON = Subject(_own(User), Eye.OWNER, (*ELSEWHERE, Eye.COLLEAGUE, Eye.PARTNER_MEMBER))
INVITED = Subject(_with(User, state=UserState.INVITED, active=False), PERSON.inside, PERSON.outside)
REVIEWED = Subject(
    _with(models.Organization, state=OrganizationState.UNDER_REVIEW),
    Eye.STAFF,
    (*NO_MEMBER, Eye.OWNER),
)
ASKED = Subject(_asked, Eye.OWNER, (NOBODY, Eye.PARTNER, Eye.ENDED_SHARE, Eye.COLLEAGUE, Eye.STAFF))

# By view, or by address where a view takes several kinds of id.
SUBJECTS: dict[str, Subject] = {
    "EnvironmentView": Subject(_own(models.Environment), Eye.STAFF, (*ELSEWHERE, Eye.OWNER)),
    "UserView": PERSON,
    "InviteView": INVITED,
    "ContactView": Subject(_own(models.Contact), Eye.OWNER, (*NO_MEMBER, Eye.STAFF)),
    "PartnerView.show": Subject(
        _own(models.Partnership), Eye.OWNER, (NOBODY, Eye.STRANGER, Eye.ENDED_SHARE, Eye.COLLEAGUE)
    ),
    "PartnerView.end": Subject(
        _own(models.Partnership), Eye.OWNER, (NOBODY, Eye.STRANGER, Eye.COLLEAGUE, Eye.STAFF)
    ),
    "PartnerView.accept": ASKED,
    "PartnerView.refuse": ASKED,
    # Anyone who may make partnerships may ask any customer; the id is found by name.
    "PartnerView.request": Subject(
        _own(models.Environment), Eye.STRANGER, (NOBODY, Eye.COLLEAGUE, Eye.STAFF)
    ),
    "OrganizationView": ORGANIZATION,
    "OrganizationView.receive": Subject(_own(models.Organization), Eye.OWNER, NO_MEMBER),
    "MemberView.members": ORGANIZATION,
    "MemberView.add": ORGANIZATION,
    "MemberView": Subject(_own(models.Membership), Eye.OWNER, (*ELSEWHERE, Eye.COLLEAGUE)),
    "MemberInvitationView": Subject(
        _invitation, Eye.OWNER, (NOBODY, Eye.PARTNER, Eye.ENDED_MEMBERSHIP, Eye.COLLEAGUE)
    ),
    "IdentifierView": NUMBERS,
    "IdentifierView.add": Subject(_own(models.Organization), Eye.OWNER, NO_MEMBER),
    "ReceiveView": Subject(_own(models.Organization), Eye.OWNER, NO_MEMBER),
    "RequestView": Subject(_request, Eye.OWNER, (*ELSEWHERE, Eye.COLLEAGUE)),
    "RequestView.withdraw": Subject(
        _with(models.Request, state="open"), Eye.OWNER, (*ELSEWHERE, Eye.COLLEAGUE)
    ),
    "NotificationView": Subject(
        _own(models.Notification), Eye.OWNER, (*NO_MEMBER, Eye.PARTNER_MEMBER, Eye.STAFF)
    ),
    "DocumentView": DOCUMENT,
    "DocumentView.edit": Subject(_draft, Eye.OWNER, (*NO_MEMBER, Eye.STAFF)),
    "DocumentView.keep": Subject(
        _draft,
        Eye.OWNER,
        (*NO_MEMBER, Eye.STAFF),
        lambda scene: {"organization": scene.organization.public_id},
    ),
    "DocumentView.html": Subject(_document, Eye.OWNER, (*NO_MEMBER, Eye.STAFF)),
    "DocumentView.pdf": Subject(_document, Eye.OWNER, (*NO_MEMBER, Eye.STAFF)),
    "DocumentView.xml": Subject(_document, Eye.OWNER, (*NO_MEMBER, Eye.STAFF)),
    "DocumentActionsView": Subject(_failed, Eye.OWNER, (*NO_MEMBER, Eye.STAFF), _delivery),
    "DocumentActionsView.send": Subject(_document, Eye.OWNER, (*NO_MEMBER, Eye.STAFF)),
    "DocumentActionsView.status": Subject(
        _own(models.Document),
        Eye.OWNER,
        (*NO_MEMBER, Eye.STAFF),
        lambda _scene: {"status": "approve"},
    ),
    "DocumentActionsView.discard": Subject(_draft, Eye.OWNER, (*NO_MEMBER, Eye.STAFF)),
    "DocumentFixView": Subject(_wrong_total, Eye.OWNER, (*NO_MEMBER, Eye.STAFF)),
    "DocumentFilesView": Subject(_document, Eye.OWNER, (*NO_MEMBER, Eye.STAFF)),
    "OrganizationPdfView": Subject(_own(models.Organization), Eye.OWNER, NO_MEMBER),
    "TemplateView": Subject(
        _with(models.InvoiceTemplate, form={"lines": []}), Eye.OWNER, (*NO_MEMBER, Eye.STAFF)
    ),
    "ListChoiceView": Subject(
        _own(models.SavedView), Eye.OWNER, (*NO_MEMBER, Eye.PARTNER_MEMBER, Eye.STAFF)
    ),
    "ProfileView": Subject(_pictured, Eye.OWNER, (NOBODY, Eye.STRANGER, Eye.ENDED_MEMBERSHIP)),
    "ReviewQueueView": REVIEWED,
    "ReviewQueueView.approve_number": Subject(_number_to_review, REVIEWED.inside, REVIEWED.outside),
    "ReviewQueueView.reject_number": Subject(_number_to_review, REVIEWED.inside, REVIEWED.outside),
    "QueueView": Subject(_document, Eye.STAFF, (*NO_MEMBER, Eye.OWNER)),
}


def subject(endpoint: str) -> Subject | None:
    """Whose id this address takes."""
    return SUBJECTS.get(endpoint) or SUBJECTS.get(endpoint.partition(".")[0])
