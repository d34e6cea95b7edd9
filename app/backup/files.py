"""The files that the rows of a snapshot name: where they are, and how they are called in an archive."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import Connection, select, union

from app import storage
from app.errors import AppError
from app.extensions import settings
from app.models import Blob, DocumentVersion, Organization, User
from app.services import marks
from app.storage import Store, Unreachable

log = logging.getLogger(__name__)

FILES, PICTURES = "files", "pictures"
_NAME = re.compile(r"(files|pictures)/([0-9a-f-]{36})/([0-9a-f]{64})")
AT_ONCE = 1000
TOGETHER = 8  # files that are waited for at once


@dataclass(frozen=True, slots=True)
class File:
    """Bytes by digest, under the organization or the person that they belong to."""

    kind: str
    owner: str
    digest: str

    @property
    def name(self) -> str:
        """What it is called in an archive."""
        return f"{self.kind}/{self.owner}/{self.digest}"

    @classmethod
    def parse(cls, name: str) -> File | None:
        """The file of this name; nothing for other parts of an archive."""
        found = _NAME.fullmatch(name)
        return cls(*found.groups()) if found else None


def store_of(kind: str) -> Store:
    """Where files of this kind are kept."""
    return storage.store(settings()) if kind == FILES else storage.pictures(settings())


def named(connection: Connection) -> Iterator[File]:
    """Every file that the rows of this moment name, once."""
    owners = Organization.public_id
    documents = union(
        select(owners, DocumentVersion.digest).join(
            DocumentVersion, DocumentVersion.organization_id == Organization.id
        ),
        select(owners, Blob.digest).join(Blob, Blob.organization_id == Organization.id),
    )
    faces = select(User.public_id, User.picture_digest).where(User.picture_digest.is_not(None))
    for kind, wanted in ((FILES, documents), (PICTURES, faces)):
        found = connection.execution_options(yield_per=AT_ONCE).execute(wanted)
        for owner, digest in found:
            yield File(kind, owner, digest)


def keep(wanted: Iterable[tuple[File, bytes]]) -> None:
    """Keep these files, a few at once: each waits for its disk or its bucket."""
    stores = {kind: store_of(kind) for kind in (FILES, PICTURES)}
    under_way: deque[Future[str]] = deque()
    with ThreadPoolExecutor(TOGETHER) as threads:
        for file, content in wanted:
            under_way.append(threads.submit(stores[file.kind].keep, file.owner, content))
            if len(under_way) >= TOGETHER:
                under_way.popleft().result()
        while under_way:
            under_way.popleft().result()


def fetched(wanted: Iterable[File]) -> Iterator[tuple[File, bytes | None]]:
    """Each file with its bytes, verified; without them where they are gone or damaged."""
    stores = {kind: store_of(kind) for kind in (FILES, PICTURES)}

    def fetch(file: File) -> bytes | None:
        try:
            return stores[file.kind].fetch(file.owner, file.digest)
        except Unreachable:
            raise  # the storage is away: that is no backup
        except AppError as error:
            log.warning("%s: %s", file.name, error.text)
            return None

    under_way: deque[tuple[File, Future[bytes | None]]] = deque()
    with ThreadPoolExecutor(TOGETHER) as threads:
        for file in wanted:
            under_way.append((file, threads.submit(fetch, file)))
            if len(under_way) >= TOGETHER:
                first, content = under_way.popleft()
                yield first, content.result()
        for first, content in under_way:
            yield first, content.result()


def empty() -> bool:
    """Whether no file is kept here yet."""
    found = (kept for kind in (FILES, PICTURES) for kept in store_of(kind).kept())
    return all(kept.organization == marks.NOBODY for kept in found)
