"""Who may import whom, as pyproject.toml says it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from config import ROOT


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_imports_what_stands_above_it() -> None:
    outcome = contracts(ROOT)

    assert outcome.returncode == 0, outcome.stdout


def test_an_import_in_the_wrong_direction_is_found(tmp_path: Path) -> None:
    for file in ("pyproject.toml", "config.py", "run.py"):
        (tmp_path / file).write_text((ROOT / file).read_text())
    for source in (ROOT / "app").rglob("*.py"):
        copy = tmp_path / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(source.read_text())
    with (tmp_path / "app" / "invoice" / "model.py").open("a") as module:
        module.write("\nfrom app.services import documents\n")

    outcome = contracts(tmp_path)

    assert outcome.returncode == 1
    assert "app.invoice.model -> app.services.documents" in outcome.stdout
