"""The queue is away: the first who notices waits for it, nobody after that, and everyone knows when it is back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Unconnected
from redis.exceptions import TimeoutError as Silent
from redis.retry import Retry

LOOK_EVERY = 0.5  # seconds between two looks whether it is back
NOBODY_ASKS = 30.0  # seconds after which looking makes no sense any more
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class RememberedOutage(Retry):
    """Try once more at once, because a kept connection may be stale; then remember that it is away.

    Requests must not wait for a queue that is gone, one after another: while a thread of its own looks
    whether it is back, every call fails at once.
    """

    def __init__(self, probe: Callable[[], object]) -> None:
        super().__init__(NoBackoff(), 1)
        self._probe = probe
        self._lock = threading.Lock()
        self._looking: threading.Thread | None = None
        self._asked = 0.0

    __hash__ = Retry.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __deepcopy__(self, _memo: dict[int, Any]) -> RememberedOutage:
        return self  # the client copies it for every connection; all of them share what is known

    def call_with_retry(
        self,
        do: Callable[[], Answer],
        fail: Callable[..., Any],
        is_retryable: Callable[[Exception], bool] | None = None,
        with_failure_count: bool = False,
    ) -> Answer:
        """Do it, unless the queue is known to be away."""
        if self.away():
            raise Unconnected("the queue was away a moment ago")
        try:
            return super().call_with_retry(do, fail, is_retryable, with_failure_count)
        except (Unconnected, Silent):
            self._look_for_it()
            raise

    def away(self) -> bool:
        """Whether it was away a moment ago; a process that was forked meanwhile looks for itself."""
        self._asked = time.monotonic()
        looking = self._looking
        return looking is not None and looking.is_alive()

    def _look_for_it(self) -> None:
        with self._lock:
            if not self.away():
                self._looking = threading.Thread(target=self._look, daemon=True, name="queue away")
                self._looking.start()

    def _look(self) -> None:
        log.warning("the queue is away; sweeps find everything when it is back")
        pause = threading.Event()
        while time.monotonic() < self._asked + NOBODY_ASKS:
            pause.wait(LOOK_EVERY)
            try:
                self._probe()
            except (Unconnected, Silent, OSError):
                continue
            log.warning("the queue is back")
            return
