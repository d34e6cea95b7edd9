"""One supervisor per data folder: two would share a queue and a database file without knowing."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from config import SettingError

PATIENCE = 3.0  # seconds for the children of one that was killed to be gone


def take(data_dir: Path) -> int:
    """Hold the folder until this process and its children have ended."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(data_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + PATIENCE
    while not _locked(lock):
        if time.monotonic() > deadline:
            where = os.read(lock, 200).decode() or "an address that it will print soon"
            os.close(lock)
            raise SettingError(
                f"Postiljon already runs with DATA_DIR {data_dir}, at {where}. "
                "Stop it first, or set DATA_DIR to another folder."
            )
        time.sleep(0.05)
    os.ftruncate(lock, 0)
    return lock


def note(lock: int, address: str) -> None:
    """Leave the address for whoever tries to start a second one."""
    os.pwrite(lock, address.encode(), 0)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
