"""For machines that watch: is it alive, is it ready, the figures. No session, no person, no line in the log."""

from __future__ import annotations

import hmac
import ipaddress

from flask import Blueprint, Flask, current_app, jsonify, make_response, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.observability import figures, health
from config import LOOPBACK, Settings

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")

pages = Blueprint("watching", __name__)


@pages.get("/healthz")
def alive() -> Response:
    """The process answers; nothing is asked of anything else."""
    return _plain(make_response("alive\n"))


@pages.get("/readyz")
def ready() -> Response:
    """Whether requests make sense here, and which part is missing."""
    found = health.look()
    answer = jsonify(found.told())
    answer.status_code = 200 if found.ready else 503
    return _plain(answer)


@pages.get("/metrics")
def metrics() -> Response:
    """The figures, for those who may see them; for others there is no such page."""
    if not may_read(current_app.config["SETTINGS"]):
        raise NotFound
    answer = make_response(figures.text())
    answer.headers["Content-Type"] = figures.KIND
    return _plain(answer)


def may_read(settings: Settings) -> bool:
    """Who shows the token; without one, programs of this very machine that no proxy speaks for."""
    if settings.metrics_token:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(shown.encode(), settings.metrics_token.encode())
    # A proxy on this machine would make the whole world look local.
    own = settings.loopback and any(
        settings.public_url.partition("://")[2].strip("[").startswith(name) for name in LOOPBACK
    )
    return own and _local() and not any(name in request.headers for name in FORWARDED)


def _local() -> bool:
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _plain(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def register(app: Flask) -> None:
    """Without the framework: these pages must answer when nothing else does."""
    app.register_blueprint(pages)
