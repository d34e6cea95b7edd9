"""What people fill in to get an account: addresses, usernames, names and passwords, each with its rule."""

from __future__ import annotations

import functools
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from werkzeug.security import check_password_hash, generate_password_hash

from app.errors import AppError, Unreadable
from app.invoice.wording import N_

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
FEWEST_DIFFERENT = 5
USERNAME = re.compile(r"[\w.@+-]{3,128}")
LONGEST_NAME = 64
LONGEST_ENVIRONMENT_NAME = 120
# Without their digits and signs; “Welkom2026!” is among the first that anyone tries.
_GUESSED = """
password passwort wachtwoord motdepasse welkom welcome willkommen bienvenue qwerty azerty qwertz
qwertyuiop azertyuiop qwertzuiop letmein iloveyou admin administrator beheerder postiljon geheim
secret geheimnis hallo hello bonjour zomer winter herfst lente summer autumn spring monkey dragon
football voetbal ajax feyenoord test testtest changeme sunshine princess master factuur invoice
abcdefghij abcdefgh passwordpassword wachtwoordwachtwoord
"""
GUESSED_FIRST = frozenset(_GUESSED.split())


@dataclass(frozen=True, slots=True)
class Entry:
    """A filled-in form for an account."""

    username: str
    first_name: str
    last_name: str
    password: str
    again: str
    terms: bool
    environment_name: str = ""


class Several(AppError):
    """More than one thing is wrong; each refusal belongs to its own field."""

    status = 422

    def __init__(self, refusals: tuple[AppError, ...]) -> None:
        super().__init__(N_("Not everything is right yet."))
        self.refusals = refusals


def address(text: str) -> str:
    """An e-mail address in the one form in which addresses are compared."""
    typed = one_line(text)
    if not typed:
        raise Unreadable("Enter your e-mail address.", field="email")
    try:
        checked = validate_email(typed, check_deliverability=False)
    except EmailNotValidError as error:
        raise Unreadable(
            "“%(text)s” is not an e-mail address; write it like name@company.nl.",
            field="email",
            text=typed[:100],
        ) from error
    if checked.ascii_email is None:
        raise Unreadable(
            "Before the @, this address has letters that not every mail server accepts; use another address.",
            field="email",
        )
    return str(checked.ascii_email).lower()


def domain_of(email: str) -> str:
    """The part after the @."""
    return email.rpartition("@")[2]


def one_line(text: str) -> str:
    """What was typed, on one line, without characters that cannot be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def username(entry: Entry) -> str:
    """A username as it is kept: capitals make no difference."""
    return one_line(entry.username).lower()


def check(entry: Entry, email: str, *, names_environment: bool = False) -> None:
    """Refuse what is wrong with a filled-in form, all of it at once."""
    refusals = [*_username(entry, email), *_names(entry), *_password(entry, email)]
    if names_environment:
        refusals += _environment_name(entry)
    if not entry.terms:
        refusals.append(
            Unreadable(
                "Read the terms and conditions and tick the box to accept them.", field="terms"
            )
        )
    if refusals:
        raise Several(tuple(refusals))


def check_password(password: str, again: str, email: str) -> None:
    """Refuse a new password that is too easy, or typed differently the second time."""
    entry = Entry("", "", "", password, again, terms=True)
    if refusals := tuple(_password(entry, email)):
        raise Several(refusals)


def _username(entry: Entry, email: str) -> Iterator[AppError]:
    name = username(entry)
    if not USERNAME.fullmatch(name):
        yield Unreadable(
            "A username has 3 to 128 letters, digits or . _ - + @ and no spaces.", field="username"
        )
    elif "@" in name and name != email:
        yield Unreadable(
            "A username with an @ must be your own address, %(email)s.",
            field="username",
            email=email,
        )


def _names(entry: Entry) -> Iterator[AppError]:
    if not one_line(entry.first_name):
        yield Unreadable("Enter your first name.", field="first_name")
    for field in ("first_name", "last_name"):
        if len(one_line(getattr(entry, field))) > LONGEST_NAME:
            yield Unreadable(
                "A name has at most %(most)s characters here.", field=field, most=LONGEST_NAME
            )


def _environment_name(entry: Entry) -> Iterator[AppError]:
    if not 2 <= len(one_line(entry.environment_name)) <= LONGEST_ENVIRONMENT_NAME:
        yield Unreadable(
            "Give your environment a name of 2 to %(most)s characters, such as that of your company.",
            field="environment_name",
            most=LONGEST_ENVIRONMENT_NAME,
        )


def _password(entry: Entry, email: str) -> Iterator[AppError]:
    if (refusal := _easy(entry, email)) is not None:
        yield refusal
    elif entry.password != entry.again:
        yield Unreadable("The two passwords differ; type the same one twice.", field="again")


def _easy(entry: Entry, email: str) -> AppError | None:
    password = entry.password
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return Unreadable(
            "A password has %(least)s to %(most)s characters; this one has %(count)s.",
            field="password",
            count=len(password),
            least=SHORTEST_PASSWORD,
            most=LONGEST_PASSWORD,
        )
    if password.lower() in _own_words(entry, email):
        return Unreadable(
            "Don't use your address or your name as password; choose something else.",
            field="password",
        )
    letters = re.sub(r"[^a-z]", "", password.lower())
    if len(set(password)) < FEWEST_DIFFERENT or letters in GUESSED_FIRST or not letters:
        return Unreadable(
            "This password is guessed in a moment; use a few words that only you would put together.",
            field="password",
        )
    return None


def _own_words(entry: Entry, email: str) -> set[str]:
    first, last = one_line(entry.first_name).lower(), one_line(entry.last_name).lower()
    names = {f"{first} {last}".strip(), first + last}
    return {email, email.partition("@")[0], domain_of(email), username(entry), *names}


def hashed(password: str) -> str:
    """The hash to keep. It takes a tenth of a second on purpose: not inside a transaction."""
    return generate_password_hash(password)


def right(kept: str | None, password: str) -> bool:
    """Whether it is the password; where there is none, this takes as long and says no."""
    return check_password_hash(kept or _nobodys_hash(), password) and bool(kept)


@functools.cache
def _nobodys_hash() -> str:
    return hashed(secrets.token_hex())
