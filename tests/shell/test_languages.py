"""The language choice: works for everyone, comes back to the page, leads nowhere else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import User
from tests.factories import sign_in
from tests.support import token


def choose(client, language: str, back: str, at: str = "/login/"):
    fields = {"csrf_token": token(client.get(at).text), "language": language, "next": back}
    return client.post("/language/", data=fields)


def test_a_stranger_reads_the_sign_in_page_in_the_chosen_language(client):
    answer = choose(client, "fr", "/login/?next=/inbox/")

    assert answer.headers["Location"] == "/login/?next=/inbox/"
    assert '<html lang="fr">' in client.get("/login/").text


def test_the_choice_of_a_person_is_kept_in_the_profile(client, piet):
    sign_in(client, piet)

    choose(client, "de", "/profile/", at="/profile/")

    db.session.commit()
    with tenancy.every_environment("test"):
        found = select(User.language).where(User.id == piet.id)
        assert db.session.scalars(found).one() == "de"
    assert '<html lang="de">' in client.get("/profile/").text


def test_the_browser_decides_until_someone_chooses(client):
    assert '<html lang="de">' in client.get("/login/", headers={"Accept-Language": "de"}).text
    assert '<html lang="nl">' in client.get("/login/", headers={"Accept-Language": "xx"}).text


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\tevil",
        "",
    ],
)
def test_it_leads_nowhere_else(client, back):
    assert choose(client, "en", back).headers["Location"] == "/"


def test_an_unknown_language_is_refused(client):
    assert choose(client, "xx", "/").status_code == 422


def test_a_link_changes_no_language(client):
    assert client.get("/language/?language=fr").status_code == 405
