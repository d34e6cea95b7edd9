"""By e-mail: the document as files, and a private link for whoever rather looks in a browser."""

from __future__ import annotations

from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.utils import formataddr, localtime, parseaddr

from app.channels.base import Message
from app.invoice.wording import N_
from app.mail import Mailer, message_id
from app.outcome import Outcome, Result

ARRIVED = N_("The mail was handed over.")
NOT_HANDED_OVER = N_("The mail was not handed over.")


class EmailChannel:
    """Hands a document to a mail server."""

    name = "email"

    def __init__(self, mailer: Mailer, mail_from: str) -> None:
        self._mailer = mailer
        self._address = parseaddr(mail_from)[1]

    def send(self, message: Message, before_hand_over: Callable[[], None]) -> Outcome:
        """Send one mail."""
        return self._mailer.send(self.compose(message), before_hand_over)

    def status(self, key: str) -> Outcome | None:
        """What became of it, where the way of sending can tell."""
        arrived = self._mailer.arrived(self._message_id(key))
        if arrived is None:
            return None
        if arrived:
            return Outcome(Result.ACCEPTED, "mail_found", ARRIVED)
        return Outcome(Result.UNREACHABLE, "mail_not_found", NOT_HANDED_OVER)

    def compose(self, message: Message) -> EmailMessage:
        """The mail as it travels; the same message always has the same id."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["Subject"] = _one_line(message.subject)
        mail["From"] = formataddr((_one_line(message.sender), self._address))
        mail["To"] = message.recipient
        if message.reply_to:
            mail["Reply-To"] = message.reply_to
        mail["Date"] = localtime()
        mail["Message-ID"] = self._message_id(message.key)
        mail["Auto-Submitted"] = "auto-generated"  # no out-of-office replies, please
        mail.set_content(message.text)
        if message.html:
            mail.add_alternative(message.html, subtype="html")
        for each in message.attachments:
            kind, _, subtype = each.mime.partition("/")
            mail.add_attachment(each.content, kind, subtype, filename=each.name)
        return mail

    def _message_id(self, key: str) -> str:
        return message_id(key, self._address.rpartition("@")[2] or "localhost")


def _one_line(text: str) -> str:
    return " ".join(text.split())
