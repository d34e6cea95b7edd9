"""The queue and the database go away under the real platform: sentences, nothing lost, back by itself."""

from __future__ import annotations

import io
import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from redis.exceptions import ConnectionError as Unconnected
from redis.exceptions import RedisError
from sqlalchemy import Connection, event, func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app import queue
from app.application import create_app
from app.extensions import db
from app.models import Document
from app.outage import RememberedOutage
from config import Settings
from tests.delivery.conftest import Walk, build_walk, everything
from tests.factories import PASSWORD, World, sign_in
from tests.operations.servers import PATIENCE, Ground, Visitor, away, until
from tests.running.conftest import QueueUnderTest, a_queue, make_queue, short_dir
from tests.support import token

pytestmark = pytest.mark.xdist_group("outages")  # one platform for all of them
__all__ = ["a_queue", "make_queue", "short_dir"]  # fixtures
AWAY = "The database doesn&#39;t answer right now. Nothing was stored; try again in a few seconds."


@dataclass
class Scene:
    """A running platform, someone who is signed in, and what the tests ask for."""

    ground: Ground
    walk: Walk
    visitor: Visitor

    def arrived(self) -> set[str]:
        """The numbers in the inbox of the receiver."""
        with self.ground.app.app_context():
            db.engine.dispose()  # the server may have been away
            return {each.number for each in self.walk.inbox()}

    def kept(self) -> int:
        """How many documents the sender has."""
        ours = Document.organization_id == self.walk.ours.id
        with self.ground.app.app_context(), everything():
            return db.session.scalar(select(func.count()).select_from(Document).where(ours)) or 0

    def send(self, number: str) -> None:
        """Have a document wait for delivery; no nudge is given for it."""
        with self.ground.app.app_context():
            self.walk.queued(number)

    def upload(self, number: str) -> int:
        page = self.visitor.get("/documents/upload").text
        content = self.walk.xml(number)
        return self.visitor.upload(
            self.walk.ours.public_id, "a.xml", content, page=page
        ).status_code

    def health(self) -> tuple[int, dict[str, str]]:
        answer = self.visitor.get("/readyz")
        return answer.status_code, answer.json()


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    ground = Ground()
    visitor = Visitor(ground)
    try:
        with ground.app.app_context():
            walk = ground.customers()
        ground.run()
        assert visitor.sign_in(walk.sender.email) == 302
        yield Scene(ground, walk, visitor)
        assert not ground.runs() or ground.stop() == 0
        # What happened meanwhile was told in lines, without content; only the library of the queue
        # takes the end of its server for a surprise.
        told = ground.terminal()
        surprised = [line for line in told.splitlines() if "Traceback" in line]
        assert all('"logger": "rq.worker"' in line for line in surprised), told
        assert not re.search(r"Afzender|@afzender|piet@|Werk aan de gevel|121\.00", told)
        assert PASSWORD not in told
    finally:
        visitor.close()
        ground.remove()


def test_a_port_of_its_own_tells_what_all_processes_of_this_host_counted(scene: Scene) -> None:
    def figure(line: str) -> float:
        found = re.search(rf"^{re.escape(line)} (\S+)$", scene.visitor.watch("/metrics").text, re.M)
        return float(found[1]) if found else 0.0

    signed_in = 'postiljon_requests_total{method="POST",route="/login/",status="302"}'
    assert figure(signed_in) >= 1  # by a process of the web
    until(lambda: figure("postiljon_sweeps_total") >= 1)  # by the worker
    for role in ("web", "worker", "scheduler"):
        here = f'postiljon_processes{{host="{socket.gethostname()}",role="{role}"}}'
        until(lambda: figure(here) == 1)  # noqa: B023 - called at once
    assert figure("postiljon_database_up") == 1
    assert scene.visitor.watch("/healthz").text == "alive\n"
    assert scene.visitor.watch("/login/").status_code == 404


