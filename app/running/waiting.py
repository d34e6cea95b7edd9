"""Servers that come up later than we do, as they do after a power cut: waited for, and not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable

from app import storage
from app.storage import Unreachable
from config import SettingError, Settings, shown_url

PAUSE = 0.5


def until(ready: Callable[[], None], seconds: float, say: Callable[[str], None]) -> None:
    """Try until it works; what is missing is said at once, and after so many seconds it is a refusal."""
    deadline, told = time.monotonic() + seconds, False
    while True:
        try:
            return ready()
        except SettingError as refusal:
            if time.monotonic() + PAUSE > deadline:
                raise
            if not told:
                say(f"    {refusal}\n    Waiting for it, up to {seconds:.0f} seconds …")
                told = True
        time.sleep(PAUSE)


def for_storage(settings: Settings, say: Callable[[str], None]) -> None:
    """Look whether documents can be kept; without it pages still work, so the start goes on."""

    def ready() -> None:
        try:
            storage.store(settings).check()
        except Unreachable as error:
            raise SettingError(without_storage(settings)) from error

    try:
        until(ready, settings.wait_seconds if settings.storage_url else 0, say)
    except SettingError as trouble:
        say(f"    {trouble}\n    Going on without it: uploads are refused until it is back.")


def without_storage(settings: Settings) -> str:
    """The sentence for the person at the terminal."""
    where = shown_url(settings.storage_url) or settings.data_dir
    return f"STORAGE_URL is “{where}” and documents cannot be kept there; the log says why."
