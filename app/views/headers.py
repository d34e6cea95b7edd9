"""What browsers may do with our answers: nothing but show our own pages, run our own scripts, talk to us.

A view that needs other rules sets them itself: the invoice and a kept mail are shown in a frame of ours and
may do even less, a PDF may stand in one, the page behind a secret link tells nobody where it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import Flask, g
from werkzeug.wrappers import Response

from config import Settings

YEAR = 31536000  # seconds
POLICY = "Content-Security-Policy"
# An inline script needs this page's nonce; there are no inline styles. The style sheet draws its small
# signs from data: addresses.
PAGE = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
BARE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
UNUSED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)


def register(app: Flask, settings: Settings) -> None:
    """Give every answer its headers, those of errors and redirects too."""
    always = of_everything(settings)
    app.jinja_env.globals["csp_nonce"] = nonce

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in always.items():
            response.headers.setdefault(name, value)
        rules = PAGE.format(nonce=nonce()) if response.mimetype == "text/html" else BARE
        response.headers.setdefault(POLICY, rules)
        return response


def of_everything(settings: Settings) -> Mapping[str, str]:
    """The headers that don't depend on what is answered."""
    found = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if settings.public_url.startswith("https://"):
        # This host only: what else runs below its name is not ours to decide about.
        found["Strict-Transport-Security"] = f"max-age={YEAR}"
    return found


def nonce() -> str:
    """The number of this one answer that its inline scripts carry."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)
