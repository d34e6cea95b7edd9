"""What did not work: a sentence in the reader's language, a way on, a number for support, nothing of ours inside."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import default_exceptions

from app.observability import context

STATUSES = (400, 403, 404, 405, 408, 413, 414, 429, 431)
TITLES = {
    "en": "That did not work",
    "nl": "Dat is niet gelukt",
    "fr": "Cela n&#39;a pas marché",
    "de": "Das hat nicht geklappt",
}


def shown(app, error, language="en"):
    with app.test_request_context("/somewhere", headers={"Accept-Language": language}):
        context.begin_request("ref-1234")
        answer = app.make_response(app.handle_user_exception(error))
    context.end_request()
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize("language", TITLES)
@pytest.mark.parametrize("status", STATUSES)
def test_each_refusal_has_its_page(app, status, language):
    answered, page = shown(app, default_exceptions[status](), language)

    assert answered == status
    assert f'<html lang="{language}"' in page
    assert page.count("<h1") == 1
    assert '<code translate="no">ref-1234</code>' in page
    assert "Traceback" not in page


def test_a_bug_says_nothing_of_itself(app):
    answered, page = shown(app, ZeroDivisionError("select secret from safe"))

    assert answered == 500
    assert "Something went wrong on our side." in page
    assert "secret" not in page
    assert "ZeroDivision" not in page


def test_an_outage_says_when_to_try_again(app):
    answered, page = shown(app, OperationalError("SELECT secret", {}, Exception("gone")))

    assert answered == 503
    assert "try again in a few seconds" in page
    assert "secret" not in page


def test_the_reference_is_the_one_in_the_log(client):
    answer = client.get("/nowhere/", headers={"Accept": "text/html"})

    assert f'<code translate="no">{answer.headers["X-Request-Id"]}</code>' in answer.text
