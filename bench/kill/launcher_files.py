"""By which files a trial and its launcher understand each other."""

from __future__ import annotations

FOLDER = "KILL_BENCH_FOLDER"  # the setting that names the folder of the trial
CLOCKS = "clocks"  # one file per process with the seconds by which its clock is wrong
EVERYONE = "everyone"
PIDS = "pids"  # one file per child of the supervisor
