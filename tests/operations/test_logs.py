"""The log: one line per event that says for whom, and never what documents, people or links say."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app import jobs, tenancy
from app.application import create_app
from app.extensions import db
from app.jobs import deliveries as delivery_jobs
from app.jobs import documents as document_jobs
from app.jobs import mails as mail_jobs
from app.observability import context, logs, scrubbing
from app.services import deliveries, home
from tests.delivery import samples
from tests.delivery.conftest import Walk, build_walk, mail_by
from tests.delivery.mail_servers import Desk, serving
from tests.factories import PASSWORD, World, sign_in
from tests.operations.conftest import Lines
from tests.support import token

EVERYTHING = {"time", "level", "logger", "message", "role", "host", "process"}
__all__ = ["mail_by"]  # a fixture
CUSTOMER, NUMBER, FILE = "inkoop@geheime-klant.example", "ZEER-GEHEIM-77", "geheime-offerte.xml"


@pytest.fixture
def walk(world: World) -> Walk:
    return build_walk(world)


@pytest.fixture
def piet(walk: Walk, client: FlaskClient) -> FlaskClient:
    """The browser of someone who is signed in."""
    sign_in(client, walk.sender)
    return client


def upload(client: FlaskClient, walk: Walk, content: bytes) -> int:
    fields = {
        "csrf_token": token(client.get("/documents/upload").text),
        "organization": walk.ours.public_id,
        "files": [FileStorage(io.BytesIO(content), FILE)],
    }
    boundary, body = encode_multipart(fields)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post("/documents/upload", data=body, content_type=kind).status_code


def whole_walk(walk: Walk, client: FlaskClient, mail_by: Callable[[str], None]) -> list[str]:
    """Sign in, upload, send by mail, follow the link in it, fail; the secrets that came along."""
    page = client.get("/login/").text
    form = {"csrf_token": token(page), "name": walk.sender.email, "password": PASSWORD}
    assert client.post("/login/", data={**form, "password": "not-my-secret"}).status_code == 401
    assert client.post("/login/", data=form).status_code == 302
    buyer = samples.with_mail(samples.party("Geheime Klant BV", "0106", "99999999"), CUSTOMER)
    xml = walk.xml(NUMBER, buyer=buyer)
    assert upload(client, walk, xml) == 200
    document_jobs.process()
    public_id = re.findall(r"/documents/show/([0-9a-f-]{36})", client.get("/documents/list/").text)
    with walk.world.acting(walk.sender):
        deliveries.queue(public_id[0])
    with serving(Desk()) as desk:
        mail_by(desk.url)
        delivery_jobs.deliver_by_mail()
        mail_jobs.send()
    body = desk.taken[0].get_body(("plain",))
    assert body is not None
    secret = body.get_content().partition("/private/")[2].split()[0]
    assert client.get(f"/private/{secret}").status_code == 200
    assert client.get(f"/password/{secret}").status_code == 404
    assert client.get(f"/find/{CUSTOMER}?q={walk.sender.email}").status_code == 404
    return [PASSWORD, "not-my-secret", secret]


def test_a_whole_walk_leaves_no_name_address_amount_or_secret_in_the_log(
    walk: Walk,
    client: FlaskClient,
    lines: Lines,
    mail_by: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError(f"cannot read 'Geheime Klant BV' <{CUSTOMER}> at 121.00 euro")

    secrets = whole_walk(walk, client, mail_by)
    monkeypatch.setattr(home, "look", fail)
    assert client.get("/").status_code == 500

    text = lines.text
    said = ["Geheime", "Klant", CUSTOMER, walk.sender.email, walk.sender.name, "Piet Post"]
    said += ["Afzender", "a@afzender.example", NUMBER, FILE, "Werk aan de gevel"]
    said += ["NL91ABNA0417164300", "121.00", "100.00", "121,00", "Kade 1", "NL001234567B01"]
    assert [each for each in [*said, *secrets] if each in text] == []
    assert {"postiljon.access", "app.services.delivering"} <= {line["logger"] for line in lines.all}


def test_a_request_has_one_line_with_its_pattern_and_not_its_address(
    piet: FlaskClient, walk: Walk, lines: Lines
) -> None:
    public_id = walk.taken("2026-1")

    answer = piet.get(f"/documents/show/{public_id}")

    (line,) = lines.of("postiljon.access")
    assert set(line) >= EVERYTHING
    assert line["request"] == answer.headers["X-Request-Id"]
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["route"] == "/documents/show/<uuid:pk>"
    assert line["ms"] > 0
    assert 0 < line["statements"] <= 20
    assert (line["person"], line["environment"]) == (walk.sender.id, walk.here.id)
    assert public_id not in lines.text


def test_times_are_utc_and_sort(piet: FlaskClient, lines: Lines) -> None:
    for _ in range(2):
        piet.get("/profile/")

    times = [line["time"] for line in lines.of("postiljon.access")]
    assert times == sorted(times)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", each) for each in times)


@pytest.mark.parametrize(
    "given", ["short", "a" * 65, "with space 1234", "naïef-nummer", "<b>12345678"]
)
def test_a_number_that_a_stranger_gives_is_not_used(
    app: Flask, client: FlaskClient, given: str
) -> None:
    shown = client.get("/login/", headers={"X-Request-Id": given.encode()}).headers["X-Request-Id"]

    assert re.fullmatch(r"[0-9a-f]{12}", shown)


def behind(app: Flask, proxies: int) -> FlaskClient:
    """A browser that reaches us through so many proxies of ours."""
    settings = replace(app.config["SETTINGS"], trusted_proxies=proxies)
    return create_app(settings).test_client()


@pytest.mark.parametrize(("proxies", "kept"), [(0, False), (1, True)])
def test_only_a_proxy_of_ours_may_number_requests_and_say_who_asks(
    app: Flask, proxies: int, kept: bool
) -> None:
    browser = behind(app, proxies)
    seen: list[str | None] = []
    browser.application.before_request_funcs[None].append(lambda: seen.append(_address()))

    answer = browser.get(
        "/healthz", headers={"X-Request-Id": "edge-0001", "X-Forwarded-For": "6.6.6.6, 203.0.113.9"}
    )

    assert (answer.headers["X-Request-Id"] == "edge-0001") is kept
    assert seen == ["203.0.113.9" if kept else "127.0.0.1"]


def _address() -> str | None:
    return request.remote_addr


def test_a_page_for_an_error_shows_the_number_that_stands_in_the_log(
    piet: FlaskClient, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "look", lambda *_: 1 / 0)

    answer = piet.get("/")

    (line,) = lines.of("app.views.errors")
    assert answer.status_code == 500
    assert (
        f'Mention this number to support: <code translate="no">{line["request"]}</code>'
        in re.sub(r"\s+", " ", answer.text)
    )
    assert line["error"] == "ZeroDivisionError"
    assert "test_logs.py" in line["trace"]
    assert "Traceback" not in answer.text


def test_a_line_of_a_job_says_which_job_and_for_which_organization(
    walk: Walk, lines: Lines
) -> None:
    @jobs.job
    def work() -> None:
        with tenancy.in_organization(walk.ours.id):
            logging.getLogger("app.x").info("done")

    work()

    (line,) = lines.of("app.x")
    assert line["task"].endswith("test_logs.work")
    assert line["organization"] == walk.ours.id
    assert not {"request", "person", "environment"} & set(line)


def test_a_job_that_finds_the_database_away_is_one_line(
    app: Flask, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    @jobs.job
    def look() -> None:
        db.session.connection().exec_driver_sql("SELECT nothing FROM nowhere")

    look()

    (line,) = lines.of("app.jobs")
    assert line["level"] == "warning"
    assert "trace" not in line


def test_what_is_logged_between_requests_belongs_to_none(piet: FlaskClient, lines: Lines) -> None:
    piet.get("/profile/")

    logging.getLogger("gunicorn.error").warning("Invalid request")

    assert "request" not in lines.of("gunicorn.error")[0]


@pytest.fixture
def unsettled() -> Iterator[None]:
    """Logging as it was, afterwards."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


