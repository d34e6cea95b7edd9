"""``flask render``: from a file to a PDF, with no database behind it."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "tests" / "samples"
# Nothing listens there: whoever asks a database fails.
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def render(tmp_path):
    """Run the command as a person does."""

    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "run", "render", *map(str, words)],
            cwd=ROOT,
            env=os.environ | {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": NOWHERE},
            capture_output=True,
            check=False,
        )

    return run


def text_of(content):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_an_invoice_becomes_a_pdf_without_a_database(render, tmp_path):
    target = tmp_path / "invoice.pdf"

    done = render(SAMPLES / "dutch_invoice.xml", "--to", target, "--language", "nl")

    assert (done.returncode, done.stderr) == (0, b"")
    assert "Factuur" in text_of(target.read_bytes())
    assert str(target) in done.stdout.decode()


def test_cii_is_printed_too_and_can_be_handed_on(render):
    done = render(SAMPLES / "cii" / "dutch_invoice.xml", "--to", "-")

    assert done.returncode == 0
    assert "2026-77" in text_of(done.stdout)


def test_what_is_no_invoice_gets_a_sentence(render, tmp_path):
    other = tmp_path / "order.xml"
    other.write_text("<Order/>")

    done = render(other)

    assert done.returncode == 1
    assert "its first element is “Order”" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert not other.with_suffix(".pdf").exists()


def test_a_file_is_never_replaced_by_its_own_picture(render, tmp_path):
    file = tmp_path / "invoice.pdf"
    file.write_bytes(b"%PDF")

    done = render(file)

    assert done.returncode == 2
    assert "would replace the file itself" in done.stderr.decode()
    assert file.read_bytes() == b"%PDF"


def test_a_place_that_cannot_be_written_is_named(render, tmp_path):
    done = render(SAMPLES / "dutch_invoice.xml", "--to", tmp_path / "nowhere" / "a.pdf")

    assert done.returncode == 1
    assert "can't be written: No such file or directory." in done.stderr.decode()
