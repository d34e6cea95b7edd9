"""Two at once, on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import tenancy
from app.errors import AppError
from app.extensions import db
from app.models import Environment, EnvironmentDomain, Purpose, User
from app.services import joining, links, operators
from app.services.credentials import Entry
from app.services.installation import setup_token
from app.transactions import transaction
from tests.accounts.visitor import PASSWORD

AT_ONCE = 6


def _entry(username: str) -> Entry:
    return Entry(username, "Jan", "Jansen", PASSWORD, PASSWORD, terms=True)


def _together(app: Flask, works: list[Callable[[], object]]) -> list[object]:
    """Do it all in one moment, each in a thread and context of its own."""
    start, answers = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                answers.append(work())
            except AppError as error:
                answers.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _links(*emails: str) -> list[str]:
    with transaction(), tenancy.every_environment("test"):
        return [links.make(Purpose.ACTIVATE, email) for email in emails]


def _count(model: type) -> int:
    with transaction(), tenancy.every_environment("test"):
        return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def _first_of_a_domain(app: Flask) -> None:
    tokens = _links(*(f"jan{number}@bakkerij.nl" for number in range(AT_ONCE)))
    works = [
        lambda token=token, number=number: joining.register(token, _entry(f"jan{number}"), "nl")
        for number, token in enumerate(tokens)
    ]

    answers = _together(app, works)

    assert all(isinstance(answer, joining.Welcome) for answer in answers), answers
    assert Counter(answer.made for answer in answers) == {True: 1, False: AT_ONCE - 1}
    assert (_count(Environment), _count(EnvironmentDomain), _count(User)) == (1, 1, AT_ONCE)


def _one_link(app: Flask) -> None:
    [token] = _links("jan@bakkerij.nl")
    works = [
        lambda number=number: joining.register(token, _entry(f"jan{number}"), "nl")
        for number in range(AT_ONCE)
    ]

    answers = _together(app, works)

    assert sum(isinstance(answer, joining.Welcome) for answer in answers) == 1
    assert _count(User) == 1


def _one_username(app: Flask) -> None:
    tokens = _links(*(f"jan@bakkerij{number}.nl" for number in range(AT_ONCE)))

    answers = _together(
        app, [lambda token=token: joining.register(token, _entry("jan"), "nl") for token in tokens]
    )

    refused = [answer for answer in answers if isinstance(answer, AppError)]
    assert len(refused) == AT_ONCE - 1
    assert {error.field for error in refused} == {"username"}
    assert (_count(User), _count(Environment)) == (1, 1)


def _one_address(app: Flask) -> None:
    tokens = _links(*["jan@bakkerij.nl"] * AT_ONCE)
    works = [
        lambda token=token, number=number: joining.register(token, _entry(f"jan{number}"), "nl")
        for number, token in enumerate(tokens)
    ]

    answers = _together(app, works)

    assert sum(isinstance(answer, joining.Welcome) for answer in answers) == 1
    assert (_count(User), _count(Environment)) == (1, 1)


def _set_up(app: Flask) -> None:
    token = setup_token()
    works = [
        lambda number=number: operators.set_up(
            token, f"otto{number}@operator.nl", _entry(f"otto{number}"), "nl"
        )
        for number in range(AT_ONCE)
    ]

    answers = _together(app, works)

    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert _count(User) == 1


RACES = [_first_of_a_domain, _one_link, _one_username, _one_address, _set_up]
NAMES = [race.__name__.strip("_").replace("_", " ") for race in RACES]


@pytest.mark.parametrize("race", RACES, ids=NAMES)
def test_of_several_at_once_the_right_ones_win(context, race):
    race(context)


@pytest.mark.postgres
@pytest.mark.parametrize("race", RACES, ids=NAMES)
def test_of_several_at_once_the_right_ones_win_on_postgres(postgres_app, race):
    with postgres_app.app_context():
        race(postgres_app)
