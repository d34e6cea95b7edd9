"""What all hosts share, each server on a host of its own: database, queue, storage, mail."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from redis import Redis
from rq import Worker

from app.running import queue_server
from app.running.scheduler import LEASE
from bench.hosts.network import SUBNET, Network
from bench.kill.post_office import DOMAIN, Record
from config import ROOT
from tests.postgres import _as_postgres, binaries
from tests.s3 import S3Server

DATABASE, QUEUE, STORAGE, MAIL = "database", "queue", "storage", "mail"
SERVERS = (DATABASE, QUEUE, STORAGE, MAIL)
PORTS = {DATABASE: 5432, QUEUE: 6379, STORAGE: 9000, MAIL: 25}
PATIENCE = 300.0


class Servers:
    """Started together, stopped together."""

    def __init__(self, network: Network, folder: Path) -> None:
        self._network, self._folder = network, folder
        self._at = network.addresses
        self._started: list[subprocess.Popen[bytes]] = []
        self._storage = S3Server(self._at[STORAGE], PORTS[STORAGE], network.within(STORAGE))
        self._book = folder / "letters"
        self._home = folder / "postgres"

    def start(self) -> None:
        """All of them; come back when each answers."""
        self._begin(QUEUE, str(queue_server.binary()), *self._queue_options())
        book = str(self._book)
        letterbox = (sys.executable, "-m", "bench.hosts.letterbox", self._at[MAIL], "25", book)
        self._begin(MAIL, *letterbox)
        self._start_database()
        self._storage.start()
        self._storage.make_bucket("invoices")
        for name in SERVERS:
            until(lambda name=name: self._answers(name), f"{name} doesn't answer")  # type: ignore[misc]

    def settings(self) -> dict[str, str]:
        """The same for every host."""
        return {
            "DATABASE_URL": self._database_url("postiljon", "postiljon"),
            "REDIS_URL": f"redis://{self._at[QUEUE]}:{PORTS[QUEUE]}/0",
            "STORAGE_URL": self._storage.url("invoices"),
            "MAIL_URL": f"smtp://{self._at[MAIL]}:{PORTS[MAIL]}",
        }

    def connect(self) -> Any:
        """A connection of somebody who only looks."""
        return psycopg2.connect(self._database_url("postgres", "postiljon"), connect_timeout=5)

    def work_of(self, host: str) -> str:
        """The job that a worker of this host is doing now."""
        with closing(self._queue()) as queue:
            for worker in Worker.all(connection=queue):
                job = worker.get_current_job() if worker.hostname == host else None
                if job is not None:
                    return str(job.func_name)
        return ""

    def scheduler(self) -> str:
        """The host whose scheduler acts now."""
        with closing(self._queue()) as queue:
            token = queue.get(LEASE)
        return token.decode().partition(":")[0] if isinstance(token, bytes) else ""

    def interrupted(self) -> int:
        """How many attempts were ended by a sweep, because whoever made them was gone."""
        query = "SELECT count(*) FROM attempt WHERE code LIKE 'interrupted%'"
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return int(cursor.fetchone()[0])

    def letters(self) -> Record:
        """What the mail server took, by its own word."""
        record = Record()
        text = self._book.read_text() if self._book.exists() else ""
        for line in map(json.loads, text.splitlines()):
            if not line["address"].endswith(DOMAIN):
                record.other += 1
                continue
            record.taken[line["address"]] += 1
            record.ids.setdefault(line["address"], set()).add(line["id"])
            record.files[line["address"]] = line["digest"]
        return record

    def stop(self) -> None:
        """All of them, and what they kept."""
        for process in self._started:
            process.kill()
            process.wait()
        self._storage.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def _queue(self) -> Redis:
        return Redis(self._at[QUEUE], PORTS[QUEUE], socket_timeout=5)

    def _begin(self, name: str, *command: str) -> None:
        with (self._folder / f"{name}.log").open("wb") as log:
            line = [*self._network.within(name), *command]
            self._started.append(
                subprocess.Popen(line, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
            )

    def _queue_options(self) -> list[str]:
        kept = self._folder / "redis"
        kept.mkdir()
        at = ["--bind", self._at[QUEUE], "--port", str(PORTS[QUEUE]), "--protected-mode", "no"]
        return [*at, "--dir", str(kept), "--save", "", "--appendonly", "yes"]

    def _start_database(self) -> None:
        programs, who = binaries(), _as_postgres()
        if programs is None:
            raise SystemExit("PostgreSQL isn't installed: apt-get install postgresql.")
        user, group = int(str(who["user"])), int(str(who["group"]))
        self._home.mkdir(mode=0o700)
        os.chown(self._home, user, group)
        data = str(self._home / "data")
        init = [str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        as_postgres = self._network.within(DATABASE, user, group)
        quiet: dict[str, Any] = {"check": True, "cwd": "/", "stdout": subprocess.DEVNULL}
        subprocess.run([*as_postgres, *init, "--locale=C.UTF-8", "--no-sync"], **quiet)
        with (Path(data) / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {SUBNET}0/24 trust\n")
        with (self._folder / "database.log").open("wb") as log:
            server = [str(programs / "postgres"), "-D", data, "-h", self._at[DATABASE]]
            server += ["-k", str(self._home), "-c", "max_connections=100"]
            self._started.append(
                subprocess.Popen(
                    [*as_postgres, *server], cwd="/", stdout=log, stderr=subprocess.STDOUT
                )
            )
        until(lambda: self._answers(DATABASE), "the database doesn't answer")
        self._make_database()

    def _make_database(self) -> None:
        def made() -> bool:
            try:
                connection = psycopg2.connect(self._database_url("postgres", "postgres"))
            except psycopg2.OperationalError:  # it is still starting
                return False
            connection.autocommit = True
            with closing(connection), connection.cursor() as cursor:
                cursor.execute("CREATE ROLE postiljon LOGIN CREATEROLE")
                cursor.execute("CREATE DATABASE postiljon OWNER postiljon")
            return True

        until(made, "the database cannot be made")

    def _database_url(self, user: str, name: str) -> str:
        return f"postgresql://{user}@{self._at[DATABASE]}:{PORTS[DATABASE]}/{name}"

    def _answers(self, name: str) -> bool:
        try:
            with socket.create_connection((self._at[name], PORTS[name]), timeout=2):
                return True
        except OSError:
            return False


def until(true: Callable[[], object], otherwise: str, seconds: float = PATIENCE) -> None:
    """Wait for it, for a generous while."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit(otherwise)
        time.sleep(0.05)
