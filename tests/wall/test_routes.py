"""Every address with the id of something of ours, asked for by everyone who must not get in."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from app import tenancy
from app.application import create_app
from app.extensions import db
from app.models import Delivery, Document
from app.transactions import transaction
from config import Settings
from tests.factories import World, sign_in
from tests.wall.routes import OPEN, SUBJECTS, Subject, subject
from tests.wall.scene import Eye, Scene

NO_EFFECT = ("HEAD", "OPTIONS")


def _rules():
    """The addresses, read before any test runs, so that each becomes a test of its own."""
    # The first application of a process counts in its folder for all of them: it stays until the end.
    folder = tempfile.mkdtemp(prefix="postiljon-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    app = create_app(Settings.load({"DATA_DIR": folder, "PUBLIC_URL": "http://localhost"}))
    return list(app.url_map.iter_rules())


RULES = _rules()
TAKING = [rule for rule in RULES if rule.arguments and rule.endpoint not in OPEN]
LISTS = [
    rule
    for rule in RULES
    if not rule.arguments and "GET" in rule.methods and rule.endpoint not in OPEN
]


@pytest.fixture
def platform(each_database: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application on either database; the hidden token of forms is left to its own tests."""
    monkeypatch.setitem(each_database.config, "WTF_CSRF_ENABLED", False)
    return each_database


@pytest.fixture
def scene(platform: Flask) -> Scene:
    """One row of ours in every table, and everyone around it."""
    with platform.app_context(), transaction(), tenancy.every_environment("test"):
        return Scene(World())


def ask(
    app: Flask, scene: Scene, eye: Eye | None, method: str, address: str, fields: Any = None
) -> Any:
    """One request of someone who stands there, in a browser of their own."""
    browser = app.test_client()
    if eye is not None:
        sign_in(browser, scene.person(eye))
    if method != "GET":
        return browser.open(address, method=method, data=fields)
    # Parts of pages are given to scripts; where a page leads on, its destination answers.
    return browser.get(address, headers={"X-Fragment": "1"}, follow_redirects=True)


def kept_out(answer: Any) -> bool:
    """Nothing here for you: refused, not found, or sent to sign in."""
    sent_to = answer.headers.get("Location", answer.request.path)
    return answer.status_code in (401, 403, 404) or "/login/" in sent_to


def let_in(answer: Any) -> bool:
    """The page, a redirect to one, or a sentence about what was typed: it was theirs to ask."""
    return answer.status_code in (200, 302, 303, 400, 409, 422) and not kept_out(answer)


def test_every_address_that_takes_an_id_is_in_a_list():
    unknown = {rule.endpoint for rule in TAKING if subject(rule.endpoint) is None}

    assert unknown == set()


def test_every_name_in_the_lists_is_an_address():
    endpoints = {rule.endpoint for rule in RULES}
    views = {endpoint.partition(".")[0] for endpoint in endpoints}

    assert set(OPEN) <= endpoints
    assert {name for name in SUBJECTS if name not in endpoints and name not in views} == set()


@pytest.mark.parametrize(
    ("rule", "method"),
    [(rule, method) for rule in TAKING for method in sorted(rule.methods - set(NO_EFFECT))],
    ids=lambda part: part if isinstance(part, str) else part.endpoint,
)
def test_nobody_gets_in_by_an_id_of_ours(platform, scene, rule, method):
    about = subject(rule.endpoint)
    assert isinstance(about, Subject), f"{rule.endpoint} is in no list"
    address, fields = address_of(platform, scene, rule, about)

    answers = {eye: ask(platform, scene, eye, method, address, fields) for eye in about.outside}

    assert [eye for eye, answer in answers.items() if not kept_out(answer)] == []
    control = ask(platform, scene, about.inside, method, address, fields)
    assert let_in(control), f"{about.inside} gets {control.status_code}"


def address_of(app: Flask, scene: Scene, rule: Any, about: Subject) -> tuple[str, dict[str, str]]:
    with app.app_context():
        public_id = about.row(scene).public_id
        fields = about.fields(scene)
        db.session.remove()
    with app.test_request_context():
        return url_for(rule.endpoint, **dict.fromkeys(rule.arguments, public_id)), fields


