"""The demonstration once for all its pages, and who can reach which."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator

import pytest

from tests.pages.addresses import Finder, Seen, Walk
from tests.pages.town import Town
from tests.pages.town import town as filled
from tests.pages.words import Data


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The platform with its demonstration; nothing that is done to it here changes much."""
    with filled(tmp_path_factory.mktemp("pages")) as made:
        yield made


@pytest.fixture(autouse=True)
def no_log() -> Iterator[None]:
    """Pages fail on purpose here, and it need not be read; only during these tests."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(before)


@pytest.fixture(scope="session")
def walk(town: Town) -> Callable[[str], Walk]:
    """What someone of this role can reach, looked for once."""
    return functools.cache(lambda role: Finder(town, role, "nl").run())


@pytest.fixture(scope="session")
def data(town: Town) -> Data:
    """What people wrote, which nobody translates."""
    return Data(town.app, town.folder)


@pytest.fixture(scope="module")
def seen() -> Seen:
    """What the roles before this one looked at: the same page in another state is looked at once."""
    return {}


@pytest.fixture(scope="module")
def read() -> Seen:
    """The same of those whose words were read."""
    return {}


@pytest.fixture(scope="session")
def rejected() -> set[str]:
    """The forms whose rejection somebody looked at already."""
    return set()
