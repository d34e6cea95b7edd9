"""Health and figures: what is missing is named, what is counted is right, and what rules name exists."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from sqlalchemy import event, text

from app import counting, queue
from app.extensions import db
from app.jobs import deliveries as delivery_jobs
from app.observability import alive, context, facts, health
from config import ROOT
from tests.delivery.conftest import build_walk
from tests.factories import World
from tests.running.conftest import QueueUnderTest, a_queue, make_queue, short_dir
from tests.support import statements, token

__all__ = ["a_queue", "make_queue", "short_dir"]  # fixtures
MONITORING = ROOT / "deploy" / "monitoring"
Figures = dict[str, dict[tuple[tuple[str, str], ...], float]]


@pytest.fixture(autouse=True)
def fresh(app: Flask) -> None:
    """Nothing kept from an earlier look."""
    _forget(app)


def _forget(app: Flask) -> None:
    for name in ("facts", "health"):
        app.extensions.pop(name, None)


@pytest.fixture
def with_queue(app: Flask, a_queue: QueueUnderTest) -> Iterator[QueueUnderTest]:
    """The application with a queue of its own."""
    app.extensions["queue"] = queue.connect(a_queue.url)
    yield a_queue
    app.extensions["queue"] = None


@pytest.fixture
def set_to(app: Flask) -> Iterator[Callable[..., None]]:
    """Other settings for a while."""
    before = app.config["SETTINGS"]

    def change(**settings: Any) -> None:
        app.config["SETTINGS"] = replace(before, **settings)

    yield change
    app.config["SETTINGS"] = before


def figures(client: FlaskClient) -> Figures:
    """What Prometheus reads: by name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    found: Figures = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_a_process_that_lives_says_so_without_asking_anything(client: FlaskClient) -> None:
    with statements() as sent:
        answer = client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "alive\n")
    assert sent == []
    assert "Set-Cookie" not in answer.headers


def test_a_platform_with_all_its_parts_is_ready(
    client: FlaskClient, with_queue: QueueUnderTest
) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {
        "state": "ready",
        "database": "ok",
        "queue": "ok",
        "storage": "ok",
        "mail": "kept as files",
        "workers": "0",
        "scheduler": "nobody",
    }


def test_without_its_queue_it_is_degraded_and_people_are_sent_here_all_the_same(
    client: FlaskClient, with_queue: QueueUnderTest
) -> None:
    with_queue.stop()

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["queue"]) == ("degraded", "unreachable")


def test_a_disk_that_is_nearly_full_is_named(
    client: FlaskClient, with_queue: QueueUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 62)

    assert client.get("/readyz").json["storage"] == "nearly full"


def test_postgresql_without_its_wall_is_degraded() -> None:
    parts = {"database": "ok", "queue": "ok", "storage": "ok"}

    assert health.Health(True, parts | {"second_wall": "off"}).degraded
    assert not health.Health(True, parts | {"second_wall": "ok"}).degraded
    assert not health.Health(True, parts).degraded  # SQLite has none


@pytest.mark.parametrize(
    ("revision", "status", "said"),
    [
        ("0001", 503, "older than this version"),
        ("of a newer version", 200, "ok"),
    ],
)
def test_older_tables_are_not_ready_and_newer_ones_are(
    app: Flask, client: FlaskClient, revision: str, status: int, said: str
) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json["database"]) == (status, said)


def test_a_database_that_nobody_prepared_is_not_ready(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))

    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)
    _forget(app)
    assert client.get("/readyz").json["database"] == "not prepared"


def test_readiness_opens_no_session_and_touches_no_table_of_ours(
    client: FlaskClient, with_queue: QueueUnderTest
) -> None:
    with statements() as sent:
        answer = client.get("/readyz")

    ours = {table.name for table in db.metadata.sorted_tables}
    assert not [each for each in sent if ours & set(re.findall(r"\w+", each))]
    assert "Set-Cookie" not in answer.headers


def test_figures_are_for_this_machine_unless_there_is_a_token(
    client: FlaskClient, set_to: Callable[..., None]
) -> None:
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_overrides=elsewhere).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404

    set_to(public_url="https://invoices.example.nl")
    assert client.get("/metrics").status_code == 404

    set_to(metrics_token="a-token-of-sixteen")
    shown = {"Authorization": "Bearer a-token-of-sixteen"}
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    assert client.get("/metrics", headers=shown, environ_overrides=elsewhere).status_code == 200


