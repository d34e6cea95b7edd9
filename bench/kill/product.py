"""The platform under trial: started with one command, killed, and started again as an init system would."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from bench.kill.launcher_files import CLOCKS, EVERYONE, FOLDER, PIDS
from config import ROOT, Settings

OURS = frozenset(name.upper() for name in Settings.__dataclass_fields__)
START = 180.0


class Product:
    """The supervisor with its processes, and someone who starts it again when it ends."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        self._environment = {**kept, **settings, FOLDER: str(folder), "PYTHONPATH": str(ROOT)}
        self.url = f"http://127.0.0.1:{settings['PORT']}"
        self.terminal = folder / "terminal"
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Begin, and come back when the web answers."""
        self._wanted.set()
        self._keeper.start()
        deadline = time.monotonic() + START
        while not self.answers():
            if time.monotonic() > deadline:
                raise SystemExit(
                    f"The platform doesn't start.\n{self.terminal.read_text()[-4000:]}"
                )
            time.sleep(0.2)

    def answers(self) -> bool:
        """Whether the sign-in page is there."""
        with suppress(URLError, OSError), urlopen(f"{self.url}/login/", timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def pid(self, name: str) -> int | None:
        """The process that the supervisor calls so, if it lives now."""
        with suppress(FileNotFoundError, ValueError):
            pid = int((self._folder / PIDS / name).read_text())
            if pid in self.processes():
                return pid
        return None

    def web_processes(self) -> list[int]:
        """Those that answer requests."""
        master = self.pid("The web")
        with suppress(psutil.NoSuchProcess):
            return [each.pid for each in psutil.Process(master).children()] if master else []
        return []

    @property
    def supervisor(self) -> int | None:
        """The process that was started."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def processes(self) -> list[int]:
        """Everything but the supervisor."""
        with suppress(psutil.NoSuchProcess):
            if self.supervisor is not None:
                return [
                    each.pid for each in psutil.Process(self.supervisor).children(recursive=True)
                ]
        return []

    def set_clock(self, seconds: float, pid: int | None = None) -> None:
        """From now on the clock of this process, or of all of them, is wrong by so much."""
        name = EVERYONE if pid is None else str(pid)
        aside = self._folder / f"clock-{name}"
        aside.write_text(str(seconds))
        aside.rename(self._folder / CLOCKS / name)

    def right_clock(self, pid: int) -> None:
        """It is set right."""
        (self._folder / CLOCKS / str(pid)).unlink(missing_ok=True)

    def stop(self) -> int:
        """As with Ctrl-C; the answer is the exit code."""
        self._wanted.clear()
        self._keeper.join(30)
        if self._process is None:
            return 0
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            return self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _keep(self) -> None:
        while self._wanted.is_set():
            if self.supervisor is None:
                self._begin()
            time.sleep(0.2)

    def _begin(self) -> None:
        self.starts += 1
        with self.terminal.open("ab") as terminal:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.kill.launcher"],
                cwd=ROOT,
                env=self._environment,
                stdout=terminal,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
