"""The demonstration once for all its pages, and who can reach which."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterator

import pytest

from tests.pages.addresses import Finder, Seen, Walk
from tests.pages.town import Town
from tests.pages.town import town as filled
from tests.pages.variants import EVERYTHING
from tests.pages.words import Data


class Progress:
    """Tells what was looked at, as it comes in and in total: a run of everything takes its time."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self.terminal = terminal
        self.started, self.views, self.passed, self.failed = time.monotonic(), 0, 0, 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        views = dict(report.user_properties).get("views")
        if report.when != "call" or not isinstance(views, int):
            return
        self.views += views
        self.passed += report.passed
        self.failed += report.failed
        if EVERYTHING:
            name = report.nodeid.partition("::test_")[2]
            self.terminal.write_line(f"{self._minutes()}: {views} views, {report.outcome}: {name}")

    def pytest_terminal_summary(self) -> None:
        if self.views:
            self.terminal.write_line(
                f"{self.views} views of pages in {self._minutes()}; "
                f"of the walks {self.passed} found nothing wrong and {self.failed} did"
            )

    def _minutes(self) -> str:
        minutes, seconds = divmod(round(time.monotonic() - self.started), 60)
        return f"{minutes}:{seconds:02}"


@pytest.hookimpl(trylast=True)  # the terminal comes first
def pytest_configure(config: pytest.Config) -> None:
    """Only where the results come together; workers report to there."""
    if not hasattr(config, "workerinput"):
        terminal = config.pluginmanager.get_plugin("terminalreporter")
        config.pluginmanager.register(Progress(terminal), "pages-progress")


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
def seen() -> Callable[[str], Seen]:
    """What the roles before this one looked at, per share: the same page in another state is looked at once."""
    return functools.cache(lambda _share: {})


@pytest.fixture(scope="module")
def read() -> Callable[[str], Seen]:
    """The same of those whose words were read."""
    return functools.cache(lambda _share: {})


@pytest.fixture(scope="session")
def rejected() -> set[tuple[str, str]]:
    """The forms whose rejection somebody looked at already, and in which way."""
    return set()
