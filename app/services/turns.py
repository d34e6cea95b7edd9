"""Organizations take turns, so that one with ten thousand invoices doesn't keep the others waiting.

Each turn is one step along an index, however much waits; see docs/adr/0008-batches.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select

from app.extensions import db

SEATS = 20  # organizations that share one batch

Take = Callable[[int, int], Sequence[int]]  # of this organization at most so many; their ids


class Turns:
    """Remembers, for one kind of work in this process, which organization was served last."""

    def __init__(self) -> None:
        self._served = 0

    def serve(self, waiting: Select[tuple[int]], at_most: int, take: Take) -> list[int]:
        """Give each organization whose turn it is its share of so many rows; the ids of all of them.

        ``waiting`` selects the organization ids of what waits; what one leaves, the rest shares.
        """
        column: Any = waiting.selected_columns[0]
        steps = waiting.order_by(column).limit(1)
        turns = self._next(lambda after: db.session.scalar(steps.where(column > after)))
        taken: list[int] = []
        for place, organization_id in enumerate(turns):
            share = -(-(at_most - len(taken)) // (len(turns) - place))
            taken += take(organization_id, share)
        return taken

    def _next(self, following: Callable[[int], int | None]) -> list[int]:
        """Those after the one that was served last, then from the first on."""
        turns: list[int] = []
        for start in (self._served, 0) if self._served else (0,):
            for organization_id in _along(following, start):
                if len(turns) == SEATS or organization_id in turns:
                    break
                turns.append(organization_id)
        self._served = turns[-1] if turns else 0
        return turns


def _along(following: Callable[[int], int | None], after: int) -> Iterator[int]:
    while (found := following(after)) is not None:
        yield found
        after = found
