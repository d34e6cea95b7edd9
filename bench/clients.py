"""Many browsers at once, in processes of their own, so that the one who measures isn't what is measured."""

from __future__ import annotations

import http.client
import itertools
import multiprocessing
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Load:
    """What was asked, and how it was answered."""

    seconds: float
    times: tuple[float, ...]  # milliseconds, ordered
    wrong: int  # answers that were no page

    @property
    def rate(self) -> float:
        """Requests for each second."""
        return len(self.times) / self.seconds

    def percentile(self, hundredth: int) -> float:
        """The time within which so many of a hundred were answered."""
        return percentile(self.times, hundredth)


def percentile(times: Sequence[float], hundredth: int) -> float:
    """The time within which so many of a hundred were answered."""
    return statistics.quantiles(times, n=100, method="inclusive")[hundredth - 1]


def ask(url: str, cookie: str, paths: Sequence[str], count: int, browsers: int = 8) -> Load:
    """Ask for these pages in turn, so many times in all, by some browsers that keep their connection."""
    context = multiprocessing.get_context("fork")  # no threads here yet, and they begin at once
    with context.Pool(2) as pool:
        began = time.monotonic()
        halves = pool.starmap(
            _browse, [(url, cookie, list(paths), count // 2, browsers // 2) for _half in range(2)]
        )
        seconds = time.monotonic() - began
    return Load(seconds, tuple(sorted(halves[0][0] + halves[1][0])), halves[0][1] + halves[1][1])


def _browse(
    url: str, cookie: str, paths: list[str], count: int, browsers: int
) -> tuple[list[float], int]:
    times: list[float] = []
    wrong: list[str] = []
    turn = iter(itertools.islice(itertools.cycle(paths), count))
    guard = threading.Lock()

    def browse() -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        while True:
            with guard:
                path = next(turn, None)
            if path is None:
                return
            began = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            times.append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                wrong.append(f"{path} {answer.status}")

    threads = [threading.Thread(target=browse) for _one in range(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, len(wrong)
