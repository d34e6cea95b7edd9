"""Two web hosts, three worker hosts; one is cut off while documents are on their way, and comes back.

Every host stands in a network namespace of its own. What arrived is counted in the inboxes of the
recipients and at the mail server. ``make bench-hosts`` does the same with 1,000 documents and a minute.
"""

from __future__ import annotations

import os
import subprocess
import sys

from config import ROOT

SMALL = {"DOCUMENTS": "120", "CUT_SECONDS": "15", "LEASE": "8", "MAILS": "12"}
PATIENCE = 900


def test_a_host_that_is_cut_off_and_comes_back_loses_nothing_and_doubles_nothing() -> None:
    trial = subprocess.Popen(
        [sys.executable, "-m", "bench.hosts"],
        cwd=ROOT,
        env=os.environ | SMALL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        output, _ = trial.communicate(timeout=PATIENCE)
    finally:
        if trial.poll() is None:
            trial.terminate()  # it takes its network down before it ends
            trial.wait(60)
    assert trial.returncode == 0, output
    assert "PASSED" in output