def test_figures_follow_a_delivery_from_queued_to_delivered(
    client: FlaskClient, world: World
) -> None:
    walk = build_walk(world)
    before = figures(client)
    walk.queued("2026-1")
    _forget(client.application)
    waiting = figures(client)
    delivery_jobs.deliver()
    delivery_jobs.sweep()
    _forget(client.application)
    after = figures(client)

    queued, labels = (("state", "queued"),), (("route", "platform"),)
    assert waiting["postiljon_deliveries_open"][queued] == 1
    assert waiting["postiljon_delivery_oldest_due_seconds"][()] > 0
    assert after["postiljon_deliveries_open"][queued] == 0
    assert after["postiljon_delivery_oldest_due_seconds"][()] == 0
    attempt = (("code", "in_inbox"), ("result", "delivered"), ("route", "platform"))
    assert _more(before, after, "postiljon_attempts_total", attempt) == 1
    assert _more(before, after, "postiljon_attempt_seconds_count", labels) == 1
    assert _more(before, after, "postiljon_sweeps_total", ()) == 1


def test_refused_sign_ins_and_requests_are_counted(client: FlaskClient) -> None:
    before = figures(client)
    form = {"csrf_token": token(client.get("/login/").text), "name": "x", "password": "y"}

    for _ in range(12):
        client.post("/login/", data=form)

    after = figures(client)
    refused = "postiljon_sign_ins_refused_total"
    assert _more(before, after, refused, (("reason", "wrong"),)) == 10
    assert _more(before, after, refused, (("reason", "too often"),)) == 2
    answered = (("method", "POST"), ("route", "/login/"), ("status", "401"))
    assert _more(before, after, "postiljon_requests_total", answered) == 10


def _more(before: Figures, after: Figures, name: str, labels: Any) -> float:
    return after[name][labels] - before.get(name, {}).get(labels, 0)


