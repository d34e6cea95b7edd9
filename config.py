"""Every setting of Postiljon, read once from the process environment; a wrong one stops the start."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import parseaddr
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, quote, urlsplit

from app import setting_values as read
from app.setting_values import LOOPBACK, SettingError, shown_url

__all__ = ["LOOPBACK", "SettingError", "Settings", "shown_url"]

ROOT = Path(__file__).resolve().parent
LONGEST_SOCKET_PATH = 107  # bytes; the kernel takes no more
SHORTEST_SECRET = 32
FIRST_PORT = 8080
DATABASES = ("postgresql://user:password@host/name", "sqlite:////path/to/file.db")
QUEUES = ("redis://host:6379/0", "rediss://host:6379/0", "unix:///path/to/redis.sock")
MAIL_SERVERS = ("smtp://user:password@host:587", "smtps://user:password@host:465")
STORES = ("s3://key:secret@host:9000/bucket?region=eu-west-1&tls=no", "file:///a/shared/folder")
PARTS = ("web", "workers", "scheduler")
KVK = "https://api.kvk.nl/api"
VIES = "https://ec.europa.eu/taxation_customs/vies/rest-api"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose. Names are those of the process environment, in lower case."""

    database_url: str = field(repr=False)  # empty: a SQLite file in the data folder
    redis_url: str = field(repr=False)  # the queue; empty: one of our own is started
    storage_url: str = field(repr=False)  # where documents are kept; empty: in the data folder
    mail_url: str = field(repr=False)  # the mail server; empty: mails are kept as files
    mail_from: str  # the sender of the platform’s own mails
    secret_key: str = field(repr=False)  # signs sessions and links; made once on loopback
    bind: str  # the address to listen on; any but loopback needs PUBLIC_URL and SECRET_KEY
    port: int  # the port to listen on; 0: the first free one from 8080
    public_url: str  # what people type; links in mails begin with it
    data_dir: Path  # files, embedded database, embedded queue, kept mails
    activation: str  # how an organization is activated: instant, or review by staff
    free_organizations: int  # how many organizations an environment on the free plan may have
    receive_price: Decimal  # what receiving one document costs on the free plan, in euros
    lease_seconds: int  # how long one attempt may take before a sweep looks at it
    max_upload_mb: int  # the largest document that is taken in
    terms_version: str  # the version of the terms that people accept at sign-up
    parts: str  # what runs on this host: any of web, workers, scheduler
    wait_seconds: int  # how long a start waits for servers that come up later
    workers: int  # worker processes
    web_workers: int  # web processes
    web_threads: int  # threads in each web process
    log_level: str  # what is told on the terminal: error, warning, info or debug
    log_format: str  # how it is told: text for people, json for programs
    trusted_proxies: int  # how many proxies stand before us; 0: what they forward is not believed
    request_seconds: int  # how long the database may take over one request’s statement
    metrics_token: str = field(repr=False)  # who shows it reads /metrics; empty: this machine only
    metrics_port: int  # a port of its own for /metrics and /readyz, on hosts without a web; 0: none
    kvk_key: str = field(repr=False)  # the key to the Dutch company register; empty: never asked
    kvk_url: str  # where that register answers
    kvk_ca: str  # the certificates that it is known by, a PEM file; empty: those of this machine
    vies_url: str  # where VAT numbers of the EU are looked up; empty: nowhere

    @property
    def loopback(self) -> bool:
        """Only this machine can reach us: demonstration and kept mails may be shown."""
        return self.bind in LOOPBACK

    @property
    def mail_dir(self) -> Path:
        """Where mails are kept when no mail server is set."""
        return self.data_dir / "mail"

    @property
    def queue_socket(self) -> Path:
        """Where our own queue listens: in the data folder, unless that path is too long."""
        path = self.data_dir / "redis" / "redis.sock"
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            return path
        short = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"postiljon-{short}" / "redis.sock"

    @property
    def own_queue_url(self) -> str:
        """The address of the queue that the supervisor starts."""
        return f"unix://{quote(str(self.queue_socket))}"

    @property
    def queue_url(self) -> str:
        """The queue to talk to, for a command beside the supervisor as well."""
        return self.redis_url or self.own_queue_url

    @property
    def shown_database_url(self) -> str:
        """The database as it may be shown: without its password."""
        return shown_url(self.database_url)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read and check everything, or raise ``SettingError``."""
        env = os.environ if environ is None else environ
        data_dir = _folder(env, "DATA_DIR", ROOT / "var")
        bind = _bind(env)
        port = read.number(env, "PORT", 0, 0, 65535)
        return cls(
            database_url=read.url(env, "DATABASE_URL", DATABASES)
            or f"sqlite:///{data_dir / 'postiljon.db'}",
            redis_url=read.url(env, "REDIS_URL", QUEUES),
            storage_url=_storage(env),
            mail_url=read.url(env, "MAIL_URL", MAIL_SERVERS),
            mail_from=_sender(env),
            secret_key=_secret(env, data_dir, bind),
            bind=bind,
            port=port,
            public_url=_public_url(env, bind, port),
            data_dir=data_dir,
            activation=read.choice(env, "ACTIVATION", "instant", ("instant", "review")),
            free_organizations=read.number(env, "FREE_ORGANIZATIONS", 10, 1, 10_000),
            receive_price=read.price(env, "RECEIVE_PRICE", "0.25"),
            lease_seconds=read.number(env, "LEASE_SECONDS", 120, 2, 3600),
            max_upload_mb=read.number(env, "MAX_UPLOAD_MB", 20, 1, 200),
            terms_version=read.text(env, "TERMS_VERSION") or "2026-11",
            parts=read.some(env, "PARTS", PARTS),
            wait_seconds=read.number(env, "WAIT_SECONDS", 30, 0, 3600),
            workers=read.number(env, "WORKERS", 2, 0, 64),
            web_workers=read.number(env, "WEB_WORKERS", 2, 1, 64),
            web_threads=read.number(env, "WEB_THREADS", 4, 1, 64),
            log_level=read.choice(
                env, "LOG_LEVEL", "warning", ("error", "warning", "info", "debug")
            ),
            log_format=read.choice(env, "LOG_FORMAT", "text", ("text", "json")),
            trusted_proxies=read.number(env, "TRUSTED_PROXIES", 0, 0, 10),
            request_seconds=read.number(env, "REQUEST_SECONDS", 15, 1, 300),
            metrics_token=read.token(env, "METRICS_TOKEN"),
            metrics_port=read.number(env, "METRICS_PORT", 0, 0, 65535),
            **_registers(env),
        )


def _registers(env: Mapping[str, str]) -> dict[str, str]:
    return {
        "kvk_key": read.key(env, "KVK_KEY"),
        "kvk_url": read.service(env, "KVK_URL", KVK, KVK),
        "kvk_ca": read.certificates(env, "KVK_CA"),
        "vies_url": read.service(env, "VIES_URL", "", VIES),
    }


def _storage(env: Mapping[str, str]) -> str:
    text = read.url(env, "STORAGE_URL", STORES)
    parts = urlsplit(text)
    told = set(parse_qs(parts.query, keep_blank_values=True)) <= {"region", "tls"}
    if parts.scheme == "s3" and not (parts.password and parts.path.strip("/") and told):
        raise SettingError(f"STORAGE_URL is “{shown_url(text)}”; write it as {STORES[0]}.")
    return text


def _folder(env: Mapping[str, str], name: str, default: Path) -> Path:
    path = Path(read.text(env, name) or default).expanduser().resolve()
    nearest = next(folder for folder in (path, *path.parents) if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise SettingError(f"{name} is “{path}”; name a folder in which Postiljon may write.")
    return path


def _bind(env: Mapping[str, str]) -> str:
    text = read.text(env, "BIND") or "127.0.0.1"
    try:
        return "127.0.0.1" if text == "localhost" else str(ipaddress.ip_address(text))
    except ValueError as error:
        raise SettingError(
            f"BIND is “{text}”; write an address of this machine such as 127.0.0.1, or 0.0.0.0 for all of them."
        ) from error


def _sender(env: Mapping[str, str]) -> str:
    text = read.text(env, "MAIL_FROM") or "Postiljon <no-reply@postiljon.example>"
    address = parseaddr(text)[1]
    if not address.partition("@")[2] or "\n" in text:
        raise SettingError(
            f"MAIL_FROM is “{text}”; write an e-mail address, such as Postiljon <post@example.nl>."
        )
    return text


def _public_url(env: Mapping[str, str], bind: str, port: int) -> str:
    text = read.text(env, "PUBLIC_URL").rstrip("/")
    if not text and bind in LOOPBACK:
        return f"http://{f'[{bind}]' if ':' in bind else bind}:{port or FIRST_PORT}"
    if not text:
        raise SettingError(
            "PUBLIC_URL is missing; write the address that people type, such as https://invoices.example.nl."
        )
    if not text.startswith(("https://", "http://")) or not read.complete(text):
        raise SettingError(
            f"PUBLIC_URL is “{text}”; write the whole address, such as https://invoices.example.nl."
        )
    return text


def _secret(env: Mapping[str, str], data_dir: Path, bind: str) -> str:
    text = read.text(env, "SECRET_KEY")
    if not text and bind in LOOPBACK:
        return _kept_secret(data_dir)
    if not text:
        raise SettingError(
            "SECRET_KEY is missing; make one with “openssl rand -hex 32” and keep it secret."
        )
    if len(text) < SHORTEST_SECRET:
        raise SettingError(
            f"SECRET_KEY has {len(text)} characters and needs {SHORTEST_SECRET}; make one with “openssl rand -hex 32”."
        )
    return text


def _kept_secret(data_dir: Path) -> str:
    path = data_dir / "secret"
    if not path.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _keep_once(path, secrets.token_hex(32))
    text = path.read_text().strip()
    if len(text) < SHORTEST_SECRET:
        raise SettingError(
            f"The secret in {path} is damaged; remove that file (everyone signs in again) or put it back."
        )
    return text


def _keep_once(path: Path, text: str) -> None:
    # Written aside and linked: of two processes that start together both read the same, whole secret.
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as aside:  # made for its owner alone
        aside.write(text)
        aside.flush()
        with suppress(FileExistsError):
            os.link(aside.name, path)