@pytest.mark.parametrize("form", ["text", "json"])
def test_every_event_is_one_line_in_either_form(
    form: str, unsettled: None, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("info", form)
    with context.job("mails.send", "a-job"):
        logging.getLogger("app.x").info("two\nlines for %s", "jan@example.nl")
    sys.stderr.flush()

    (line,) = capsys.readouterr().err.splitlines()
    assert "mails.send" in line
    assert "a-job" in line
    assert "jan@" not in line
    if form == "json":
        assert json.loads(line)["message"] == "two\nlines for …@…"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("mail to jan@example.nl failed", "mail to …@… failed"),
        ("GET /private/abc-DEF_123 went wrong", "GET /private/… went wrong"),
        ("redis://:hush@queue/0 is away", "redis://:…@queue/0 is away"),
        ("nothing to hide: 3 of 10", "nothing to hide: 3 of 10"),
    ],
)
def test_addresses_and_secrets_are_left_out_of_every_message(said: str, written: str) -> None:
    assert scrubbing.clean(said) == written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("invalid literal: 'Jan Jansen'", "invalid literal: '…'"),
        (
            'duplicate key value violates "delivery_open_once"\nDETAIL: Key (email)=(x@y.nl)',
            'duplicate key value violates "delivery_open_once"',
        ),
        ("cannot pay 1250.00 euro", "cannot pay … euro"),
        ("no such file: '/data/files/0a/ab'", "no such file: '/data/files/0a/ab'"),
    ],
)
def test_what_an_exception_quotes_is_left_out(said: str, written: str) -> None:
    assert scrubbing.clean_reason(said) == written


def test_the_reason_behind_a_failure_is_told_with_it() -> None:
    try:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise RuntimeError("second") from error
    except RuntimeError as error:
        told = scrubbing.trace(error)

    assert told.index("KeyError") < told.index("RuntimeError: second")
    assert "in test_the_reason" not in told
    assert "test_the_reason_behind_a_failure_is_told_with_it" in told
