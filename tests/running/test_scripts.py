"""What `make` calls: says exactly what is missing, and removes nothing without asking."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from config import ROOT

TOOLS = ("bash", "env", "find", "id", "dirname", "rm", "flock", "true")


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A PATH with the shell's own tools and nothing that Postiljon needs."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in TOOLS:
        (programs / tool).symlink_to(shutil.which(tool) or tool)
    return programs


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run(
    script: str, *arguments: str, path: Path, typed: str = "", cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(cwd / "scripts" / script), *arguments],
        env={"PATH": str(path), "LANG": "C.UTF-8"},
        cwd=cwd,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_there_is_not_installed_again(bare_machine: Path) -> None:
    program(bare_machine, "chromium", "exit 0")
    program(bare_machine, "redis-server", "exit 0")

    outcome = run("system_packages.sh", "browser", "redis", path=bare_machine)

    assert (outcome.returncode, outcome.stdout) == (0, "")


def test_without_root_the_exact_command_is_printed(bare_machine: Path) -> None:
    program(bare_machine, "apt-get", "exit 0")
    program(bare_machine, "id", "echo 1000")
    program(bare_machine, "sudo", "exit 1")

    outcome = run("system_packages.sh", "browser", "redis", path=bare_machine)

    assert outcome.returncode == 1
    assert (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium redis-server"
        in outcome.stderr
    )


@pytest.mark.parametrize("root", [True, False])
def test_as_root_or_with_a_sudo_that_asks_nothing_it_installs(
    bare_machine: Path, tmp_path: Path, root: bool
) -> None:
    program(bare_machine, "id", f"echo {0 if root else 1000}")
    program(bare_machine, "sudo", 'shift; exec "$@"')
    program(bare_machine, "apt-get", f'echo "$@" >> {tmp_path}/asked')

    outcome = run("system_packages.sh", "browser", path=bare_machine)

    assert outcome.returncode == 0
    assert "chromium" in (tmp_path / "asked").read_text()


def test_on_another_system_the_packages_are_named(bare_machine: Path) -> None:
    outcome = run("system_packages.sh", "browser", path=bare_machine)

    assert outcome.returncode == 1
    assert "missing (Debian’s names): chromium" in outcome.stderr


def test_an_old_python_is_refused_with_its_version(bare_machine: Path) -> None:
    program(bare_machine, "python3", '[ "$1" = --version ] && echo Python 3.9.2 || exit 1')

    outcome = run("make_venv.sh", path=bare_machine)

    assert outcome.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.9.2" in outcome.stderr


def test_a_missing_python_is_named(bare_machine: Path) -> None:
    outcome = run("make_venv.sh", path=bare_machine)

    assert outcome.returncode == 1
    assert "apt-get install python3 python3-venv" in outcome.stderr


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A copy of the project's scripts beside kept data."""
    (tmp_path / "copy").mkdir()
    shutil.copytree(ROOT / "scripts", tmp_path / "copy" / "scripts")
    (tmp_path / "copy" / "var").mkdir()
    (tmp_path / "copy" / "var" / "run.lock").touch()
    return tmp_path / "copy"


@pytest.mark.parametrize(("typed", "removed"), [("yes\n", True), ("y\n", False), ("", False)])
def test_reset_asks_first(bare_machine: Path, kept: Path, typed: str, removed: bool) -> None:
    run("reset.sh", path=bare_machine, typed=typed, cwd=kept)

    assert (kept / "var").exists() is not removed


def test_reset_refuses_while_the_platform_runs(bare_machine: Path, kept: Path) -> None:
    lock = os.open(kept / "var" / "run.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)

    outcome = run("reset.sh", path=bare_machine, typed="yes\n", cwd=kept)

    os.close(lock)
    assert outcome.returncode == 1
    assert "Postiljon is running" in outcome.stderr
    assert (kept / "var").exists()
