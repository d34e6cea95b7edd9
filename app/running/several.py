"""A host that runs only some parts works together with others: what it then needs to be told."""

from __future__ import annotations

from collections.abc import Mapping

from config import PARTS, SettingError, Settings

NEEDED: Mapping[str, str] = {
    "DATABASE_URL": "the PostgreSQL that all hosts use",
    "REDIS_URL": "the Redis or Valkey that all hosts use",
    "STORAGE_URL": "the bucket that all hosts use, or file:///… for a disk that they share",
    "SECRET_KEY": "the same secret on all hosts",
    "PUBLIC_URL": "the address that people type",
}
ALL = ",".join(PARTS)


def refuse(settings: Settings, environ: Mapping[str, str]) -> None:
    """Refuse a part of the platform that the other parts could not work with."""
    if settings.parts == ALL:
        return
    for name, meaning in NEEDED.items():
        if not environ.get(name, "").strip():
            raise SettingError(
                f"PARTS is “{settings.parts}”, so this host works together with others, and "
                f"{name} is missing; set it to {meaning}."
            )
    if not settings.database_url.startswith("postgresql:"):
        raise SettingError(
            f"PARTS is “{settings.parts}”, so this host works together with others, and "
            "DATABASE_URL is a file that they cannot share; set it to a PostgreSQL."
        )


def advice(settings: Settings) -> str | None:
    """What is allowed and probably not meant, for the person at the terminal."""
    if settings.parts != ALL and "workers" in settings.parts and not settings.mail_url:
        return f"MAIL_URL is empty: mails are kept in {settings.mail_dir} on this host, not sent."
    return None


def names(settings: Settings) -> str:
    """What runs on this host, in words."""
    words = {
        "web": "the web",
        "workers": "1 worker" if settings.workers == 1 else f"{settings.workers} workers",
        "scheduler": "the scheduler",
    }
    chosen = [words[part] for part in settings.parts.split(",")]
    return " and ".join(filter(None, [", ".join(chosen[:-1]), chosen[-1]]))
