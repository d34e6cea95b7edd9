"""Files that no row names: what an upload left that broke off between its bytes and its row.

Never during a backup, which copies files that rows of a moment ago named; and never young ones, whose
row may be on its way.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.errors import AppError
from app.extensions import db
from app.models import Blob, DocumentVersion, Organization, Setting, User
from app.models.types import now
from app.queue import stopping
from app.services import keeping
from app.storage import Kept, Store
from app.transactions import transaction

log = logging.getLogger(__name__)

PAUSED, POSITION = "removing_paused", "files_swept"
LONGEST_BACKUP = timedelta(
    hours=24
)  # one that was killed leaves its word behind: it ends by itself
MIN_AGE = timedelta(days=1)
ROUND_EVERY = timedelta(hours=20)
AT_ONCE = 200
GRACE = 2.0  # seconds between keeping bytes and the row that names them, generously


@contextmanager
def held_back() -> Iterator[None]:
    """Let no file be removed meanwhile."""
    word = str(uuid.uuid4())
    until = (now() + LONGEST_BACKUP).isoformat()
    _change(PAUSED, lambda words: {**words, word: until})
    try:
        yield
    finally:
        _change(PAUSED, lambda words: {key: value for key, value in words.items() if key != word})


def forget_pauses() -> None:
    """Take back every word of a backup; in a restored copy none is being made."""
    _change(PAUSED, lambda _words: {})


def sweep_files(seconds: float = 60) -> int:
    """Go on where the last sweep stopped, once around a day; the answer is how many files went."""
    until, removed = time.monotonic() + seconds, 0
    position = _value(POSITION)
    began = datetime.fromisoformat(position["began"]) if position else None
    if position.get("done") and began is not None and now() - began < ROUND_EVERY:
        return 0
    if not position or position["done"]:
        position = {"began": now().isoformat(), "after": 0, "done": False}
    for number, public_id in _organizations(position["after"]):
        if time.monotonic() > until or stopping() or paused():
            break
        removed += sweep_organization(number, public_id)
        position["after"] = number
    else:
        removed += sweep_pictures()
        position["done"] = True
    _change(POSITION, lambda _old: position)
    return removed


def sweep_organization(organization_id: int, public_id: str) -> int:
    """Remove old files of one organization that no row names; the answer is how many went."""
    store, removed = keeping.store(), 0
    before = now() - MIN_AGE
    old = (kept for kept in store.kept(public_id) if kept.kept_at < before)
    while batch := list(islice(old, AT_ONCE)):
        named = _named(organization_id, batch)
        forgotten = [kept for kept in batch if kept.digest not in named]
        if forgotten and paused():
            break
        removed += _remove(store, organization_id, forgotten)
    return removed


def sweep_pictures() -> int:
    """Remove old pictures of people that they no longer have; the answer is how many went."""
    store, removed, before = keeping.pictures(), 0, now() - MIN_AGE
    old = (kept for kept in store.kept() if kept.kept_at < before)
    while batch := list(islice(old, AT_ONCE)):
        shown = _shown(batch)
        for kept in batch:
            if (kept.organization, kept.digest) not in shown and not paused():
                store.remove(kept.organization, kept.digest)
                removed += 1
    return removed


def paused() -> bool:
    """Whether a backup is being made."""
    return any(datetime.fromisoformat(until) > now() for until in _value(PAUSED).values())


def _remove(store: Store, organization_id: int, forgotten: Sequence[Kept]) -> int:
    """Take files away; one that is kept anew this very moment is put back."""
    if not forgotten:
        return 0
    contents = dict(_fetched(store, forgotten))
    for kept in forgotten:
        if kept.digest in contents:
            store.remove(kept.organization, kept.digest)
    time.sleep(GRACE)
    wanted = _named(organization_id, forgotten) & contents.keys()
    for digest in wanted:
        store.keep(forgotten[0].organization, contents[digest])
    removed = len(contents) - len(wanted)
    log.info("%s files that no row names were removed", removed)
    return removed


def _fetched(store: Store, forgotten: Sequence[Kept]) -> Iterator[tuple[str, bytes]]:
    for kept in forgotten:
        try:
            yield kept.digest, store.fetch(kept.organization, kept.digest)
        except AppError as error:
            log.warning("%s/%s is left as it is: %s", kept.organization, kept.digest, error.text)


def _organizations(after: int) -> Sequence[tuple[int, str]]:
    with transaction(), tenancy.every_environment("whose files are looked through"):
        found = db.session.execute(
            select(Organization.id, Organization.public_id)
            .where(Organization.id > after)
            .order_by(Organization.id)
        ).all()
    return [(row.id, row.public_id) for row in found]


def _named(organization_id: int, batch: Sequence[Kept]) -> set[str]:
    digests = [kept.digest for kept in batch]
    found: set[str] = set()
    with transaction(), tenancy.every_environment("which files rows name"):
        for model in (DocumentVersion, Blob):
            found |= set(
                db.session.scalars(
                    select(model.digest).where(
                        model.organization_id == organization_id, model.digest.in_(digests)
                    )
                )
            )
    return found


def _shown(batch: Sequence[Kept]) -> set[tuple[str, str]]:
    people = {kept.organization for kept in batch}
    with transaction(), tenancy.every_environment("which pictures people have"):
        found = db.session.execute(
            select(User.public_id, User.picture_digest).where(User.public_id.in_(people))
        ).all()
    return {(row[0], row[1]) for row in found}


def _value(name: str) -> dict[str, Any]:
    with transaction(), tenancy.every_environment("sweep of files"):
        found = db.session.scalars(select(Setting.value).where(Setting.name == name)).one_or_none()
    return dict(found or {})


def _change(name: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    with transaction(), tenancy.every_environment("sweep of files"):
        row = db.session.get(Setting, name, with_for_update=True, populate_existing=True)
        if row is None:
            row = Setting(name=name, value={})
            db.session.add(row)
        row.value = change(dict(row.value))
