"""A port of its own for machines that watch: the only one on a host without the web."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask

from app.observability import context
from app.running import web
from config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ADDRESSES = ("/healthz", "/readyz", "/metrics")


def serve(application: Flask, settings: Settings) -> None:
    """Answer these addresses, and nothing else, until told to stop."""
    context.become("figures")
    host = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
    chosen = {
        **web.options(settings, 0),
        "bind": f"{host}:{settings.metrics_port}",
        "workers": 1,
        "threads": 2,
    }
    web.Web(only(application), chosen).run()


def only(application: Flask) -> WSGIApplication:
    """The same application, seen through a hole: no page for people is answered here."""

    def answer(environ: Any, start: Any) -> Any:
        if environ["PATH_INFO"] not in ADDRESSES:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"Only /healthz, /readyz and /metrics are answered here.\n"]
        return application(environ, start)

    return answer
