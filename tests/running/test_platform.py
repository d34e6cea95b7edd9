"""The whole platform as `python run.py` starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from redis import Redis
from redis.exceptions import RedisError

from app.running import listening
from config import ROOT, Settings
from tests.running.test_worker import until

SETTINGS = ("DATABASE_URL", "REDIS_URL", "MAIL_URL", "BIND", "PORT", "PUBLIC_URL", "SECRET_KEY")


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return {
        **kept,
        "DATA_DIR": str(data_dir),
        "WORKERS": "1",
        "WEB_WORKERS": "1",
        "WAIT_SECONDS": "1",
        **more,
    }


class Platform:
    """A started platform, its address and its processes."""

    def __init__(self, data_dir: Path) -> None:
        self.settings = Settings.load({"DATA_DIR": str(data_dir)})
        self._log = data_dir / "terminal"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "run.py"],
                cwd=ROOT,
                env=environment(data_dir),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(lambda: "Ctrl-C stops everything" in self.terminal() or self.ended(), 60)
        assert not self.ended(), self.terminal()

    @property
    def address(self) -> str:
        found = re.search(r"^ +(http://\S+)$", self.terminal(), re.M)
        assert found
        return found[1]

    def terminal(self) -> str:
        return self._log.read_text()

    def ended(self) -> bool:
        return self.process.poll() is not None

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.address, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def queue_answers(self) -> bool:
        try:
            return bool(Redis.from_url(self.settings.own_queue_url).ping())
        except RedisError:
            return False

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    started = Platform(tmp_path_factory.mktemp("p"))
    yield started
    if not started.ended():
        started.process.kill()
        started.process.wait()


def test_it_prints_an_address_that_answers(platform: Platform) -> None:
    assert platform.answers()
    assert "Set it up here: " + platform.address in platform.terminal()


def test_its_queue_is_its_own_and_private(platform: Platform) -> None:
    folder = platform.settings.queue_socket.parent

    assert platform.queue_answers()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(platform.settings.data_dir.stat().st_mode) & 0o077 == 0


def test_every_process_that_is_killed_is_there_again(platform: Platform) -> None:
    before = {child.pid for child in psutil.Process(platform.process.pid).children()}
    assert len(before) == 4  # queue, web, one worker, scheduler

    for pid in before:
        os.kill(pid, signal.SIGKILL)

    until(lambda: _fresh(platform, before), 90)
    until(platform.queue_answers)
    until(platform.answers)


def test_a_second_start_with_the_same_data_names_the_first(platform: Platform) -> None:
    second = start(environment(platform.settings.data_dir))

    assert second.returncode == 2
    assert f"already runs with DATA_DIR {platform.settings.data_dir}, at {platform.address}." in (
        second.stderr
    )


def test_ctrl_c_stops_all_of_it_and_it_starts_again(platform: Platform) -> None:
    family = platform.children()

    code = platform.stop()

    assert code == 0
    assert [child for child in family if child.is_running()] == []
    assert not platform.settings.queue_socket.exists()
    again = Platform(platform.settings.data_dir)
    try:
        assert again.answers()
    finally:
        again.stop()


def test_a_platform_that_is_killed_takes_everything_with_it_and_starts_again(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    killed = Platform(tmp_path_factory.mktemp("k"))
    family = killed.children()

    killed.process.kill()
    killed.process.wait()

    until(lambda: not any(child.is_running() for child in family), 60)
    again = Platform(killed.settings.data_dir)
    assert again.answers()
    assert again.stop() == 0


def test_the_next_free_port_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(listening, "FIRST_PORT", port)

        with listening.listen("127.0.0.1", 0) as found:
            assert found.getsockname()[1] > port


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("WORKERS", "many", "WORKERS is “many”; write a whole number from 0 to 64."),
        ("BIND", "0.0.0.0", "SECRET_KEY is missing"),
        ("REDIS_URL", "redis://127.0.0.1:1", "nothing answers there"),
        ("DATABASE_URL", "postgresql://127.0.0.1:1/x", "that database cannot be used"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(
    tmp_path: Path, setting: str, value: str, sentence: str
) -> None:
    refused = start(environment(tmp_path, **{setting: value}))

    assert refused.returncode == 2
    assert refused.stderr.startswith("Postiljon cannot start. ")
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_port_in_use_is_refused_by_name(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        refused = start(environment(tmp_path, PORT=str(port)))

    assert refused.returncode == 2
    assert f"PORT is {port} and something else listens there" in refused.stderr


def start(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "run.py"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _fresh(platform: Platform, before: set[int]) -> bool:
    now = {child.pid for child in psutil.Process(platform.process.pid).children()}
    return len(now) == 4 and not now & before
