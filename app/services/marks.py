"""The mark that a platform leaves beside its files, so that a copy can tell that it is one.

The database knows which mark it left and where. A copy of the database alone finds no mark; a copy of
everything finds the mark in another place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app import durable, storage
from app.extensions import settings
from app.storage import Store
from app.storage.files import FileStore

NAME = "installation"
BUCKET = "bucket"
NOBODY = "00000000-0000-0000-0000-000000000000"  # the folder of no organization


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose files these are, and where the mark stands."""

    id: str
    place: str


def leave(installation: str) -> Mark:
    """Mark the files as those of this installation; machines that share the files share the mark."""
    store = storage.store(settings())
    if isinstance(store, FileStore):
        path = store.folder / NAME
        if _text(path) != installation:
            durable.write(path, installation.encode())
        return Mark(installation, _place(path))
    store.keep(NOBODY, installation.encode())
    return Mark(installation, BUCKET)


def found() -> str:
    """Whose mark stands beside the files already; a bucket has room for several."""
    store = storage.store(settings())
    return _text(store.folder / NAME) if isinstance(store, FileStore) else ""


def stands(mark: Mark) -> bool:
    """Whether this mark still stands where it was left."""
    store = storage.store(settings())
    if isinstance(store, FileStore):
        path = store.folder / NAME
        return _text(path) == mark.id and _place(path) == mark.place
    return mark.place == BUCKET and _in_bucket(store, mark.id)


def remove(installation: str) -> None:
    """Take the mark of this installation away: what is put here next is a copy."""
    store = storage.store(settings())
    if isinstance(store, FileStore):
        (store.folder / NAME).unlink(missing_ok=True)
    else:
        store.remove(NOBODY, storage.digest_of(installation.encode()))


def _in_bucket(store: Store, installation: str) -> bool:
    return store.has(NOBODY, storage.digest_of(installation.encode()))


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return ""


def _place(path: Path) -> str:
    # Copying a file gives the copy another number on its disk, whatever tool copies it.
    return str(path.stat().st_ino)
