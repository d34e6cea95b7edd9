"""Servers for measuring: a PostgreSQL as it comes, apart from its memory, thrown away afterwards."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import _as_postgres, _free_port, binaries

# What anyone with ten million documents sets; whether a statement is kept safely stays as it comes.
SETTINGS = ("shared_buffers=1GB", "max_wal_size=8GB", "max_connections=60")


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of an empty database, while it lasts."""
    found = binaries()
    if found is None:
        raise SystemExit("PostgreSQL isn't installed: apt-get install postgresql.")
    home, who, port = folder / "postgres", _as_postgres(), _free_port()
    home.mkdir()
    if who:
        folder.chmod(0o755)
        os.chown(home, int(str(who["user"])), int(str(who["group"])))
    run = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": home}
    init = [found / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*init, "--locale=C.UTF-8", "--no-sync"], **run, **who)
    options = " ".join(f"-c {each}" for each in SETTINGS)
    options += f" -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home}"
    control = [found / "pg_ctl", "-D", home / "data", "-w"]
    subprocess.run([*control, "-l", home / "log", "-o", options, "start"], **run, **who)
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **run, **who)
