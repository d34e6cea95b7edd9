"""Style sheets, scripts and icons: names that change with their content, compressed once, kept for a year."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from config import ROOT
from scripts.static_files import BUILT, Broken, build

FILES = sorted(
    path.relative_to(ROOT / "app/static").as_posix()
    for path in (ROOT / "app/static").rglob("*")
    if path.is_file()
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two modules, a style sheet and the picture that it shows."""
    folder = tmp_path / "source"
    (folder / "js").mkdir(parents=True)
    (folder / "js/first.js").write_text(
        'import { a } from "./second.js";\nimport("../js/second.js");\n'
    )
    (folder / "js/second.js").write_text("export const a = 1;\n")
    (folder / "look.css").write_text(
        '.a { background: url("mark.svg#x"); } .b { background: url(data:image/png;base64,AA); }\n'
    )
    (folder / "mark.svg").write_text("<svg/>\n")
    return folder


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return url_for("static", filename=name)


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_kept_for_a_year_under_its_own_name(session_app: Flask, name: str) -> None:
    answer = session_app.test_client().get(address(session_app, name), buffered=True)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("coding", "opened"), [("gzip", gzip.decompress), ("br", brotli.decompress)]
)
def test_a_file_travels_as_it_was_compressed_at_set_up(session_app, coding, opened) -> None:
    path = address(session_app, "shell.css")
    client = session_app.test_client()
    plain = client.get(path, buffered=True)

    small = client.get(path, headers={"Accept-Encoding": coding}, buffered=True)

    suffix = {"gzip": ".gz", "br": ".br"}[coding]
    kept = BUILT / "files" / f"{path.removeprefix('/static/')}{suffix}"
    assert small.headers["Content-Encoding"] == coding
    assert (small.data, opened(small.data)) == (kept.read_bytes(), plain.data)


def test_a_file_from_before_an_upgrade_leads_to_that_of_now(session_app: Flask) -> None:
    now = address(session_app, "shell.css")
    before = re.sub(r"[0-9a-f]{12}", "0" * 12, now)

    answer = session_app.test_client().get(before)

    assert (answer.status_code, answer.location) == (302, now)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["nothing.css", "../config.py", "manifest.json", "js"])
def test_what_is_no_static_file_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_files_name_each_other_as_they_are_served(source: Path, tmp_path: Path) -> None:
    names = build(source, tmp_path / "built")
    files = tmp_path / "built/files"

    second, mark = names["js/second.js"], names["mark.svg"]
    assert (files / names["js/first.js"]).read_text().count(f"./{Path(second).name}") == 2
    look = (files / names["look.css"]).read_text()
    assert (f"./{mark}#x" in look, "url(data:" in look) == (True, True)


def test_a_changed_import_changes_the_name_of_who_imports_it(source: Path, tmp_path: Path) -> None:
    before = build(source, tmp_path / "built")
    (source / "js/second.js").write_text("export const a = 2;\n")

    after = build(source, tmp_path / "built")

    assert {name for name in before if before[name] != after[name]} == {
        "js/first.js",
        "js/second.js",
    }


def test_the_names_of_a_running_platform_stay_until_the_build_after_next(source, tmp_path) -> None:
    first, files = build(source, tmp_path / "built"), tmp_path / "built/files"
    kept = []
    for number in (2, 3):
        (source / "js/second.js").write_text(f"export const a = {number};\n")
        build(source, tmp_path / "built")
        kept.append((files / first["js/second.js"]).exists())

    assert kept == [True, False]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("js/third.js", 'import "./gone.js";', "js/third.js names js/gone.js"),
        ("js/second.js", 'import "./first.js";', "name each other"),
    ],
)
def test_a_name_that_leads_nowhere_stops_the_build(source, tmp_path, name, text, said) -> None:
    (source / name).write_text(text)

    with pytest.raises(Broken, match=said):
        build(source, tmp_path / "built")


def test_a_page_travels_compressed_and_never_twice_the_same_length(client: FlaskClient) -> None:
    plain = client.get("/login/", headers={"Accept-Encoding": "identity"})
    answers = [client.get("/login/", headers={"Accept-Encoding": "gzip"}) for _ in range(20)]

    assert all(gzip.decompress(answer.data).count(b"<form") for answer in answers)
    assert all(len(answer.data) < len(plain.data) / 2 for answer in answers)
    assert len({len(answer.data) for answer in answers}) > 10
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, *answers))


def test_what_is_small_stays_as_it_is(client: FlaskClient) -> None:
    answer = client.get(
        "/nowhere/", headers={"Accept": "application/json", "Accept-Encoding": "gzip"}
    )

    assert "Content-Encoding" not in answer.headers