def test_without_its_queue_uploads_are_accepted_and_work_resumes_when_it_is_back(
    scene: Scene,
) -> None:
    before = scene.kept()
    stranger = Visitor(scene.ground)
    with away(scene.ground.redis):
        until(lambda: scene.health()[1]["queue"] == "unreachable")
        uploads = [scene.upload(f"Q-{number}") for number in range(3)]
        scene.send("Q-sent")
        tries = [stranger.sign_in("nobody", "wrong") for _ in range(11)]
        stranger.close()

        assert uploads == [200] * 3
        assert scene.kept() == before + 4
        assert scene.health() == (200, {**scene.health()[1], "state": "degraded"})
        assert tries == [401] * 10 + [429]  # counted in the process

    until(lambda: "Q-sent" in scene.arrived())
    until(lambda: scene.health()[1].get("workers") == "1")
    assert scene.health()[1]["state"] == "ready"
    assert scene.ground.runs(), scene.ground.terminal()


def test_while_the_database_is_away_pages_say_so_and_recover_by_themselves(scene: Scene) -> None:
    visitor = scene.visitor
    form = visitor.get("/documents/upload").text
    with away(scene.ground.postgres):
        pages = [visitor.get(path) for path in ("/inbox/", "/", "/login/", "/profile/")]
        refused = visitor.upload(scene.walk.ours.public_id, "a.xml", b"<x/>", page=form)
        until(lambda: scene.health()[0] == 503)

        for page in [*pages, refused]:
            assert page.status_code == 503
            assert AWAY in page.text
            assert page.headers["Retry-After"] == "5"
            assert not re.search(r"Traceback|psycopg|SELECT|OperationalError", page.text)
        assert visitor.get("/healthz").status_code == 200
        assert scene.health()[1]["database"] == "unreachable"
        until(lambda: "postiljon_database_up 0.0" in visitor.watch("/metrics").text)

    until(lambda: visitor.get("/inbox/").status_code == 200)
    assert "/login/" not in visitor.get("/inbox/").url  # the same session
    scene.send("D-sent")
    until(lambda: "D-sent" in scene.arrived())
    assert scene.upload("D-1") == 200
    until(lambda: scene.health() == (200, {**scene.health()[1], "state": "ready"}))


def test_both_away_at_once_come_back_in_any_order(scene: Scene) -> None:
    scene.send("B-sent")
    with away(scene.ground.postgres), away(scene.ground.redis):
        assert scene.visitor.get("/inbox/").status_code == 503

    until(lambda: "B-sent" in scene.arrived())
    assert scene.ground.runs(), scene.ground.terminal()


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_the_database_ends_a_statement_of_a_request_that_takes_too_long(
    scene: Scene, accept: str
) -> None:
    app = create_app(Settings.load({**scene.ground.environ, "REQUEST_SECONDS": "1"}))
    app.add_url_rule("/slowly", "slowly", _sleep)

    answer = app.test_client().get("/slowly", headers={"Accept": accept, "Accept-Language": "en"})
    with app.app_context():
        db.session.connection().exec_driver_sql("SELECT pg_sleep(1.5)")  # a job has its time
        db.session.remove()
        db.engine.dispose()

    assert answer.status_code == 503
    assert "This took too long, so we stopped it." in answer.text
    assert "pg_sleep" not in answer.text


def _sleep() -> str:
    db.session.connection().exec_driver_sql("SELECT pg_sleep(60)")
    return "awake"


def test_a_request_in_hand_is_answered_before_everything_stops(scene: Scene) -> None:
    answers: list[int] = []
    asking = threading.Thread(
        target=lambda: answers.append(scene.visitor.get("/inbox/").status_code)
    )
    with scene.ground.app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE ab_user IN ACCESS EXCLUSIVE MODE")
        asking.start()
        until(lambda: _someone_waits(connection))
        scene.ground.ask_to_stop()
        until(lambda: "Stopping …" in scene.ground.terminal())
    asking.join(PATIENCE)

    assert scene.ground.stop() == 0
    assert answers == [200]


def _someone_waits(connection: Connection) -> bool:
    found = connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool(found.scalar())


