"""``python run.py`` starts everything; ``run:application`` is the application for other servers."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from app.running import start


def __getattr__(name: str) -> Any:
    """Make the application when a server or the ``flask`` command asks for it, and not before.

    The supervisor checks settings and starts the queue first; loading takes longer than both.
    """
    if name not in ("app", "application"):
        raise AttributeError(name)
    globals()[name] = importlib.import_module("app.application").create_app()
    return globals()[name]


if __name__ == "__main__":
    sys.exit(start.main())
