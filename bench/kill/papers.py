"""The invoices of a trial, each with a number that no other has."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.kill.town import ADDRESS, NUMBER

BY_MAIL = 0.3


@dataclass(frozen=True, slots=True)
class Paper:
    """One invoice: who sends it, and where it has to arrive."""

    number: str
    sender: int
    receiver: int | None  # which organization of the platform; nobody: by mail
    address: str
    content: bytes

    @property
    def digest(self) -> str:
        """Its bytes in short."""
        return hashlib.sha256(self.content).hexdigest()


def write(town: Mapping[str, Any], count: int, dice: random.Random) -> list[Paper]:
    """So many invoices, in a mixed order."""
    return [_paper(town, number, dice) for number in range(count)]


def _paper(town: Mapping[str, Any], count: int, dice: random.Random) -> Paper:
    sender = count % len(town["senders"])
    firm, number = town["senders"][sender], f"K{count:06d}"
    if dice.random() < BY_MAIL:
        address = f"m{count:06d}@klant.example"
        text = firm["by_mail"].replace(ADDRESS, address)
        receiver = None
    else:
        receiver, address = dice.randrange(len(town["receivers"])), ""
        text = firm["across"][receiver]
    return Paper(number, sender, receiver, address, text.replace(NUMBER, number).encode())
