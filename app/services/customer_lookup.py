"""Who a customer is, from a few letters or a number: the address book, the network, the registers.

Of other customers of this platform it says what a public directory would: the name and country of who
receives under exactly this number. Nobody is found by name but in one's own address book.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, or_, select

from app import tenancy
from app.errors import AppError, Conflict, NotFound
from app.extensions import db
from app.invoice import identifiers
from app.invoice.identifiers import ParticipantId, grouped
from app.models import Contact, Organization
from app.peppol import document_types
from app.peppol.access_points import Reachable
from app.registers import Company
from app.services import attempts, company_registers, network, parties, receiving
from app.services.attempts import Limit
from app.services.invoice_choices import fields_of

SHORTEST = 3
LONGEST = 100
MOST_CONTACTS = 20
QUESTIONS = Limit("lookups", 900, attempts.QUARTER)  # of one person, who types
EMPTY = dict.fromkeys(
    (
        *("buyer_name", "buyer_value", "buyer_vat", "buyer_email", "buyer_street"),
        *("buyer_postcode", "buyer_city", "buyer_legal_value"),
    ),
    "",
)


class Source(StrEnum):
    """Where someone was found."""

    CONTACTS = "contact"
    NETWORK = "network"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Match:
    """Someone who can be chosen: by which key, and what of the form follows."""

    key: str
    name: str
    number: str  # as people write it
    place: str
    fields: dict[str, str]
    reachable: Reachable | None = None
    country: str = ""  # where nothing else says where they are


@dataclass(frozen=True, slots=True)
class Group:
    """What one source found, or the sentence that says why it found nothing."""

    source: Source
    matches: tuple[Match, ...] = ()
    notes: tuple[AppError, ...] = ()


def find(text: str, *, credit_note: bool = False) -> tuple[Group, ...]:
    """In the address book, and on the network when it is a number; an empty text is the book itself."""
    attempts.count(QUESTIONS, str(tenancy.current().person_id))
    wanted = " ".join(text.split())[:LONGEST]
    book = Group(Source.CONTACTS, tuple(_contact(each) for each in _contacts(wanted)))
    try:
        numbers = identifiers.read(wanted)
    except AppError as error:
        there = Group(Source.NETWORK, notes=(error,))
    else:
        if not numbers:
            return (book,)
        there = _on_the_network(numbers, credit_note)
    return (book, there) if book.matches else (there,)


def registered(text: str) -> Group:
    """The same in the company registers; one that is away says so and is no error."""
    wanted = " ".join(text.split())[:LONGEST]
    if len(wanted) < SHORTEST:
        return Group(Source.REGISTER)
    answer = company_registers.search(wanted)
    return Group(
        Source.REGISTER,
        tuple(_company(each.register.code, each.company) for each in answer.found),
        answer.troubles,
    )


def fields_for(key: str) -> dict[str, str]:
    """What of the form follows from someone who was chosen; of a register, everything it says."""
    source, _, rest = key.partition("-")
    first, _, number = rest.partition("-")
    if source == Source.CONTACTS:
        return _contact(_contact_row(rest)).fields
    if source == Source.NETWORK:
        return _participant(identifiers.normalise(first, number)).fields
    if source == Source.REGISTER:
        return _company(first, company_registers.company(first, number)).fields
    raise NotFound("This isn't here, or it isn't yours.")


def _contacts(wanted: str) -> list[Contact]:
    found = select(Contact).order_by(Contact.name, Contact.id).limit(MOST_CONTACTS)
    if not wanted:
        return list(db.session.scalars(found))
    conditions = [func.lower(Contact.name).contains(wanted.lower(), autoescape=True)]
    number = "".join(filter(str.isalnum, wanted.rpartition(":")[2])).upper()
    if len(number) >= SHORTEST and any(map(str.isdecimal, number)):
        conditions += [
            each.contains(number, autoescape=True) for each in (Contact.value, Contact.vat_number)
        ]
    return list(db.session.scalars(found.where(or_(*conditions))))


def _contact_row(public_id: str) -> Contact:
    row: Contact | None = db.session.scalars(
        select(Contact).where(Contact.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This isn't here, or it isn't yours.")
    return row


def _contact(row: Contact) -> Match:
    number = grouped(ParticipantId(row.scheme, row.value)) if row.value else row.vat_number
    fields = {**EMPTY, **fields_of(row)}
    return Match(f"{Source.CONTACTS}-{row.public_id}", row.name, number, row.city, fields)


def _on_the_network(numbers: tuple[ParticipantId, ...], credit_note: bool) -> Group:
    """By each form of the number; the first under which somebody is there."""
    found = [_participant(each, credit_note=credit_note) for each in numbers]
    there = [
        each for each in found if each.reachable in (Reachable.YES, Reachable.NO_DOCUMENT_TYPE)
    ]
    if there:
        return Group(Source.NETWORK, tuple(there[:1]))
    shown = grouped(numbers[0])
    if any(each.reachable is Reachable.UNKNOWN for each in found):
        note = Conflict("The network doesn't answer right now. Fill in the fields by hand.")
    else:
        note = Conflict(
            "Nobody receives e-invoices under %(number)s. Fill in the fields by hand; with a mail address the invoice can go by e-mail.",
            number=shown,
        )
    return Group(Source.NETWORK, notes=(note,))


def _participant(given: ParticipantId, *, credit_note: bool = False) -> Match:
    organization_id = receiving.can_receive(given.scheme, given.value)
    name, country, reachable = "", "", Reachable.YES
    if organization_id is not None:
        name, country = _public(organization_id)
    else:
        reachable = _asked(given, credit_note)
    fields = {**EMPTY, "buyer_name": name, "buyer_scheme": given.scheme, "buyer_value": given.value}
    if country := country or _country_of(given):
        fields["buyer_country"] = country
    key = f"{Source.NETWORK}-{given.scheme}-{given.value}"
    return Match(key, name, grouped(given), "", fields, reachable, country)


def _asked(given: ParticipantId, credit_note: bool) -> Reachable:
    """What the network says; whom we publish ourselves and who doesn't receive here now isn't there."""
    access_point = network.access_point()
    kind = document_types.billing(credit_note=credit_note)
    answer = access_point.lookup(given, kind)
    return Reachable.NOT_REGISTERED if answer.provider == access_point.name else answer.reachable


def _public(organization_id: int) -> tuple[str, str]:
    """What a directory says of a receiver."""
    with tenancy.every_environment("name the receiver"):
        row = db.session.execute(
            select(Organization.name, Organization.country).where(
                Organization.id == organization_id
            )
        ).one()
    return str(row.name), str(row.country)


def _country_of(given: ParticipantId) -> str:
    countries = identifiers.scheme_for(given.scheme).countries
    return countries[0] if len(countries) == 1 else ""


def _company(register: str, found: Company) -> Match:
    number = found.legal_id or parties.of_vat_number(found.vat_number)
    fields = {
        **EMPTY,
        "buyer_name": found.name,
        "buyer_vat": found.vat_number,
        "buyer_street": found.street,
        "buyer_postcode": found.postcode,
        "buyer_city": found.city,
        "buyer_country": found.country,
    }
    if number is not None:
        fields |= {"buyer_scheme": number.scheme, "buyer_value": number.value}
    shown = grouped(number) if number else found.vat_number
    key = f"{Source.REGISTER}-{register}-{found.number}"
    return Match(key, found.name, shown, found.city, fields)
