"""Ways into the network; each keeps the same protocol and passes the same tests."""

from __future__ import annotations

from app.peppol.access_points.base import (
    AccessPoint,
    Capabilities,
    Reachability,
    Reachable,
    Registration,
    RegistrationState,
    Standing,
)
from app.peppol.access_points.loopback import (
    Behaviour,
    Entry,
    Kind,
    LoopbackAccessPoint,
    Registry,
)

__all__ = [
    "AccessPoint",
    "Behaviour",
    "Capabilities",
    "Entry",
    "Kind",
    "LoopbackAccessPoint",
    "Reachability",
    "Reachable",
    "Registration",
    "RegistrationState",
    "Registry",
    "Standing",
]
