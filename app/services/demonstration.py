"""A world to try things in: two environments with people, organizations and documents in every state.

Only on an empty platform that nobody but this machine can reach; all the sign-ins are shown. Everything
is made by the same services that people use, so that what is shown is what the platform really does.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound
from app.extensions import db
from app.invoice.wording import N_
from app.models import (
    Contact,
    Environment,
    EnvironmentKind,
    EnvironmentRole,
    Identifier,
    MemberRole,
    OrganizationState,
    RegistrationState,
    User,
)
from app.models.types import now
from app.services import (
    activation,
    contacts,
    credentials,
    demonstration_documents,
    demonstration_history,
    installation,
    members,
    organizations,
    partners,
    receiving,
    registrations,
    reviews,
    scopes,
    specimens,
    tallying,
    test_receiver,
)
from app.services.demonstration_firms import BAKERY, BREWERY, CAFE, TRANSPORT
from app.tenancy import StaffRole
from app.transactions import transaction

PATIENCE = 15  # seconds; a worker of the platform may do some of this work before we do


@dataclass(frozen=True, slots=True)
class Credential:
    """How to sign in as somebody, and who that is."""

    name: str
    username: str
    password: str
    what: str  # an English sentence to translate
    environment: str


@dataclass(frozen=True, slots=True)
class _Cast:
    """One environment's people: administrator, advanced, basic and guest."""

    environment_id: int
    people: tuple[Any, Any, Any, Any]

    @property
    def administrator(self) -> Any:
        return self.people[0]


def fill(*, past: bool = True) -> list[Credential]:
    """Fill the empty platform, with the year before today or without; the answer is every sign-in."""
    _refuse_elsewhere()
    test_receiver.ensure()
    shown: list[Credential] = []
    dutch = _cast("De Korenaar", ("Anna Aker", "Ben Bos", "Carla Cool", "Dirk Dam"), "nl", shown)
    belgian = _cast(
        "Zilverberg", ("Els Engels", "Filip Fonteyn", "Griet Goossens", "Hugo Haas"), "nl", shown
    )
    staff = _staff(shown)
    bakery = _organization(dutch, BAKERY, staff, receive=True)
    _organization(dutch, TRANSPORT, staff)
    _drafted(dutch)
    brewery = _organization(belgian, BREWERY, staff, receive=True)
    _under_review(belgian)
    _until(lambda: _registered(2), N_("The network doesn't answer yet."))
    _address_book(dutch, bakery)
    _partnership(dutch.administrator, belgian.administrator)
    baker = (dutch.administrator.id, bakery, BAKERY)
    brewer = (belgian.administrator.id, brewery, BREWERY)
    if past:
        demonstration_history.make(baker, brewer)
    demonstration_documents.make(baker, brewer)
    tallying.count_on()  # so that the first page has its figures at once
    return shown


def _refuse_elsewhere() -> None:
    if not installation.demonstration_allowed():
        raise NotFound("This page isn't here, or it isn't yours.")
    with tenancy.every_environment("is the platform empty"):
        customers = select(Environment.id).where(Environment.kind == EnvironmentKind.CUSTOMER)
        if db.session.scalars(customers.limit(1)).first() is not None:
            raise Conflict(
                "This platform is in use already. Demonstration data goes on an empty one only; “make reset” empties it."
            )


@contextmanager
def acting(user_id: int) -> Iterator[None]:
    """Do what follows in the name of one of the invented people."""
    person = scopes.person(user_id)
    if person is None:
        raise NotAllowed("This person may not sign in.")
    with tenancy.scope(person.scope):
        yield


def _cast(name: str, people: tuple[str, ...], language: str, shown: list[Credential]) -> _Cast:
    with transaction(), tenancy.every_environment("demonstration: environment"):
        environment = Environment(name=name, language=language, plan="business")
        db.session.add(environment)
        db.session.flush()
    roles = (
        (EnvironmentRole.ADMINISTRATOR, N_("administrator and relationship manager")),
        (EnvironmentRole.ADVANCED, N_("advanced user, member of an organization")),
        (EnvironmentRole.BASIC, N_("basic user, member of an organization")),
        (EnvironmentRole.BASIC, N_("guest: a colleague without access")),
    )
    made = [
        _person(full, what, shown, environment, environment_role=role, language=language)
        for full, (role, what) in zip(people, roles, strict=True)
    ]
    return _Cast(environment.id, (made[0], made[1], made[2], made[3]))


