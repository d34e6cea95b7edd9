"""A year before today for the demonstration, so that lists and figures look as after a while of use."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from app.invoice.wording import N_
from app.models.types import now
from app.outcome import Outcome, Result
from app.services import demonstration_past, specimens
from app.services.demonstration_firms import CAFE
from app.services.demonstration_past import Past, Side
from app.services.specimens import Order

DAYS = 364
LATELY = 30  # days that staff look at one by one
SATURDAY = 5
BREADS = (
    Order("Volkorenbrood", 40, Decimal("2.35")),
    Order("Desembrood", 24, Decimal("3.10")),
    Order("Krentenbollen", 60, Decimal("0.85")),
    Order("Stokbrood", 36, Decimal("1.95")),
)
BEERS = (
    Order("Krat Zilverberg tripel", 6, Decimal("24.50")),
    Order("Krat Zilverberg blond", 10, Decimal("19.75")),
    Order("Bostel voor speltbrood", 3, Decimal("12.00")),
)
# What went wrong before it went well, and how often that happens in a hundred mails.
TROUBLES = (
    (10, Outcome(Result.REFUSED, "mailbox_gone", N_("The mailbox doesn't exist."))),
    (
        7,
        Outcome(Result.REFUSED, "gave_up", N_("We tried for two days and could not hand it over.")),
    ),
)


def make(baker: Side, brewer: Side) -> None:
    """What the two customers sent each other, and the baker to the café, on the days before today."""
    demonstration_past.write(list(_year(baker, brewer, now().date())))


def _year(baker: Side, brewer: Side, today: date) -> Iterator[Past]:
    """The same dice each time: the demonstration is the same for everyone on one day."""
    dice = random.Random(7)  # noqa: S311  # no secret
    numbers: Counter[str] = Counter()
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        for hour in sorted(dice.sample(range(8, 17), _how_many(day, back, dice))):
            at = datetime(
                day.year, day.month, day.day, hour, dice.randrange(60), tzinfo=now().tzinfo
            )
            yield _one(baker, brewer, at, dice, numbers)


def _how_many(day: date, back: int, dice: random.Random) -> int:
    """More as the year goes on, less in summer, nothing at the weekend."""
    if day.weekday() >= SATURDAY:
        return 0
    if back <= LATELY:
        return dice.choice((0, 1, 1, 2, 3))
    busy = 0.4 + 0.5 * (DAYS - back) / DAYS - (0.2 if day.month in (7, 8) else 0)
    return int(dice.random() < busy)


def _one(
    baker: Side, brewer: Side, at: datetime, dice: random.Random, numbers: Counter[str]
) -> Past:
    """One of three ways: brewer to baker, baker to brewer, or baker to the café by mail."""
    way = dice.choice(("beer", "bread", "bread", "mail", "mail"))
    seller, letter, orders = (brewer, "Z", BEERS) if way == "beer" else (baker, "K", BREADS)
    series = f"{letter}-{at:%y%m}"
    numbers[series] += 1
    order = dice.choice(orders)
    return Past(
        at=at,
        seller=seller,
        buyer={"beer": baker, "bread": brewer}.get(way),
        party=specimens.party({"beer": baker[2], "bread": brewer[2]}.get(way, CAFE)),
        number=f"{series}{numbers[series]:02}",
        order=Order(order.what, order.pieces + dice.randrange(12), order.price),
        took=timedelta(seconds=_seconds(way, dice)),
        trouble=_trouble(dice) if way == "mail" else None,
    )


def _seconds(way: str, dice: random.Random) -> float:
    """Inside the platform it takes a moment; a mail server sometimes wants to be asked again."""
    if way != "mail":
        return dice.uniform(0.4, 9)
    return dice.choices(
        (dice.uniform(2, 10), dice.uniform(15, 50), dice.uniform(120, 2400)), (6, 3, 1)
    )[0]


def _trouble(dice: random.Random) -> Outcome | None:
    thrown = dice.randrange(100)
    for often, outcome in TROUBLES:
        if thrown < often:
            return outcome
        thrown -= often
    return None
