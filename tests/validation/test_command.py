"""``flask validate``, also where there is no database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sample_changes import changed, sample

from app.cli_validate import validate
from app.rendering.pdf import write

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def files(tmp_path):
    (tmp_path / "good.xml").write_bytes(sample("dutch_invoice"))
    (tmp_path / "bad.xml").write_bytes(changed("dutch_invoice", ("empty", "cbc:ID")))
    return tmp_path


def run(*arguments, given=None):
    return CliRunner().invoke(validate, [str(each) for each in arguments], input=given)


def test_as_typed_where_there_is_no_database(files):
    command = (sys.executable, "-m", "flask", "--app", "run", "validate", str(files / "bad.xml"))
    # Nobody listens there: a command that needs the database would fail.
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": ""}

    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **nowhere, "DATA_DIR": str(files)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stderr
    assert "bad.xml: not valid (en16931-ubl 1.3.15, peppol-ubl 3.0.20)" in done.stdout
    assert "fatal BR-02: line " in done.stdout


def test_good_documents_end_well_and_one_bad_one_does_not(files):
    good = run(files / "good.xml")
    both = run(files / "good.xml", files / "bad.xml", "--language", "nl", "--no-schema")

    assert (good.exit_code, "good.xml: valid (" in good.output) == (0, True)
    assert both.exit_code == 1
    assert "Het factuurnummer ontbreekt. Vul dit in." in both.output


def test_json_from_standard_input():
    given = changed("dutch_invoice", ("empty", "cbc:ID"))

    done = run("-", "--format", "json", "--rules", "en16931-ubl", "--no-schema", given=given)

    (told,) = json.loads(done.output)
    assert (done.exit_code, told["valid"], told["releases"]) == (1, False, ["en16931-ubl 1.3.16"])
    (found,) = told["findings"]
    assert (found["code"], found["severity"], found["term"]) == ("BR-02", "fatal", "BT-1")
    assert (found["message"], found["fix"]) == (
        "The invoice number is missing. Fill it in.",
        "Fill it in.",
    )


def test_an_invoice_in_another_syntax_or_in_a_pdf_is_checked_as_well(files):
    cii = (ROOT / "tests" / "samples" / "cii" / "dutch_invoice.xml").read_bytes()
    (files / "cii.xml").write_bytes(cii)
    (files / "inside.pdf").write_bytes(write("<p>Factuur</p>", cii))
    (files / "empty.pdf").write_bytes(write("<p>Factuur</p>"))

    read = run(files / "cii.xml", files / "inside.pdf")
    empty = run(files / "empty.pdf")

    assert read.exit_code == 0, read.output
    assert read.output.count("This came as CII D16B.") == 2
    assert (empty.exit_code, "PST-PDF" in empty.output) == (1, True)


def test_what_cannot_be_done_is_said(files):
    unknown, absent = run(files / "good.xml", "--rules", "mine"), run(files / "none.xml")

    assert (unknown.exit_code, "no rule set 'mine'" in unknown.output) == (2, True)
    assert (absent.exit_code, "none.xml" in absent.output) == (1, True)
    assert run().exit_code == 2