def _staff(shown: list[Credential]) -> Any:
    what = N_("support staff of the operator")
    return _person("Sofie Steun", what, shown, None, staff_role=StaffRole.TECHNICAL)


def _person(
    full: str, what: str, shown: list[Credential], environment: Environment | None, **columns: Any
) -> Any:
    first, _, last = full.partition(" ")
    place = environment.name if environment else "Postiljon"
    host = "".join(place.lower().split())
    password = f"{first.lower()}-{secrets.token_hex(4)}"
    user: Any = User(
        first_name=first,
        last_name=last,
        username=first.lower(),
        email=f"{first.lower()}@{host}.example",
        password=credentials.hashed(password),
        active=True,
        environment_id=environment.id if environment else None,
        relationship_manager=columns.get("environment_role") == EnvironmentRole.ADMINISTRATOR,
        terms_version="demonstration",
        terms_accepted_at=now(),
        **columns,
    )
    with transaction(), tenancy.every_environment("demonstration: people"):
        db.session.add(user)
        db.session.flush()
    shown.append(Credential(full, user.username, password, what, place))
    return user


def _organization(cast: _Cast, firm: specimens.Firm, staff: Any, receive: bool = False) -> str:
    """An active organization with two members beside its administrator."""
    public_id = _added(cast, firm)
    with acting(cast.administrator.id):
        state = activation.activate(public_id)
    if state is OrganizationState.UNDER_REVIEW:
        with acting(staff.id):
            reviews.approve(public_id)
    with acting(cast.administrator.id):
        for person in cast.people[1:3]:
            members.add(public_id, person.email, MemberRole.MEMBER)
        if receive:
            receiving.set_receive(public_id, on=True, agreed=True)
    return public_id


def _added(cast: _Cast, firm: specimens.Firm) -> str:
    details = organizations.Details(
        name=firm.name,
        country=firm.country,
        street=firm.street,
        postcode=firm.postcode,
        city=firm.city,
        email=firm.email,
    )
    with acting(cast.administrator.id):
        return organizations.add(details, {firm.number.scheme: firm.number.value})


def _drafted(cast: _Cast) -> None:
    """An organization that nobody has activated."""
    place = {"street": "Molenstraat 6", "postcode": "2611 AA", "city": "Delft"}
    with acting(cast.administrator.id):
        organizations.add(
            organizations.Details("Korenaar Vastgoed", "NL", **place), {"0106": "00000427"}
        )


def _under_review(cast: _Cast) -> None:
    """A claim to a number that belongs to somebody else: staff have to look."""
    place = {"street": "Havenweg 11", "postcode": "3089 JK", "city": "Rotterdam"}
    with acting(cast.administrator.id):
        public_id = organizations.add(
            organizations.Details("Zilverberg Transport", "NL", **place),
            {TRANSPORT.number.scheme: TRANSPORT.number.value},
        )
        activation.activate(public_id)


def _registered(wanted: int) -> bool:
    registrations.work_due()
    with tenancy.every_environment("demonstration: who receives"):
        found = db.session.scalars(
            select(Identifier.id).where(
                Identifier.receive.is_(True), Identifier.registration == RegistrationState.ACTIVE
            )
        ).all()
    return len(found) > wanted  # the test receiver is one more


def _until(done: Callable[[], bool], sentence: str) -> None:
    until = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > until:
            raise Conflict(sentence)
        time.sleep(0.2)


def _address_book(cast: _Cast, public_id: str) -> None:
    with acting(cast.administrator.id), transaction():
        organization = organizations.find(public_id)
        for firm in (BREWERY, CAFE, test_receiver.FIRM):
            contact = Contact(
                organization_id=organization.id,
                name=firm.name,
                scheme=firm.number.scheme,
                value=firm.number.value,
                vat_number=firm.vat_id,
                email=firm.email,
                country=firm.country,
                street=firm.street,
                postcode=firm.postcode,
                city=firm.city,
                shared=firm is BREWERY,
            )
            contacts.prepare(contact)
            db.session.add(contact)


def _partnership(asker: Any, answerer: Any) -> None:
    with tenancy.every_environment("demonstration: whom to ask"):
        other = db.session.get_one(Environment, answerer.environment_id).public_id
    with acting(asker.id):
        public_id = partners.request(other, "Shall we share our invoices?")
    with acting(answerer.id):
        partners.accept(public_id)
