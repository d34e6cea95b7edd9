"""Send one e-mail, and say exactly how far it came."""

from __future__ import annotations

from pathlib import Path

from app.mail.base import Mailer, message_id
from app.mail.files import FileMailer
from app.mail.smtp import SECONDS, Server, SmtpMailer

__all__ = ["FileMailer", "Mailer", "Server", "SmtpMailer", "mailer", "message_id"]


def mailer(mail_url: str, mail_dir: Path, *, seconds: float = SECONDS) -> Mailer:
    """Mail by the server of this address; without one, mails are kept as files."""
    return SmtpMailer(Server.parse(mail_url), seconds) if mail_url else FileMailer(mail_dir)
