"""Raises real workers, each of which comes to rest at one chosen beat, so that a test can kill it there.

Runs as a process of its own: loads the application once and forks a worker for every line it reads.
The product knows nothing of this: its functions are wrapped here. PDF files are left out, because
making them takes most of the time and none of the risk; and waits between tries are short.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import queue, rendering
from app.application import create_app
from app.mail import smtp
from app.models import Route
from app.running import processes, worker
from app.services import arriving, claiming, delivering, outcomes
from config import Settings


class Rest:
    """Comes to rest at a call of one kind, after letting some pass."""

    def __init__(self, marker: str, skip: int) -> None:
        self._marker = Path(marker)
        self._left = skip

    def come(self) -> None:
        """Say “here I am” and wait for the end."""
        if self._left:
            self._left -= 1
            return
        self._marker.touch()
        time.sleep(600)


def after(module: Any, name: str, rest: Rest, matters: Callable[[Any], bool]) -> None:
    """Rest after this function, when its answer matters."""
    original = getattr(module, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        answer = original(*args, **kwargs)
        if matters(answer):
            rest.come()
        return answer

    setattr(module, name, wrapped)


def before(module: Any, name: str, rest: Rest, matters: Callable[..., bool]) -> None:
    """Rest before this function, when what it is given matters."""
    original = getattr(module, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if matters(*args):
            rest.come()
        return original(*args, **kwargs)

    setattr(module, name, wrapped)


def arrange(beat: str, route: str, rest: Rest) -> None:
    """Where to rest: after the claim, while handing over, or when it is to be recorded."""
    if beat == "claim":
        after(claiming, "claim_some", rest, lambda got: got and got[0].route == route)
    elif (beat, route) == ("hand", Route.EMAIL):
        before(smtp, "_hand_over", rest, lambda *_: True)
    elif (beat, route) == ("hand", Route.PLATFORM):
        after(arriving, "copy", rest, lambda _: True)
    elif (beat, route) == ("record", Route.EMAIL):
        before(delivering, "record", rest, lambda parcel, _: parcel.route == Route.EMAIL)
    elif (beat, route) == ("record", Route.PLATFORM):
        after(outcomes, "_apply", rest, lambda _: True)


def raise_worker(line: dict[str, Any], settings: Settings, nursery: int) -> None:
    """Become a worker, for as long as there is a nursery."""
    processes.die_with(nursery)
    if line["beat"]:
        arrange(line["beat"], line["route"], Rest(line["marker"], line["skip"]))
    worker.main(settings.redis_url, [queue.QUEUE, queue.SLOW])


def main() -> None:
    """Fork a worker for each line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    settings, nursery = Settings.load(), os.getpid()
    create_app(settings)
    rendering.pdf = lambda *_: b"%PDF-1.7 left out"
    outcomes.WAITS = dict.fromkeys(outcomes.WAITS, (0, *[1] * 9))
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            raise_worker(json.loads(line), settings, nursery)
            os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
