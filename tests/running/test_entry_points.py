"""The other ways in: a server of the operator's choice, and the `flask` command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT
from tests.running.test_platform import environment


def python(code: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(data_dir),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["app", "application"])
def test_other_servers_find_the_application(tmp_path: Path, name: str) -> None:
    code = f"from gunicorn.util import import_app; print(import_app('run:{name}').name)"

    assert python(code, tmp_path).stdout == "app\n"


def test_importing_run_loads_no_application(tmp_path: Path) -> None:
    outcome = python("import run, sys; print('flask' in sys.modules)", tmp_path)

    assert outcome.stdout == "False\n"


def test_the_flask_command_finds_the_application(tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "run", "routes"],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stderr
    assert "/login/" in outcome.stdout


def test_migrating_makes_the_tables_without_starting_anything(tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "app.running.prepare"],
        cwd=ROOT,
        env=environment(tmp_path / "data"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (outcome.returncode, outcome.stdout) == (0, "The database is up to date.\n")
    assert (tmp_path / "data" / "postiljon.db").exists()
    assert not (tmp_path / "data" / "redis").exists()
