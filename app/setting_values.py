"""How a setting is read from the process environment: trimmed, checked, or refused with a sentence."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import urlsplit

SHORTEST_TOKEN = 16
FILES = ("sqlite", "unix", "file")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SettingError(Exception):
    """A setting is missing or odd; the sentence names it and says what is expected."""


def text(env: Mapping[str, str], name: str) -> str:
    """What was written, or nothing."""
    return env.get(name, "").strip()


def number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number within bounds."""
    given = text(env, name) or str(default)
    if not (given.isascii() and given.isdigit() and least <= int(given) <= most):
        raise SettingError(f"{name} is “{given}”; write a whole number from {least} to {most}.")
    return int(given)


def choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of a few words."""
    given = text(env, name) or default
    if given not in allowed:
        raise SettingError(f"{name} is “{given}”; choose one of {', '.join(allowed)}.")
    return given


def some(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """Any of a few words, in their order; all of them when none is said."""
    chosen = (text(env, name) or ",".join(allowed)).replace(" ", "").split(",")
    if not set(chosen) <= set(allowed):
        raise SettingError(f"{name} is “{text(env, name)}”; choose from {', '.join(allowed)}.")
    return ",".join(part for part in allowed if part in chosen)


def token(env: Mapping[str, str], name: str) -> str:
    """A secret that is long enough, or none."""
    given = text(env, name)
    if given and len(given) < SHORTEST_TOKEN:
        raise SettingError(
            f"{name} has {len(given)} characters and needs {SHORTEST_TOKEN}; make one with “openssl rand -hex 16”."
        )
    return given


def key(env: Mapping[str, str], name: str) -> str:
    """A key that somebody else gave out, as it is sent in a header; never shown."""
    given = text(env, name)
    if not all("!" <= character <= "~" for character in given):
        raise SettingError(f"{name} has a space or an odd character in it; copy the key once more.")
    return given


def price(env: Mapping[str, str], name: str, default: str) -> Decimal:
    """An amount in euros."""
    given = text(env, name) or default
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,2})?", given, re.ASCII):
        raise SettingError(f"{name} is “{given}”; write an amount in euros, such as 0.25.")
    return Decimal(given)


def url(env: Mapping[str, str], name: str, examples: tuple[str, ...]) -> str:
    """An address of one of these kinds, or none."""
    given = text(env, name)
    schemes = tuple(example.partition(":")[0] + ":" for example in examples)
    if given and not (given.startswith(schemes) and complete(given)):
        raise SettingError(
            f"{name} is “{shown_url(given)}”; write it as {' or '.join(examples)}, or leave it empty."
        )
    return given


def service(env: Mapping[str, str], name: str, default: str, example: str) -> str:
    """The address of a service of others: with TLS, unless it is on this very machine."""
    given = (text(env, name) or default).rstrip("/")
    parts = urlsplit(given) if complete(given) else None
    if given and not (
        parts
        and not parts.query
        and not parts.username
        and (parts.scheme == "https" or (parts.scheme == "http" and (parts.hostname in LOOPBACK)))
    ):
        raise SettingError(f"{name} is “{shown_url(given)}”; write it as {example}.")
    return given


def certificates(env: Mapping[str, str], name: str) -> str:
    """A file with certificates to trust, or none."""
    given = text(env, name)
    if given:
        try:
            ssl.create_default_context().load_verify_locations(given)
        except OSError as error:  # what isn't PEM too
            raise SettingError(
                f"{name} is “{given}”; name a file with certificates in PEM form, or leave it empty."
            ) from error
    return given


def complete(url: str) -> bool:
    """Whether an address says where: a host with a possible port, or a file."""
    try:
        parts = urlsplit(url)
        return bool(parts.path.strip("/") if parts.scheme in FILES else parts.hostname) and (
            parts.port is None or parts.port > 0
        )
    except ValueError:  # a port that isn't a number
        return False


def shown_url(url: str) -> str:
    """An address as it may be shown: without its password."""
    password = urlsplit(url).password
    return url.replace(f":{password}@", ":…@", 1) if password else url