class TestSqlite:
    def test_one_that_somebody_else_keeps_busy_gets_a_sentence(
        self, app: Flask, world: World, client: FlaskClient
    ) -> None:
        piet = world.user(world.environment())
        sign_in(client, piet)
        page = client.get("/profile/").text
        with app.app_context():
            db.engine.dispose()
            event.listen(db.engine, "connect", _hasty)
            try:
                with db.engine.connect() as other:
                    other.exec_driver_sql("COMMIT")
                    other.exec_driver_sql("BEGIN EXCLUSIVE")
                    answer = _post_language(client, page)
                    other.exec_driver_sql("ROLLBACK")
                again = _post_language(client, page)
            finally:
                event.remove(db.engine, "connect", _hasty)

        assert answer.status_code == 503
        assert "We are very busy. Nothing was stored" in answer.text
        assert again.status_code == 302

    def test_one_that_is_full_gets_a_sentence_and_goes_on_when_there_is_room(
        self, app: Flask, world: World
    ) -> None:
        walk = build_walk(world)
        client = app.test_client()
        sign_in(client, walk.sender)
        client.get("/documents/upload", headers={"Accept-Language": "en"})
        with app.app_context():
            db.engine.dispose()
            event.listen(db.engine, "connect", _full)
            try:
                full = _upload(client, walk)
            finally:
                event.remove(db.engine, "connect", _full)
                db.engine.dispose()
        room = _upload(client, walk)

        assert full.status_code == 503
        assert "The storage is full; nothing was stored." in full.text
        assert room.status_code == 200


def _hasty(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=50")


def _full(connection: sqlite3.Connection, _record: object) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages}")


def _post_language(client: FlaskClient, page: str) -> TestResponse:
    form = {"csrf_token": token(page), "language": "en", "next": "/profile/"}
    return client.post("/language/", data=form, headers={"Accept-Language": "en"})


def _upload(client: FlaskClient, walk: Walk) -> TestResponse:
    papers = [walk.xml(f"2026-{number}") for number in range(20)]  # more than fits by chance
    fields = {
        "csrf_token": token(client.get("/documents/upload").text),
        "organization": walk.ours.public_id,
        "files": [FileStorage(io.BytesIO(paper), "a.xml") for paper in papers],
    }
    boundary, body = encode_multipart(fields)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post("/documents/upload", data=body, content_type=kind)


class TestTheClientOfTheQueue:
    def test_the_first_call_notices_and_nobody_after_it_tries(
        self, a_queue: QueueUnderTest
    ) -> None:
        connection = queue.connect(a_queue.url)
        connection.ping()
        a_queue.stop()
        retry = connection.get_retry()
        assert isinstance(retry, RememberedOutage)

        with pytest.raises(RedisError):
            connection.ping()
        assert retry.away()
        for call in (connection.ping, lambda: connection.get("x"), lambda: connection.llen("y")):
            with pytest.raises(Unconnected, match="a moment ago"):
                call()
        a_queue.start()
        until(lambda: not retry.away())

    def test_it_is_used_again_as_soon_as_it_is_back(self, a_queue: QueueUnderTest) -> None:
        connection = queue.connect(a_queue.url)
        a_queue.stop()
        with pytest.raises(RedisError):
            connection.ping()
        a_queue.start()

        until(lambda: not connection.get_retry().away())
        assert connection.ping()

    def test_a_stale_connection_is_no_outage(self, a_queue: QueueUnderTest) -> None:
        connection = queue.connect(a_queue.url)
        connection.ping()
        a_queue.stop()
        a_queue.start()

        assert connection.ping()

    def test_one_thread_looks_for_everybody(self, a_queue: QueueUnderTest) -> None:
        connection = queue.connect(a_queue.url)
        before = set(threading.enumerate())
        a_queue.stop()
        for _ in range(5):
            with pytest.raises(RedisError):
                Redis(connection_pool=connection.connection_pool).ping()

        looking = [each for each in set(threading.enumerate()) - before if "away" in each.name]
        a_queue.start()
        until(lambda: not connection.get_retry().away())
        assert len(looking) == 1
