"""The address: bound once by the supervisor, so that restarting the web refuses nobody."""

from __future__ import annotations

import errno
import socket

from config import FIRST_PORT, SettingError

TRIES = 50


def listen(bind: str, port: int) -> socket.socket:
    """Bind the port that was set, or the first free one from 8080."""
    if port:
        return _bind(bind, port)
    for candidate in range(FIRST_PORT, FIRST_PORT + TRIES):
        try:
            return _bind(bind, candidate)
        except SettingError:
            continue
    raise SettingError(
        f"Ports {FIRST_PORT} to {FIRST_PORT + TRIES - 1} are all in use; set PORT to a free one."
    )


def _bind(bind: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((bind, port))
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        listener.close()
        raise SettingError(_sentence(bind, port, error)) from error
    return listener


def _sentence(bind: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"PORT is {port} and something else listens there; set PORT to a free one."
    if error.errno == errno.EACCES:
        return f"PORT is {port} and only root may use it; set PORT to 1024 or higher."
    return f"BIND is “{bind}” and this machine cannot listen there ({error.strerror})."
