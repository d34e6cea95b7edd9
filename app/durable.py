"""Write a file whole or not at all, and be sure that it survives a power cut."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def write(path: Path, content: bytes) -> None:
    """Put these bytes there in one step: set aside, made durable, then renamed."""
    _make_folders(path.parent)
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as aside:
        try:
            aside.write(content)
            aside.flush()
            os.fsync(aside.fileno())
            os.rename(aside.name, path)
        except BaseException:
            Path(aside.name).unlink(missing_ok=True)
            raise
    flush(path.parent)  # a file is only safe once the folder that names it is


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    flush(folder.parent)


def flush(path: Path) -> None:
    """Be sure that this file, or what this folder names, survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
