"""How large the trial is."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Options:
    """Documents, the seconds during which a host is cut off, and how long a lease lasts."""

    documents: int = 1000
    seconds: int = 60
    lease: int = 20
    mails: int = 30  # of a hundred; each has a PDF, which takes most of the time
    seed: int = 1

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """As the command line of make says."""
        try:
            return cls(
                documents=int(environ.get("DOCUMENTS") or 1000),
                seconds=int(environ.get("CUT_SECONDS") or 60),
                lease=int(environ.get("LEASE") or 20),
                mails=int(environ.get("MAILS") or 30),
                seed=int(environ.get("SEED") or 1),
            )
        except ValueError as error:
            sys.exit(f"DOCUMENTS, CUT_SECONDS, LEASE, MAILS and SEED are numbers ({error}).")