@pytest.mark.parametrize("deed", ["cancel", "retry", "resolve", "correct"])
def test_an_id_in_a_form_is_no_way_in_either(platform, scene, deed):
    about = SUBJECTS["DocumentActionsView"]
    with platform.app_context():
        about.row(scene)
        fields = about.fields(scene)
        own = scene.world.keep(Document(organization_id=scene.far.id, direction="out"))
        db.session.remove()

    answer = ask(
        platform, scene, Eye.STRANGER, "POST", f"/documents/{own.public_id}/{deed}", fields
    )

    assert answer.status_code == 404
    assert states_of_deliveries(platform) == {"delivered", "failed"}


TOGETHER = sorted(rule.rule for rule in RULES if rule.endpoint.startswith("TogetherView."))


@pytest.mark.parametrize("address", TOGETHER)
def test_ids_of_rows_that_were_chosen_are_no_way_in_either(platform, scene, address):
    about = SUBJECTS["DocumentActionsView"]
    with platform.app_context():
        ids = [about.row(scene).public_id, scene.rows[Document].public_id]
        db.session.remove()
    typed = {"box": "documents", "row": ids}

    answers = {eye: ask(platform, scene, eye, "POST", address, typed) for eye in about.outside}

    assert [eye for eye, answer in answers.items() if not kept_out(answer)] == []
    assert let_in(ask(platform, scene, about.inside, "POST", address, typed))


def states_of_deliveries(app: Flask) -> set[str]:
    with app.app_context(), tenancy.every_environment("test"):
        return set(db.session.scalars(select(Delivery.state)))


def test_an_id_that_does_not_exist_looks_like_one_that_is_not_yours(platform, scene):
    theirs = f"/organizations/show/{scene.organization.public_id}"
    nowhere = "/organizations/show/00000000-0000-4000-8000-000000000000"

    answers = [ask(platform, scene, Eye.STRANGER, "GET", address) for address in (theirs, nowhere)]

    assert answers[0].status_code == answers[1].status_code == 404
    assert sentence(answers[0]) == sentence(answers[1])


def sentence(answer: Any) -> str:
    # Apart from what differs anyway: ids, and the number of the request.
    return re.sub(r'name="csrf_token"[^>]*|[0-9a-f-]{36}|<code[^>]*>.*?</code>', "", answer.text)


CONTENT = ("Secret seller", "Bakker Bas")
NAMES = ("Olga Holding", "OURS-1")
MUST_NOT_READ = {
    Eye.STRANGER: (*CONTENT, *NAMES),
    Eye.COLLEAGUE: (*CONTENT, *NAMES),
    Eye.PARTNER: (*CONTENT, *NAMES),
    Eye.ENDED_SHARE: (*CONTENT, *NAMES),
    Eye.ENDED_MEMBERSHIP: (*CONTENT, *NAMES),
    Eye.ADMINISTRATOR: (*CONTENT, "OURS-1"),
    Eye.STAFF: CONTENT,
}


@pytest.mark.parametrize("rule", LISTS, ids=lambda rule: rule.endpoint)
def test_no_list_shows_anything_of_ours(platform, scene, rule):
    for eye, marks in MUST_NOT_READ.items():
        answer = ask(platform, scene, eye, "GET", rule.rule)

        assert answer.status_code < 500, f"{eye}: {answer.status_code}"
        assert [mark for mark in marks if mark in answer.text] == [], eye


@pytest.mark.parametrize(
    ("address", "mark"),
    [
        ("/inbox/", "OURS-1"),
        ("/inbox/", "Secret seller"),
        ("/contacts/list/", "Bakker Bas"),
        ("/organizations/list/", "Olga Holding"),
    ],
)
def test_the_owner_reads_it_there(platform, scene, address, mark):
    assert mark in ask(platform, scene, Eye.OWNER, "GET", address).text
