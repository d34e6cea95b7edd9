"""The software of the senders: uploads, and tries again with the same bytes until it has a receipt."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.kill.papers import Paper
from bench.kill.window import TIMEOUT, NoAnswer, Window

AT_ONCE = 10  # files in one upload
IMPATIENT, HURRY = 0.03, 0.15  # some hang up early: share, seconds
PAUSE = 0.4  # seconds before the next try …
READING = 2.0  # … and while the platform still reads what was uploaded
_SHOW = re.compile(r"/documents/show/([0-9a-f-]{36})")


@dataclass
class Books:
    """What all clients together wrote down."""

    receipts: dict[str, str] = field(default_factory=dict)  # number to public id
    ready: set[str] = field(default_factory=set)  # public ids that had no errors
    sent: set[str] = field(default_factory=set)
    answered_at: list[float] = field(default_factory=list)
    no_answer: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Client(threading.Thread):
    """One sender's software, at work on its own invoices."""

    def __init__(
        self,
        window: Window,
        organization: str,
        papers: Sequence[Paper],
        books: Books,
        dice: random.Random,
    ) -> None:
        super().__init__(daemon=True)
        self._window, self._organization, self._papers = window, organization, papers
        self._books, self._dice = books, dice

    def run(self) -> None:
        """Batch after batch."""
        for start in range(0, len(self._papers), AT_ONCE):
            batch = self._papers[start : start + AT_ONCE]
            self._until(lambda: self._upload(batch))  # noqa: B023  # called at once
            self._until(lambda: self._send_ready(batch))  # noqa: B023
            self._until(lambda: self._send(batch))  # noqa: B023

    def _until(self, done: Callable[[], bool]) -> None:
        while True:
            try:
                if done():
                    return
            except NoAnswer as error:
                self._books.no_answer[str(error)] += 1
            time.sleep(PAUSE * self._dice.uniform(0.5, 1.5))

    def _upload(self, batch: Sequence[Paper]) -> bool:
        """Hand in what has no receipt yet; whether all have one now."""
        left = {f"{each.number}.xml": each for each in batch if not self._has(each)}
        if not left:
            return True
        files = [("files", (name, each.content, "text/xml")) for name, each in left.items()]
        hurry = HURRY if self._dice.random() < IMPATIENT else TIMEOUT
        fields = [("organization", self._organization)]
        page = self._window.send("/documents/upload", fields, files, timeout=hurry)
        for item in page.xpath("//ul[@class='results']/li"):
            self._note(left, item)
        ready = page.xpath("//form[@action='/documents/send-many']//input[@name='document']/@value")
        self._books.ready.update(str(each) for each in ready)
        self._books.answered_at.append(time.monotonic())
        return all(self._has(each) for each in batch)

    def _note(self, left: Mapping[str, Paper], item: Any) -> None:
        paper = left.get(item.xpath("string(h2)"))
        link = _SHOW.search(" ".join(item.xpath(".//a/@href")))
        if paper is None:
            return
        if link is None:
            self._books.refused[" ".join(item.xpath("string(p)").split())] += 1
        elif item.get("class") == "bad":
            self._books.wrong.append(f"{paper.number}: {' '.join(item.text_content().split())}")
            self._books.receipts[paper.number] = link[1]
        else:
            self._books.receipts[paper.number] = link[1]

    def _send_ready(self, batch: Sequence[Paper]) -> bool:
        """Press Send for all that the page of results offered."""
        ready = [each for each in batch if self._books.receipts[each.number] in self._books.ready]
        return self._send(ready)

    def _send(self, batch: Sequence[Paper]) -> bool:
        """Press Send for those that aren't on their way; twice is once."""
        left = [each for each in batch if each.number not in self._books.sent]
        if not left:
            return True
        fields = [("document", self._books.receipts[each.number]) for each in left]
        page = self._window.send("/documents/send-many", fields)
        refusals = page.xpath("//*[contains(@class, 'alert-danger')]")
        for each in refusals:
            self._books.refused[" ".join(each.text_content().split())] += 1
        if not page.xpath("//*[@role='status']//*[contains(@class, 'toast-line')]") or refusals:
            time.sleep(READING)
            return False
        self._books.sent.update(each.number for each in left)
        return True

    def _has(self, paper: Paper) -> bool:
        return paper.number in self._books.receipts
