"""How large the trial is, and on what."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Backend(StrEnum):
    """What the platform stands on."""

    EMBEDDED = "embedded"
    POSTGRES = "postgres"


@dataclass(frozen=True, slots=True)
class Options:
    """The size of one trial; the same seed makes the same plan."""

    backend: Backend = Backend.EMBEDDED
    documents: int = 10_000
    kills: int = 50
    troubles: int = 28  # besides the kills
    seed: int = 1
    mounts: bool = True  # a small disk of its own may be mounted; else processes are limited
    patience: float = 300.0  # seconds without any progress before it counts as stuck

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """As the command line of make says."""
        try:
            return cls(
                backend=Backend(environ.get("BACKEND") or Backend.EMBEDDED),
                documents=int(environ.get("DOCUMENTS") or 10_000),
                kills=int(environ.get("KILLS") or 50),
                troubles=int(environ.get("TROUBLES") or 28),
                seed=int(environ.get("SEED") or 1),
            )
        except ValueError as error:
            sys.exit(f"BACKEND is embedded or postgres, the others are numbers ({error}).")
