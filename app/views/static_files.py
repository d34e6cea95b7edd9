"""Style sheets, scripts and icons: under names that change with their content, kept by browsers for a year.

They are made and compressed at set-up (scripts/static_files.py); no request compresses or rewrites anything.
"""

from __future__ import annotations

import json
import re
from wsgiref.headers import Headers

from flask import Flask, current_app, redirect, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from whitenoise import WhiteNoise

from app.views import headers
from config import ROOT, SettingError, Settings

BUILT = ROOT / "app" / "static_built"
PREFIX = "/static/"
FINGERPRINT = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")
FOREVER = "public, max-age=31536000, immutable"


def register(app: Flask, settings: Settings) -> None:
    """Serve them before anything else looks at the request, and let ``url_for`` say their names."""
    names = _names()
    always = {
        **headers.of_everything(settings),
        headers.POLICY: headers.BARE,
        "Cache-Control": FOREVER,
    }

    def add(answer: Headers, _path: str, _url: str) -> None:
        for name, value in always.items():
            answer[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(BUILT / "files"),
        prefix=PREFIX,
        allow_all_origins=False,
        add_headers_function=add,
    )
    app.add_url_rule(f"{PREFIX}<path:filename>", "static", _another_version)

    @app.url_defaults
    def current_name(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static":
            values["filename"] = names[str(values["filename"])]

    app.extensions["static_files"] = names


def _names() -> dict[str, str]:
    try:
        return dict(json.loads((BUILT / "manifest.json").read_text()))
    except FileNotFoundError as error:
        raise SettingError(
            "Style sheets and scripts are not prepared yet; run “make setup”."
        ) from error


def _another_version(filename: str) -> Response:
    """What another version of the platform called it: a page from before an upgrade, or from another host."""
    plain = FINGERPRINT.sub("", filename)
    current = current_app.extensions["static_files"].get(plain)
    if current in (None, filename):
        raise NotFound()
    answer = redirect(url_for("static", filename=plain))
    answer.headers["Cache-Control"] = "no-store"
    return answer
