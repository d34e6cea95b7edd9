"""The official example invoices, read where they are beside a checkout; they aren't ours to copy."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "samples"
WHY = f"the official examples are not beside this checkout, in {FOLDER}"
UBL = sorted(each for each in FOLDER.glob("*.xml") if "-cii--" not in each.name)
CII = sorted(FOLDER.glob("*-cii--*.xml"))


def each_of(paths):
    """One test per example; a single skipped one that says why where there are none."""
    found = [pytest.param(path, id=path.stem) for path in paths]
    return pytest.mark.parametrize(
        "official", found or [pytest.param(None, marks=pytest.mark.skip(reason=WHY))]
    )
