"""A PostgreSQL of the trial's own, as durable as it is delivered, that can be killed and started again."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import psutil
import psycopg2

from tests.postgres import _as_postgres, _free_port, binaries

USER, NAME = "postiljon", "postiljon"


class Cluster:
    """One database server with one database, owned by a user without special rights."""

    def __init__(self, folder: Path) -> None:
        found = binaries()
        if found is None:
            raise SystemExit("PostgreSQL isn't installed: apt-get install postgresql.")
        self._binaries = found
        self._home = folder / "postgres"
        self._home.mkdir(mode=0o700)
        self._who = _as_postgres()
        if self._who:
            os.chown(self._home, int(str(self._who["user"])), int(str(self._who["group"])))
            for above in (folder, *folder.parents[:-2]):
                above.chmod(above.stat().st_mode | 0o011)
        self._data = self._home / "data"
        self.port = _free_port()

    def start(self) -> None:
        """Make the cluster and the database."""
        init = [self._binaries / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust"]
        self._run([*init, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
        self._control("start")
        connection = psycopg2.connect(self.url("postgres", "postgres"))
        connection.autocommit = True
        with closing(connection), connection.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {USER} LOGIN CREATEROLE")
            cursor.execute(f"CREATE DATABASE {NAME} OWNER {USER}")

    def url(self, user: str = USER, name: str = NAME, port: int = 0) -> str:
        """The address of a database."""
        return f"postgresql://{user}@127.0.0.1:{port or self.port}/{name}"

    def kill_a_process(self, dice: random.Random) -> int:
        """Kill a process that serves the platform: the server then starts all of them anew."""
        children = self._postmaster().children()
        serving = [each for each in children if f" {USER} {NAME} " in " ".join(each.cmdline())]
        victim = dice.choice(serving or children)
        victim.kill()
        return int(victim.pid)

    def kill(self) -> int:
        """Kill the server; it is started again when its processes have noticed."""
        server = self._postmaster()
        children = server.children(recursive=True)
        server.kill()
        psutil.wait_procs([server, *children], timeout=30)
        self._start_again()
        return int(server.pid)

    def restart(self) -> None:
        """As after a power cut: no goodbyes."""
        self._control("restart", "-m", "immediate")

    def close(self) -> None:
        """Stop and forget."""
        with suppress(subprocess.CalledProcessError):
            self._control("stop", "-m", "immediate")
        shutil.rmtree(self._home, ignore_errors=True)

    def _start_again(self) -> None:
        # The last of the processes of the one that was killed may still hold the shared memory.
        deadline = time.monotonic() + 60
        while True:
            try:
                return self._control("start")
            except subprocess.CalledProcessError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)

    def _postmaster(self) -> psutil.Process:
        return psutil.Process(int((self._data / "postmaster.pid").read_text().split()[0]))

    def _control(self, *words: str) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 "
            f"-c unix_socket_directories={self._home} -c max_connections=60"
        )
        log = self._home / "log"
        self._run(
            [self._binaries / "pg_ctl", "-D", self._data, "-w", "-l", log, "-o", options, *words]
        )

    def _run(self, line: list[object]) -> None:
        quiet = subprocess.DEVNULL
        words = [str(word) for word in line]
        subprocess.run(words, check=True, stdout=quiet, stderr=quiet, cwd=self._home, **self._who)  # type: ignore[call-overload]  # the user to be
