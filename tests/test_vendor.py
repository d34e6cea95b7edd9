"""Files of others that pages use are exactly what their makers published, with their licence."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from config import ROOT

CHOSEN = json.loads((ROOT / "app/static/vendor/vendor.json").read_text())
SPRITE = (ROOT / "app/static/vendor/icons.svg").read_text()
TEMPLATES = sorted((ROOT / "app/templates").rglob("*.html"))


@pytest.mark.parametrize("path", CHOSEN["digests"])
def test_a_kept_file_is_what_was_fetched(path: str) -> None:
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == CHOSEN["digests"][path]


@pytest.mark.parametrize("package", CHOSEN["packages"], ids=lambda package: package["name"])
def test_a_package_has_its_licence_beside_it(package: dict[str, str]) -> None:
    name = package["name"].replace("/", "-").removeprefix("@")
    licence = ROOT / package["folder"] / "licences" / f"{name}.txt"

    assert licence.read_text().strip()


def test_the_sprite_holds_the_chosen_icons() -> None:
    assert re.findall(r'<symbol id="([^"]+)"', SPRITE) == sorted(CHOSEN["icons"])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_icon_a_template_names_is_in_the_sprite(path: Path) -> None:
    named = set(re.findall(r"""\bicon\(["']([\w-]+)["']""", path.read_text()))

    assert named - set(CHOSEN["icons"]) == set()


def test_an_icon_alone_says_what_it_means(session_app: Flask) -> None:
    with session_app.test_request_context():
        shown = render_template_string('{{ icon("trash") }}|{{ icon("trash", "Remove") }}')
    beside, alone = shown.split("|")

    assert ('aria-hidden="true"' in beside, "role" in beside) == (True, False)
    assert ('aria-label="Remove"' in alone, 'role="img"' in alone) == (True, True)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[str]:
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_package_with_another_checksum_is_refused(registry: str, tmp_path: Path) -> None:
    first = CHOSEN["packages"][0]
    name, version = first["name"], first["version"]
    archive = tmp_path / name / "-" / f"{name.rpartition('/')[2]}-{version}.tgz"
    archive.parent.mkdir(parents=True)
    with tarfile.open(archive, "w:gz") as tar:
        for path in first["files"]:
            tar.addfile(tarfile.TarInfo(f"package/{path}"), io.BytesIO())

    ran = subprocess.run(
        [sys.executable, "scripts/vendor.py"],
        cwd=ROOT,
        env={**os.environ, "NPM_CONFIG_REGISTRY": registry, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 1
    assert "is not what vendor.json expects" in ran.stderr
