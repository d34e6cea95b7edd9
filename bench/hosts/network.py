"""A small network of namespaces on one machine: a switch, and hosts whose cable can be pulled."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

PREFIX = "postiljon-"
SUBNET = "10.77.0."
SWITCH = "lan"
NAMESPACES = Path("/run/netns")
CLONE_NEWNET = 0x40000000  # from linux/sched.h


class NoNamespaces(Exception):
    """This machine doesn't let us make networks; the sentence says why."""


class Network:
    """Hosts by name, all on one switch; ``close`` takes everything away again."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self._prefix = f"{PREFIX}{os.getpid()}-"
        self.addresses: Mapping[str, str] = {
            name: f"{SUBNET}{number}" for number, name in enumerate(hosts, 10)
        }

    def build(self) -> None:
        """Make the switch and a cable from it to every host."""
        try:
            self._make(SWITCH)
            self._ip(SWITCH, "link", "add", SWITCH, "type", "bridge")
            self._ip(SWITCH, "link", "set", SWITCH, "up")
            for name, address in self.addresses.items():
                self._connect(name, address)
        except (OSError, subprocess.CalledProcessError) as error:
            self.close()
            said = getattr(error, "stderr", None) or str(error)
            raise NoNamespaces(
                f"No network namespaces here; root makes them: {said.strip()}"
            ) from error

    def close(self) -> None:
        """End whatever still runs in them, and forget them."""
        for name in (*self.addresses, SWITCH):
            with suppress(OSError, subprocess.CalledProcessError):
                for pid in _ip("netns", "pids", self._prefix + name).split():
                    if int(pid) != os.getpid():
                        os.kill(int(pid), 9)
            with suppress(OSError, subprocess.CalledProcessError):
                _ip("netns", "del", self._prefix + name)

    def enter(self, name: str) -> None:
        """From now on this process, and what it starts, is that host."""
        libc = ctypes.CDLL(None, use_errno=True)
        with (NAMESPACES / (self._prefix + name)).open() as namespace:
            if libc.setns(namespace.fileno(), CLONE_NEWNET):
                raise NoNamespaces(f"No network namespaces here: {os.strerror(ctypes.get_errno())}")

    def within(self, name: str, user: int = 0, group: int = 0) -> list[str]:
        """What to write before a command, so that it runs on that host and under its name."""
        inside = ["nsenter", f"--net={NAMESPACES / (self._prefix + name)}"]
        named = ["unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', name]
        if user:
            named += ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
        return [*inside, *named]

    def processor_seconds(self, name: str) -> float:
        """What the processes of a host have used so far, with those that they started and that ended."""
        ticks = 0
        for pid in _ip("netns", "pids", self._prefix + name).split():
            with suppress(OSError):
                # The name in brackets may hold spaces; user, system, and both of ended children follow.
                said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, said[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def pull(self, name: str) -> None:
        """Pull the cable of a host: nothing comes in, nothing goes out, and nobody is told."""
        self._ip(SWITCH, "link", "set", name, "down")

    def plug(self, name: str) -> None:
        """Put it back."""
        self._ip(SWITCH, "link", "set", name, "up")

    def _connect(self, name: str, address: str) -> None:
        self._make(name)
        cable = ["type", "veth", "peer", "name", "eth0", "netns", self._prefix + name]
        self._ip(SWITCH, "link", "add", name, *cable)
        self._ip(SWITCH, "link", "set", name, "master", SWITCH, "up")
        self._ip(name, "address", "add", f"{address}/24", "dev", "eth0")
        self._ip(name, "link", "set", "eth0", "up")

    def _make(self, name: str) -> None:
        _ip("netns", "add", self._prefix + name)
        self._ip(name, "link", "set", "lo", "up")

    def _ip(self, name: str, *words: str) -> None:
        _ip("-n", self._prefix + name, *words)


def _ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=True)
    return done.stdout
