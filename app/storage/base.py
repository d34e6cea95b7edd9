"""What every store promises, whether it keeps files on disk or objects in a bucket."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.errors import AppError, Conflict, NotFound
from app.invoice.wording import N_

FULL = N_("The storage is full; nothing was stored. Tell the operator of this platform.")
SILENT = N_("The storage doesn't answer right now. Try again in a few minutes.")
GONE = N_("The file of this document is gone. Tell the operator.")
DAMAGED = N_("The file of this document is damaged. Tell the operator.")
_NAME = re.compile(r"[0-9a-f-]{36}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Unreachable(AppError):
    """The storage cannot be used now; the same call may work later."""

    status = 503


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept file, as a sweep or a backup sees it."""

    organization: str
    digest: str
    size: int
    kept_at: datetime  # when it was last kept, which may be the second time


class Store(Protocol):
    """Bytes by digest, each organization apart. No call may be made inside a transaction."""

    def keep(self, organization: str, content: bytes) -> str:
        """Keep the bytes safely; the answer is their digest. Twice is once, and counts as new."""

    def fetch(self, organization: str, digest: str) -> bytes:
        """The bytes with this digest, whole and unchanged."""

    def has(self, organization: str, digest: str) -> bool:
        """Whether bytes with this digest are kept; it doesn't read them."""

    def remove(self, organization: str, digest: str) -> None:
        """Take the bytes away; once gone they may be removed again."""

    def kept(self, organization: str | None = None) -> Iterator[Kept]:
        """Everything that is kept, of one organization or of all, in order of its name."""

    def check(self) -> None:
        """Come back when the storage can be used, or say why not."""

    def prepare(self) -> None:
        """Make the place where bytes are kept, if it isn't there yet."""


def digest_of(content: bytes) -> str:
    """The name of these bytes."""
    return hashlib.sha256(content).hexdigest()


def name_of(organization: str, digest: str) -> str:
    """Where bytes stand inside a store: the organization first, so that it can be taken as a whole."""
    # Both come from our own rows; a path from elsewhere must never get this far.
    if not _NAME.fullmatch(organization) or not _DIGEST.fullmatch(digest):
        raise ValueError("not the name of a kept file")
    return f"{organization}/{digest[:2]}/{digest}"


def parts_of(name: str) -> tuple[str, str] | None:
    """The organization and digest of a name; nothing for what isn't one of ours."""
    parts = name.split("/")
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]) or not _DIGEST.fullmatch(parts[2]):
        return None
    return parts[0], parts[2]


def whole(content: bytes | None, digest: str) -> bytes:
    """The bytes that were fetched, if they are there and what they should be."""
    if content is None:
        raise NotFound(GONE)
    if digest_of(content) != digest:
        raise Conflict(DAMAGED)
    return content
