"""Mails that were kept as files, for whoever tries the platform on their own machine."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import make_response, request
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.errors import NotFound
from app.extensions import settings
from app.views.strangers import file_mail, page, private

MOST_SHOWN = 200
LANGUAGE = re.compile(r'<html[^>]*\slang="([a-z]{2})"')
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept mail."""

    name: str
    to: str
    subject: str
    at: datetime | None
    text: str
    html: str
    attachments: tuple[str, ...]

    @property
    def language(self) -> str:
        """The language that it is written in, as its page says: that of whoever it is for."""
        found = LANGUAGE.search(self.html)
        return found[1] if found else ""


class DevMailView(BaseView):
    """Only with mails kept as files, on a platform that only this machine can reach, from this machine."""

    route_base = "/dev/mail"
    default_view = "all"

    @expose("/")
    def all(self) -> Response:
        """The newest mails."""
        _only_here()
        mails = [_read(path) for path in _files()[:MOST_SHOWN]]
        return page(self, "accounts/dev_mails.html", title=gettext("Kept mails"), mails=mails)

    @expose("/<name>")
    def one(self, name: str) -> Response:
        """One mail, as text and as page."""
        _only_here()
        mail = _named(name)
        return page(self, "accounts/dev_mail.html", title=mail.subject, mail=mail)

    @expose("/<name>/page")
    def html(self, name: str) -> Response:
        """The page inside a mail, in a box of its own: it may show itself and follow links, no more."""
        _only_here()
        base = '<base target="_top">'
        response = make_response(_named(name).html.replace("<head>", f"<head>{base}", 1))
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
            "sandbox allow-top-navigation-by-user-activation"
        )
        return private(response)


def _only_here() -> None:
    """Not there for anyone else: these mails hold links that let one in."""
    forwarded = [
        name for name, _ in request.headers if name.lower().startswith(("x-forwarded", "forwarded"))
    ]
    if forwarded or not file_mail() or not _loopback(request.remote_addr or ""):
        raise NotFound("This page isn't here, or it isn't yours.")
    # A name of somebody else's that leads to this machine would let their page read ours.
    if urlsplit(f"//{request.host}").hostname not in LOCAL_NAMES:
        raise NotFound("This page isn't here, or it isn't yours.")


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _files() -> list[Path]:
    found = settings().mail_dir.glob("*.eml")
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def _named(name: str) -> Kept:
    for path in _files():
        if path.stem == name:
            return _read(path)
    raise NotFound("This mail isn't here.")


def _read(path: Path) -> Kept:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Kept(
        name=path.stem,
        to=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        at=parsedate_to_datetime(str(mail["Date"])) if mail["Date"] else None,
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
        attachments=tuple(part.get_filename() or "" for part in mail.iter_attachments()),
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if isinstance(part, EmailMessage) else ""


def register(builder: AppBuilder) -> None:
    """Reached from *Check your mail*."""
    builder.add_view_no_menu(DevMailView)
