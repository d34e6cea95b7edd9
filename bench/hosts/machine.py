"""A host of the platform: ``run.py`` with some of the parts, a data folder and a name of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.hosts.network import Network
from config import ROOT, Settings

OURS = frozenset(name.upper() for name in Settings.__dataclass_fields__)
WEB_PORT = 8080
STOP_SECONDS = 60.0


class Machine:
    """One host; it starts like any other, with one command."""

    def __init__(
        self, network: Network, name: str, parts: str, folder: Path, shared: Mapping[str, str]
    ) -> None:
        self.name, self.parts = name, parts
        self._network = network
        self._terminal = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        kept = {key: value for key, value in os.environ.items() if key not in OURS}
        address = network.addresses[name]
        self.url = f"http://{address}:{WEB_PORT}"
        self._environment = {
            **kept,
            **shared,
            "PYTHONPATH": str(ROOT),
            "PARTS": parts,
            "DATA_DIR": str(folder / name),
            "BIND": address,
            "PORT": str(WEB_PORT),
        }

    def start(self) -> None:
        """Begin; it is ready a little later."""
        with self._terminal.open("ab") as terminal:
            self._process = subprocess.Popen(
                [*self._network.within(self.name), sys.executable, "run.py"],
                cwd=ROOT,
                env=self._environment,
                stdout=terminal,
                stderr=subprocess.STDOUT,
            )

    def ready(self) -> bool:
        """Whether it says so; one that ended instead says why."""
        if self._process is not None and self._process.poll() is not None:
            raise SystemExit(f"{self.name} ended.\n{self.said()[-3000:]}")
        return "Ctrl-C stops everything." in self.said()

    def run(self, *command: str) -> str:
        """Run something else there, beside the platform; the answer is what it printed."""
        done = subprocess.run(
            [*self._network.within(self.name), sys.executable, *command],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} on {self.name}:\n{done.stderr[-3000:]}")
        return done.stdout

    def ask_to_stop(self) -> None:
        """As an init system does; it takes a moment."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> int:
        """Stop it; the answer is the exit code."""
        self.ask_to_stop()
        if self._process is None:
            return 0
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def said(self) -> str:
        """What its terminal shows."""
        return self._terminal.read_text(errors="replace") if self._terminal.exists() else ""
