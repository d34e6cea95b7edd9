"""What people find: recipients in their inbox, senders in their outbox, page after page until the end."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from bench.kill.window import NoAnswer, Window

Answer = TypeVar("Answer")
TRIES = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list."""

    number: str
    public_id: str
    state: str
    sentence: str


def lines(window: Window, path: str) -> Iterator[Line]:
    """Every row of a list, newest first."""
    while path:
        page = patiently(window.page, path)
        for row in page.xpath("//tbody/tr"):
            yield _line(row)
        older = page.xpath("//nav[@class='paging']//a[@rel='next']/@href")
        path = str(older[0]) if older else ""


def digest(window: Window, public_id: str) -> str:
    """What a person downloads, in short."""
    content = patiently(window.content, f"/documents/{public_id}/xml")
    return hashlib.sha256(content).hexdigest()


def decide(window: Window, line: Line, arrived: bool) -> None:
    """A person asked the recipient, and says so on the document's page."""
    show = f"/documents/show/{line.public_id}"
    found = patiently(window.page, show).xpath("//input[@name='delivery']/@value")
    fields = [("delivery", str(found[0])), ("arrived", "yes" if arrived else "no")]
    patiently(lambda path: window.send(path, fields), f"/documents/{line.public_id}/resolve")


def patiently(ask: Callable[[str], Answer], path: str) -> Answer:
    """As people do: once more when there is no answer."""
    for _ in range(TRIES):
        try:
            return ask(path)
        except NoAnswer:
            time.sleep(0.5)
    return ask(path)


def _line(row: Any) -> Line:
    link = row.xpath(".//a[@class='row-link']")[0]
    state = row.xpath("string(.//span[starts-with(@class, 'pill')])")
    sentence = row.xpath("string(.//small[contains(@class, 'next-step')])")
    public_id = link.get("href").rpartition("/")[2]
    return Line(link.text_content().strip(), public_id, state.strip(), " ".join(sentence.split()))
