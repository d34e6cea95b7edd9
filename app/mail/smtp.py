"""Hand mail to a server: the moment before its text leaves decides everything.

Up to that moment nothing was handed over and trying again is safe. After it, only the server's answer
tells whether the mail was taken; without an answer nobody knows.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.utils import getaddresses
from io import BytesIO
from threading import Timer
from urllib.parse import unquote, urlsplit

from app.invoice.wording import N_
from app.mail.base import nothing
from app.outcome import Outcome, Result

SECONDS = 45.0  # for the whole conversation; shorter than the lease of an attempt
PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
GO_AHEAD = 354
TRANSIENT = range(400, 500)

NOT_REACHED = N_("The mail server could not be reached.")
SIGN_IN = N_("The mail server did not accept our user name and password.")
NOT_NOW = N_("The mail server cannot take this mail now.")
SAID_NO = N_("The mail server refused this mail.")
NO_ANSWER = N_("The mail server took the mail and gave no answer; it may or may not have arrived.")
TAKEN = N_("The mail server took the mail.")
NO_RECIPIENT = N_("This mail has no recipient.")
NO_ENCRYPTION = N_("The mail server offers no encryption, so the password was not sent.")
NOT_ASCII = N_("The mail server cannot handle accents in this mail address.")


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in, and how we sign in there."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    encrypted: bool = False  # from the first byte

    @classmethod
    def parse(cls, url: str) -> Server:
        """Read ``smtp://user:password@host:port`` or ``smtps://…``."""
        parts = urlsplit(url)
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            encrypted=parts.scheme == "smtps",
        )


class _Ended(Exception):
    """The conversation is over before anything was handed over."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.note)
        self.outcome = outcome


class SmtpMailer:
    """Hands mail to a server; each step of the conversation has its own meaning when it fails."""

    def __init__(self, server: Server, seconds: float = SECONDS) -> None:
        self._server = server
        self._seconds = seconds

    def send(self, message: EmailMessage, before_data: Callable[[], None] = nothing) -> Outcome:
        """Hand it in, once."""
        try:
            with self._conversation() as client:
                self._introduce(client)
                text = self._address(client, message)
                before_data()
                self._ask_for_data(client)
                return _hand_over(client, text)
        except _Ended as ended:
            return ended.outcome

    def arrived(self, _message_id: str) -> bool | None:
        """A mail server cannot be asked what became of a mail."""
        return None

    @contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        server = self._server
        with _reaching("connect"):
            if server.encrypted:
                context = ssl.create_default_context()
                client: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=self._seconds, context=context
                )
            else:
                client = smtplib.SMTP(server.host, server.port, timeout=self._seconds)
        # The timeout of a socket starts anew with every byte; this ends the whole conversation.
        limit = Timer(self._seconds, _hang_up, [client])
        limit.daemon = True
        limit.start()
        try:
            yield client
        finally:
            limit.cancel()
            _say_goodbye(client)

    def _introduce(self, client: smtplib.SMTP) -> None:
        server = self._server
        with _reaching("greeting"):
            client.ehlo_or_helo_if_needed()
            if not server.encrypted and client.has_extn("starttls"):
                client.starttls(context=_context(server.host))
                client.ehlo_or_helo_if_needed()
            if not server.user:
                return
            safe = server.host in LOOPBACK or isinstance(client.sock, ssl.SSLSocket)
            if not safe:
                raise _Ended(Outcome(Result.UNREACHABLE, "smtp_no_encryption", NO_ENCRYPTION))
            client.login(server.user, server.password)

    def _address(self, client: smtplib.SMTP, message: EmailMessage) -> bytes:
        """Name sender and recipients; the answer is the text as it will travel."""
        sender, recipients = _envelope(message)
        utf8 = not "".join([sender, *recipients]).isascii()
        if utf8 and not client.has_extn("smtputf8"):
            raise _Ended(Outcome(Result.REFUSED, "smtp_not_ascii", NOT_ASCII))
        options = ["SMTPUTF8"] if utf8 else []
        text = _as_bytes(message, utf8=utf8)
        with _reaching("sender"):
            _expect_yes("sender", *client.mail(sender, options))
        for recipient in recipients:
            with _reaching("recipient"):
                _expect_yes("recipient", *client.rcpt(recipient))
        return text

    def _ask_for_data(self, client: smtplib.SMTP) -> None:
        # Without its go-ahead not one byte of the text has left: trying again is safe.
        with _reaching("data"):
            client.putcmd("data")
            code, answer = client.getreply()
            if code != GO_AHEAD:
                _expect_yes("data", code, answer)
                raise smtplib.SMTPServerDisconnected("no go-ahead")


def _hand_over(client: smtplib.SMTP, text: bytes) -> Outcome:
    """From the first byte of the text only the server's answer counts."""
    try:
        client.send(re.sub(rb"(?m)^\.", b"..", text) + b".\r\n")
        code, answer = client.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Result.UNKNOWN, "smtp_no_answer", NO_ANSWER, {"error": _short(error)})
    if 200 <= code < 300:
        return Outcome(Result.ACCEPTED, "smtp_taken", TAKEN, {"reply": _reply(code, answer)})
    if code < 0:
        return Outcome(Result.UNKNOWN, "smtp_no_answer", NO_ANSWER, {"reply": _reply(code, answer)})
    return _said_no("text", code, answer)


