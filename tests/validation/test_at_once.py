"""Several threads check the first documents of a process."""

from __future__ import annotations

import threading
import time

import pytest

from app.validation import schema


def test_schemas_are_read_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = [0], [0]
    together = threading.Barrier(4)

    def read() -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.05)
        inside[0] -= 1

    def one() -> None:
        together.wait()
        schema._schema()

    monkeypatch.setattr(schema, "_read", read)
    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1]
