"""Keep and fetch bytes by digest, under the one that they belong to.

The same bytes of two organizations are two files: nothing is ever shared between customers.
"""

from __future__ import annotations

import importlib
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.storage.base import Kept, Store, Unreachable, digest_of
from app.storage.files import FileStore
from app.storage.place import Place
from config import Settings

__all__ = ["Kept", "Store", "Unreachable", "digest_of", "pictures", "store"]


def store(settings: Settings) -> Store:
    """Where these settings keep documents; every caller in a process shares one."""
    return _store(settings.storage_url, settings.data_dir, "files")


def pictures(settings: Settings) -> Store:
    """Where these settings keep pictures of people, each under that person."""
    return _store(settings.storage_url, settings.data_dir, "pictures")


@lru_cache(maxsize=8)
def _store(url: str, data_dir: Path, kind: str) -> Store:
    if not url.startswith("s3:"):
        shared = unquote(urlsplit(url).path)
        return FileStore((Path(shared) if shared else data_dir) / kind)
    # Its client takes 20 MB of memory in each process: only for those who use it.
    made: Store = importlib.import_module("app.storage.s3").S3Store(Place.parse(url), kind)
    return made
