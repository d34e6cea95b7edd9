"""The page “Add a screen” is true: its code, put where it says, is a working screen behind the wall."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT

PAGE = (ROOT / "docs" / "add-a-screen.md").read_text()
MODEL, VIEW, RIGHT = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
FILES = re.findall(r"^`(app/\S+\.py)`$", PAGE, re.MULTILINE)
MOST_LINES = 15

USE_IT = """
import os, tempfile
from app.application import create_app
from app.extensions import db
from app import tenancy
from app.models.note import Note
from app.services import installation
from config import Settings
from tests.factories import World, sign_in

folder = tempfile.mkdtemp()
app = create_app(Settings.load({"DATA_DIR": folder, "PUBLIC_URL": "http://localhost"}))
app.config["WTF_CSRF_ENABLED"] = False
with app.app_context():
    installation.prepare()
    Note.__table__.create(db.engine)
    world = World()
    piet = world.user(world.environment("Ours"), "Piet Post")
    mia = world.user(world.environment("Theirs"), "Mia Maes")
    sofie = world.user(None, "Sofie Steun", staff="support")
    db.session.remove()

def browse(user):
    browser = app.test_client()
    sign_in(browser, user)
    return browser

added = browse(piet).post("/notes/add", data={"text": "Milk and eggs"})
assert added.status_code == 302, added.text
assert "Milk and eggs" in browse(piet).get("/notes/list/").text
assert 'href="/notes/list/"' in browse(piet).get("/").text, "no menu item"
assert "Milk and eggs" not in browse(mia).get("/notes/list/").text
assert browse(sofie).get("/notes/list/").status_code == 403
print("used")
"""


def lines_of_code(*blocks: str) -> int:
    every = [line.strip() for block in blocks for line in block.splitlines()]
    return sum(bool(line) and not line.startswith(("import ", "from ")) for line in every)


def test_a_screen_takes_at_most_fifteen_lines():
    assert lines_of_code(MODEL, VIEW, RIGHT) <= MOST_LINES


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the platform with the code of the page put where the page says."""
    skip = shutil.ignore_patterns("__pycache__")
    for folder in ("app", "migrations"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=skip)
    (tmp_path / "tests").mkdir()
    for file in ("config.py", "tests/__init__.py", "tests/factories.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    for file, code in zip(FILES, (MODEL, VIEW), strict=True):
        (tmp_path / file).write_text(code)
    edit(tmp_path / "app/models/__init__.py", "__all__ = [", "from app.models.note import Note\n\n")
    edit(tmp_path / "app/views/__init__.py", "SCREENS: ", "from app.views import notes\n\n")
    edit(tmp_path / "app/views/__init__.py", "    contacts,\n    partners", "    notes,\n")
    edit(tmp_path / "app/roles.py", '    "Home: read",\n', RIGHT)
    return tmp_path


def edit(file: Path, before: str, code: str) -> None:
    source = file.read_text()
    assert before in source, f"{file} has no {before}"
    file.write_text(source.replace(before, code + before, 1))


def test_the_code_of_the_page_is_a_working_screen(tree):
    done = subprocess.run(
        [sys.executable, "-c", USE_IT], cwd=tree, capture_output=True, text=True, check=False
    )

    assert done.stdout.strip().endswith("used"), done.stderr[-3000:]
