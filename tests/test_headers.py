"""What browsers may do with our answers, on every kind of answer, and that pages work under it."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from app import rendering
from app.application import create_app
from app.invoice import ubl_read
from app.views import document_files, headers
from config import ROOT

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
KINDS = {
    "a page": ("/login/", 200),
    "an error": ("/nowhere/", 404),
    "a redirect": ("/", 302),
    "an answer for programs": ("/healthz", 200),
    "a refused form": ("/documents/upload", 302),
}
SAMPLE = (ROOT / "tests/samples/dutch_invoice.xml").read_bytes()


def rules(answer: Any) -> dict[str, list[str]]:
    """The policy of an answer: what each of its rules allows."""
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: allowed for name, *allowed in parts}


def static(app: Flask, client: FlaskClient) -> Any:
    with app.test_request_context():
        address = url_for("static", filename="shell.css")
    return client.get(address, buffered=True)


@pytest.mark.parametrize("kind", [*KINDS, "a static file"])
def test_every_answer_has_every_header(app: Flask, client: FlaskClient, kind: str) -> None:
    address, status = KINDS.get(kind, ("", 200))
    answer = client.get(address) if address else static(app, client)

    assert answer.status_code == status
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert rules(answer)["default-src"] == ["'none'"]
    assert rules(answer)["frame-ancestors"] == ["'none'"]


def test_a_page_that_fails_has_them_too(app: Flask, client: FlaskClient, monkeypatch: Any) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "SignInView.login", fail)
    answer = client.get("/login/")

    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert rules(answer)["frame-ancestors"] == ["'none'"]


def test_no_page_allows_what_stands_inline(client: FlaskClient) -> None:
    answers = [client.get("/login/") for _ in range(2)]
    nonces = [re.findall(r"'nonce-([^']{20,})'", str(rules(answer))) for answer in answers]

    assert not re.search(r"unsafe|\*|https?:", answers[0].headers["Content-Security-Policy"])
    assert (len(nonces[0]), nonces[0] != nonces[1]) == (1, True)


def test_the_nonce_of_a_page_is_that_of_its_header(app: Flask) -> None:
    with app.test_request_context():
        shown = app.jinja_env.from_string("{{ csp_nonce() }}").render()
        answer = app.process_response(app.make_response("<p>"))

    assert f"'nonce-{shown}'" in answer.headers["Content-Security-Policy"]


def test_the_readable_invoice_may_stand_in_a_frame_of_ours_and_do_nothing(app: Flask) -> None:
    html = rendering.html(ubl_read.read(SAMPLE))
    with app.test_request_context():
        answer = app.process_response(document_files.page(html))

    assert rules(answer)["frame-ancestors"] == ["'self'"]
    assert rules(answer)["style-src"] == [rendering.style_source()]
    assert "sandbox" in rules(answer)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_pdf_is_for_the_viewer_of_the_browser(app: Flask) -> None:
    with app.test_request_context():
        answer = app.process_response(document_files.pdf(b"%PDF-1.7", "2026-1"))

    assert {name: answer.headers[name] for name in ALWAYS} == {
        **ALWAYS,
        "Referrer-Policy": "no-referrer",
    }
    assert rules(answer)["default-src"] == ["'none'"]
    assert (rules(answer)["frame-ancestors"], "sandbox" in rules(answer)) == (["'self'"], False)


@pytest.mark.parametrize(
    ("scheme", "expected"), [("https", f"max-age={headers.YEAR}"), ("http", None)]
)
def test_only_behind_tls_browsers_are_told_to_stay_there(app, scheme, expected) -> None:
    settings = dataclasses.replace(
        app.config["SETTINGS"], public_url=f"{scheme}://postiljon.example"
    )
    secure = create_app(settings)
    answers = [secure.test_client().get("/login/"), static(secure, secure.test_client())]

    assert [answer.headers.get("Strict-Transport-Security") for answer in answers] == [expected] * 2
