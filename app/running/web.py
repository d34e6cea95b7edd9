"""The web: gunicorn with threads, on the socket that the supervisor bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from app.running import processes
from config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

REQUESTS_BEFORE_RECYCLING = 5000


class Web(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Our application as gunicorn wants it: already loaded, so that its workers start at once."""

    def __init__(self, application: WSGIApplication, options: dict[str, Any]) -> None:
        self._application = application
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """The application to serve."""
        return self._application


class Lines(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """What gunicorn has to say, in the same form as everything else."""

    def setup(self, cfg: Any) -> None:
        """Leave it to the one handler of this process."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def serve(application: Flask, settings: Settings, descriptor: int) -> None:
    """Answer requests until told to stop."""
    Web(application, options(settings, descriptor)).run()


def options(settings: Settings, descriptor: int) -> dict[str, Any]:
    """How gunicorn works for us."""
    return {
        "bind": f"fd://{descriptor}",
        "workers": settings.web_workers,
        "worker_class": "gthread",
        "threads": settings.web_threads,
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": 8,  # within the supervisor's patience
        "max_requests": REQUESTS_BEFORE_RECYCLING,
        "max_requests_jitter": REQUESTS_BEFORE_RECYCLING // 10,
        "loglevel": "warning",
        "logger_class": Lines,
        # What proxies say is looked at in one place: TRUSTED_PROXIES.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        # As long as the longest address of ours with a full list of choices, and room for cookies.
        "limit_request_line": 4094,
        "limit_request_fields": 100,
        "limit_request_field_size": 8190,
        "control_socket_disable": True,  # another way in that nobody needs
        "post_fork": _die_with_master,
    }


def _die_with_master(master: Any, _worker: Any) -> None:
    processes.die_with(master.pid)
