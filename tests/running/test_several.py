"""A host that runs some of the parts: what it needs to be told, and what it starts."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from flask import Flask

from app.running import parts, several, waiting
from app.running.listening import listen
from config import SettingError, Settings
from tests.storage.test_s3 import answering

TOLD = {
    "DATABASE_URL": "postgresql://u:p@db.example/postiljon",
    "REDIS_URL": "redis://queue.example:6379/0",
    "STORAGE_URL": "s3://k:s@files.example/bucket",
    "SECRET_KEY": "k" * 32,
    "PUBLIC_URL": "https://invoices.example.nl",
}


def load(tmp_path: Path, **environ: str) -> Settings:
    return Settings.load({"DATA_DIR": str(tmp_path), **environ})


def test_a_host_that_runs_everything_needs_nothing(tmp_path: Path) -> None:
    several.refuse(load(tmp_path), {})


@pytest.mark.parametrize("chosen", ["web", "workers", "scheduler", "workers,scheduler"])
def test_a_part_is_accepted_when_everything_shared_is_named(tmp_path: Path, chosen: str) -> None:
    several.refuse(load(tmp_path, PARTS=chosen, **TOLD), TOLD)


@pytest.mark.parametrize("missing", list(TOLD))
def test_a_part_is_refused_naming_what_is_missing(tmp_path: Path, missing: str) -> None:
    told = {name: value for name, value in TOLD.items() if name != missing}

    with pytest.raises(SettingError, match=f"{missing} is missing; set it to"):
        several.refuse(load(tmp_path, PARTS="workers", **told), told)


def test_a_part_cannot_share_a_file_as_its_database(tmp_path: Path) -> None:
    told = {**TOLD, "DATABASE_URL": f"sqlite:///{tmp_path}/here.db"}

    with pytest.raises(SettingError, match="set it to a PostgreSQL"):
        several.refuse(load(tmp_path, PARTS="web", **told), told)


def test_a_shared_folder_is_a_storage_for_several_hosts(tmp_path: Path) -> None:
    told = {**TOLD, "STORAGE_URL": f"file://{tmp_path}"}

    several.refuse(load(tmp_path, PARTS="workers", **told), told)


@pytest.mark.parametrize(
    ("chosen", "words", "children"),
    [
        ("web", "the web", ["The web"]),
        ("workers", "2 workers", ["Worker 1", "Worker 2"]),
        ("scheduler", "the scheduler", ["The scheduler"]),
        (
            "web,workers,scheduler",
            "the web, 2 workers and the scheduler",
            ["The web", "Worker 1", "Worker 2", "The scheduler"],
        ),
    ],
)
def test_it_starts_what_was_chosen_and_says_so(
    app: Flask, tmp_path: Path, chosen: str, words: str, children: list[str]
) -> None:
    settings = load(tmp_path, PARTS=chosen, **TOLD)
    listener = listen("127.0.0.1", 0) if "web" in chosen else None
    try:
        started = [child.name for child in parts.children(app, settings, listener)]
    finally:
        if listener is not None:
            listener.close()

    assert several.names(settings) == words
    assert started == children


def test_mails_that_nobody_would_see_are_pointed_out(tmp_path: Path) -> None:
    advice = several.advice(load(tmp_path, PARTS="workers", **TOLD))

    assert advice is not None
    assert advice.startswith("MAIL_URL is empty")
    assert several.advice(load(tmp_path, PARTS="web", **TOLD)) is None
    assert several.advice(load(tmp_path)) is None


def test_a_server_that_comes_up_later_is_waited_for_and_that_is_said_once() -> None:
    said, up = list[str](), threading.Event()

    def ready() -> None:
        if not up.is_set():
            raise SettingError("The queue isn't there.")

    threading.Timer(1.5, up.set).start()
    waiting.until(ready, 90, said.append)

    (sentence,) = said
    assert sentence.split("\n")[0].strip() == "The queue isn't there."
    assert "up to 90 seconds" in sentence


def test_a_server_that_never_comes_up_is_refused_in_the_end() -> None:
    def ready() -> None:
        raise SettingError("The queue isn't there.")

    began = time.monotonic()
    with pytest.raises(SettingError, match="isn't there"):
        waiting.until(ready, 0, print)

    assert time.monotonic() - began < 60


def test_without_its_storage_a_host_starts_and_says_what_that_means(tmp_path: Path) -> None:
    said = list[str]()
    with answering(403, "AccessDenied") as (url, _):
        settings = load(tmp_path, STORAGE_URL=url, WAIT_SECONDS="0")
        waiting.for_storage(settings, said.append)

    (sentence,) = said
    assert "uploads are refused until it is back" in sentence
    assert "secret" not in sentence
