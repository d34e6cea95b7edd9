"""Every command that the page about backups and the timer name is there, with its options."""

from __future__ import annotations

import re

import pytest

from config import ROOT

TEXT = "\n".join(
    path.read_text() for path in (ROOT / "docs/backup.md", *(ROOT / "deploy/backup").iterdir())
)
# A line that ends in a backslash goes on.
LINES = re.findall(r"flask --app run (\w+) (\w+)(.*)", TEXT.replace("\\\n", " "))
COMMANDS = sorted({(group, name) for group, name, _rest in LINES})


def test_the_page_names_commands():
    assert len(COMMANDS) >= 6


@pytest.mark.parametrize(("group", "name"), COMMANDS)
def test_a_command_of_the_page_exists_with_its_options(session_app, group, name):
    command = session_app.cli.commands[group].commands[name]
    known = {option for parameter in command.params for option in parameter.opts}

    used = {
        option
        for one, other, rest in LINES
        if (one, other) == (group, name)
        for option in re.findall(r"--[a-z]+", rest.partition("|")[0].partition("#")[0])
    }
    assert used <= known