def test_who_is_at_work_is_known_by_role_and_host(
    client: FlaskClient, with_queue: QueueUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = Redis.from_url(with_queue.url)
    for host, role, place in [
        ("one", "worker", "7-1"),
        ("one", "worker", "7-2"),
        ("one", "worker", "7-2"),  # started again in the same place
        ("two", "worker", "9-1"),
        ("two", "scheduler", "9-1"),
    ]:
        monkeypatch.setattr(context, "HOST", host)
        monkeypatch.setattr(context, "_role", [role])
        alive.sign(connection, place)
    connection.zadd(alive.KEY, {"worker gone 1-1": 1})  # long ago
    connection.set(facts.SCHEDULER, "two:123:token")

    found = figures(client)

    at_work = {
        (dict(labels)["host"], dict(labels)["role"]): count
        for labels, count in found["postiljon_processes"].items()
        if count
    }
    assert at_work == {("one", "worker"): 2, ("two", "worker"): 1, ("two", "scheduler"): 1}
    assert found["postiljon_scheduler_holder"] == {(("host", "two"),): 1}
    assert found["postiljon_queue_up"][()] == 1


def test_the_facts_are_found_along_indexes_and_asked_once_for_many(
    app: Flask, client: FlaskClient
) -> None:
    plans: list[str] = []

    def note(connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT") and "LIMIT" in statement:
            explained = connection.connection.driver_connection.execute(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
            plans.extend(row[3] for row in explained)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        figures(client)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    read = [
        plan for plan in plans if re.match(r"(SCAN|SEARCH) (delivery|document|outgoing_mail)", plan)
    ]
    assert len(read) == 3
    assert all(
        re.search(r"USING (COVERING )?INDEX (delivery_|document_checking|outgoing_mail_due)", plan)
        for plan in read
    ), read
    with statements() as sent:
        figures(client)
    assert sent == []


COUNT = """
import os, sys
from pathlib import Path
from app import counting
counting.start(Path(sys.argv[1]))
counting.sign_in_refused("wrong")
if len(sys.argv) > 2:
    child = os.fork()
    counting.sign_in_refused("wrong")
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
sys.stdout.write(str(len(list(Path(sys.argv[1]).glob("*.lock")))))
"""
SHOW = """
import sys
from pathlib import Path
from prometheus_client import CollectorRegistry, generate_latest
from app import counting
counting.start(Path(sys.argv[1]))
registry = CollectorRegistry()
registry.register(counting.collector())
print(generate_latest(registry).decode())
"""


def python(code: str, *arguments: object) -> str:
    line = [sys.executable, "-c", code, *(str(each) for each in arguments)]
    return subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def refused(folder: Path) -> float:
    found = re.search(
        r'postiljon_sign_ins_refused_total{reason="wrong"} (\S+)', python(SHOW, folder)
    )
    assert found
    return float(found[1])


def test_counts_of_processes_that_ended_stay_and_their_places_are_used_again(
    tmp_path: Path,
) -> None:
    places = [python(COUNT, tmp_path) for _ in range(3)]

    assert places == ["1", "1", "1"]
    assert refused(tmp_path) == 3


def test_a_child_that_was_forked_counts_in_a_place_of_its_own(tmp_path: Path) -> None:
    assert python(COUNT, tmp_path, "and a child") == "2"
    assert refused(tmp_path) == 3


def test_a_file_that_a_power_failure_left_damaged_is_begun_anew(tmp_path: Path) -> None:
    python(COUNT, tmp_path)
    damaged = tmp_path / "counter_1.db"
    damaged.write_bytes(b"\xff" * 4096)

    assert python(COUNT, tmp_path) == "1"
    assert refused(tmp_path) == 1


def test_without_a_folder_to_write_in_work_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert python(COUNT, tmp_path / "file" / "folder") == "0"


def test_a_method_that_nobody_knows_is_one_figure(client: FlaskClient) -> None:
    before = figures(client)
    for odd in ("BREW", "WHEN"):
        client.open("/login/", method=odd)

    after = figures(client)
    labels = (("method", "other"), ("route", "unknown address"), ("status", "405"))
    assert _more(before, after, "postiljon_requests_total", labels) == 2


def _expressions() -> list[str]:
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text())
    panels = json.loads((MONITORING / "dashboard.json").read_text())["panels"]
    return [rule["expr"] for group in rules["groups"] for rule in group["rules"]] + [
        target["expr"] for panel in panels for target in panel["targets"]
    ]


def test_every_figure_that_rules_and_the_dashboard_name_exists_with_its_labels(
    client: FlaskClient, with_queue: QueueUnderTest
) -> None:
    Redis.from_url(with_queue.url).set(facts.SCHEDULER, "one:1:token")
    counting.attempt_ended("email", "delivered", "smtp_taken", 0.1)
    counting.sign_in_refused("wrong")
    counting.job_ended("mails.send", "done")
    client.get("/login/")
    found = figures(client)
    labels = {name: {key for each in rows for key, _ in each} for name, rows in found.items()}

    for expression in _expressions():
        named = set(re.findall(r"\bpostiljon_\w+", expression))
        known = {"le", "instance", "job"}.union(*(labels.get(name, set()) for name in named))
        used = re.findall(r"by \(([^)]*)\)", expression) + re.findall(
            r"[{,]\s*(\w+)\s*[=!]", expression
        )
        assert named <= set(found) or expression.startswith("up{"), expression
        assert {each.strip() for one in used for each in one.split(",")} <= known, expression


def test_the_rules_are_well_formed_and_each_is_explained() -> None:
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"][0]["rules"]
    page = (ROOT / "docs" / "watching.md").read_text()

    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
        assert re.fullmatch(r"\d+[mh]", rule.get("for", "1m"))
        assert rule["labels"]["severity"] in ("page", "warn")
        assert rule["annotations"]["summary"]
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert f"| `{rule['alert']}` |" in page


def test_every_figure_is_explained(client: FlaskClient, with_queue: QueueUnderTest) -> None:
    page = (ROOT / "docs" / "watching.md").read_text()
    families = {
        family.name for family in text_string_to_metric_families(client.get("/metrics").text)
    }

    assert [name for name in sorted(families) if f"`{name}" not in page] == []


def test_the_port_for_figures_answers_nothing_else(app: Flask) -> None:
    from app.running import figures as port

    started: list[str] = []
    only = port.only(app)
    answer = only({"PATH_INFO": "/login/"}, lambda status, _headers: started.append(status))

    assert started == ["404 Not Found"]
    assert b"Only /healthz" in b"".join(answer)