@contextmanager
def _reaching(step: str) -> Iterator[None]:
    """Whatever goes wrong in here, nothing was handed over."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        # Our own password: the operator mends it, and no mail is to blame.
        evidence = {"step": step, "reply": _reply(error.smtp_code, error.smtp_error)}
        raise _Ended(Outcome(Result.UNREACHABLE, "smtp_password", SIGN_IN, evidence)) from error
    except smtplib.SMTPResponseException as error:
        raise _Ended(_said_no(step, error.smtp_code, error.smtp_error)) from error
    except (OSError, smtplib.SMTPException) as error:
        evidence = {"step": step, "error": _short(error)}
        raise _Ended(
            Outcome(Result.UNREACHABLE, "smtp_not_reached", NOT_REACHED, evidence)
        ) from error


def _expect_yes(step: str, code: int, answer: bytes) -> None:
    if not 200 <= code < 300:
        raise _Ended(_said_no(step, code, answer))


def _said_no(step: str, code: int, answer: bytes | str) -> Outcome:
    evidence = {"step": step, "reply": _reply(code, answer)}
    # A code below zero is an answer that could not be read: no reason to give up.
    if code in TRANSIENT or code < 0:
        return Outcome(Result.UNREACHABLE, "smtp_not_now", NOT_NOW, evidence)
    return Outcome(Result.REFUSED, f"smtp_refused_{step}", SAID_NO, evidence)


def _envelope(message: EmailMessage) -> tuple[str, list[str]]:
    named = [str(message[header]) for header in ("To", "Cc", "Bcc") if message[header]]
    recipients = [address for _, address in getaddresses(named) if address]
    if not recipients:
        raise _Ended(Outcome(Result.REFUSED, "smtp_no_recipient", NO_RECIPIENT))
    sender = getaddresses([str(message["Sender"] or message["From"] or "")])[0][1]
    return sender, recipients


def _as_bytes(message: EmailMessage, *, utf8: bool = False) -> bytes:
    """As it travels: lines ended the way of the network, seven bits, no hidden recipients."""
    if message["Bcc"]:
        del message["Bcc"]
    written = BytesIO()
    policy = message.policy.clone(linesep="\r\n", cte_type="7bit", utf8=utf8)  # type: ignore[call-arg]  # EmailPolicy has it
    BytesGenerator(written, policy=policy).flatten(message)
    text = written.getvalue()
    return text if text.endswith(b"\r\n") else text + b"\r\n"


def _context(host: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if host in LOOPBACK:  # a relay beside us has no certificate that anyone could check
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _hang_up(client: smtplib.SMTP) -> None:
    with suppress(OSError):
        if client.sock is not None:
            client.sock.shutdown(socket.SHUT_RDWR)


def _say_goodbye(client: smtplib.SMTP) -> None:
    # What was decided stands, whatever becomes of the farewell; and it may not take long.
    with suppress(OSError, smtplib.SMTPException):
        if client.sock is not None:
            client.sock.settimeout(2)
            client.quit()
    with suppress(OSError):
        client.close()


def _reply(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"[:400]


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:400]
