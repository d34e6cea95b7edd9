"""Every setting: read, refused with a sentence, and described in docs/settings.md."""

from __future__ import annotations

import re
import stat
from dataclasses import fields
from pathlib import Path

import pytest

from config import ROOT, SettingError, Settings, shown_url

OPEN = {
    "BIND": "0.0.0.0",  # the case under test
    "SECRET_KEY": "k" * 32,
    "PUBLIC_URL": "https://invoices.example.nl",
}


def load(tmp_path: Path, **environ: str) -> Settings:
    return Settings.load({"DATA_DIR": str(tmp_path), **environ})


def test_nothing_has_to_be_set_on_loopback(tmp_path: Path) -> None:
    settings = load(tmp_path)

    assert settings.loopback
    assert settings.database_url == f"sqlite:///{tmp_path}/postiljon.db"
    assert settings.public_url == "http://127.0.0.1:8080"


def test_an_empty_setting_is_the_same_as_none(tmp_path: Path) -> None:
    assert load(tmp_path, PORT=" ", WORKERS="", MAIL_FROM="") == load(tmp_path)


def test_four_settings_lead_to_other_servers(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        DATABASE_URL="postgresql://u:p@db.example/postiljon",
        REDIS_URL="rediss://cache.example:6380/2",
        STORAGE_URL="s3://key:p%2Fq@files.example/bucket?region=eu-west-1",
        MAIL_URL="smtps://u:p@mail.example:465",
    )

    assert settings.storage_url.startswith("s3://key")
    assert settings.database_url.endswith("/postiljon")
    assert settings.queue_url == "rediss://cache.example:6380/2"
    assert settings.mail_url.endswith(":465")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "80x", "a whole number from 0 to 65535"),
        ("PORT", "70000", "a whole number from 0 to 65535"),
        ("PORT", "٣", "a whole number"),
        ("WORKERS", "-1", "a whole number from 0 to 64"),
        ("WEB_WORKERS", "0", "a whole number from 1 to 64"),
        ("WEB_THREADS", "1.5", "a whole number from 1 to 64"),
        ("LEASE_SECONDS", "1", "a whole number from 2 to 3600"),
        ("MAX_UPLOAD_MB", "1000", "a whole number from 1 to 200"),
        ("ACTIVATION", "maybe", "choose one of instant, review"),
        ("FREE_ORGANIZATIONS", "0", "a whole number from 1 to 10000"),
        ("RECEIVE_PRICE", "0,25", "an amount in euros, such as 0.25"),
        ("RECEIVE_PRICE", "0.255", "an amount in euros, such as 0.25"),
        ("BIND", "invoices.example.nl", "an address of this machine"),
        ("DATABASE_URL", "mysql://db/x", "postgresql://"),
        ("DATABASE_URL", "postgresql://", "postgresql://"),
        ("REDIS_URL", "localhost:6379", "redis://"),
        ("REDIS_URL", "redis://host:port/0", "redis://"),
        ("REDIS_URL", "unix://", "unix://"),
        ("STORAGE_URL", "https://files.example/bucket", "s3://"),
        ("STORAGE_URL", "s3://files.example/bucket", "s3://"),
        ("STORAGE_URL", "s3://key:secret@files.example", "s3://"),
        ("STORAGE_URL", "s3://key:secret@files.example/bucket?tsl=no", "&tls=no"),
        ("STORAGE_URL", "file://", "file:///"),
        ("PARTS", "web,worker", "choose from web, workers, scheduler"),
        ("PARTS", ",", "choose from web, workers, scheduler"),
        ("MAIL_URL", "mail.example.nl", "smtp://"),
        ("MAIL_FROM", "Postiljon", "an e-mail address"),
        ("MAIL_FROM", "a@b.nl\nBcc: c@d.nl", "an e-mail address"),
        ("PUBLIC_URL", "invoices.example.nl", "the whole address"),
        ("SECRET_KEY", "short", "needs 32"),
        ("DATA_DIR", "/dev/null", "a folder in which Postiljon may write"),
        ("KVK_KEY", "two words", "copy the key once more"),
        ("KVK_KEY", "l7xx\nHost: x", "copy the key once more"),
        ("KVK_URL", "http://api.kvk.nl/api", "https://api.kvk.nl/api"),
        ("KVK_URL", "api.kvk.nl", "https://api.kvk.nl/api"),
        ("KVK_CA", "/etc/hostname", "certificates in PEM form"),
        ("KVK_CA", "/nowhere.pem", "certificates in PEM form"),
        ("VIES_URL", "http://10.0.0.1/vies", "https://ec.europa.eu/"),
        ("VIES_URL", "https://host:port/", "https://ec.europa.eu/"),
        ("VIES_URL", "https://host/?a=b", "https://ec.europa.eu/"),
    ],
)
def test_an_odd_setting_is_refused_by_name_and_says_what_is_expected(
    tmp_path: Path, name: str, value: str, expected: str
) -> None:
    with pytest.raises(SettingError) as refused:
        load(tmp_path, **{name: value})

    assert name in str(refused.value)
    assert expected in str(refused.value)


@pytest.mark.parametrize("missing", ["SECRET_KEY", "PUBLIC_URL"])
def test_an_address_that_others_can_reach_needs_more_settings(tmp_path: Path, missing: str) -> None:
    assert not load(tmp_path, **OPEN).loopback

    with pytest.raises(SettingError, match=f"{missing} is missing"):
        load(tmp_path, **{**OPEN, missing: ""})


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = load(tmp_path).secret_key

    assert len(first) == 64
    assert load(tmp_path).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_damaged_secret_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")

    with pytest.raises(SettingError, match="damaged"):
        load(tmp_path)


def test_no_password_is_ever_shown(tmp_path: Path) -> None:
    settings = load(tmp_path, MAIL_URL="smtp://u:hush@mail.example", SECRET_KEY="quiet" * 8)

    assert "hush" not in repr(settings)
    assert "quiet" not in repr(settings)
    assert "hush" not in repr(load(tmp_path, STORAGE_URL="s3://k:hush@files.example/bucket"))
    assert shown_url("redis://:hush@host/0") == "redis://:…@host/0"
    with pytest.raises(SettingError) as refused:
        load(tmp_path, DATABASE_URL="mysql://u:hush@db/x")
    assert "hush" not in str(refused.value)
    with pytest.raises(SettingError) as refused:
        load(tmp_path, STORAGE_URL="s3://k:hush@files.example")
    assert "hush" not in str(refused.value)


def test_no_register_is_asked_unless_the_operator_says_so(tmp_path: Path) -> None:
    settings = load(tmp_path)

    assert (settings.kvk_key, settings.vies_url) == ("", "")
    assert load(tmp_path, VIES_URL="http://127.0.0.1:9/x/").vies_url == "http://127.0.0.1:9/x"
    assert "l7xx" not in repr(load(tmp_path, KVK_KEY="l7xx1f2691f2520d487b902f4e0b57a0b197"))


def test_a_host_runs_everything_unless_told_otherwise(tmp_path: Path) -> None:
    assert load(tmp_path).parts == "web,workers,scheduler"
    assert load(tmp_path, PARTS="scheduler, web").parts == "web,scheduler"


def test_a_data_folder_with_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-name-of-a-folder"] * 4)
    near = load(Path("/tmp"), SECRET_KEY="k" * 32)

    assert near.queue_socket == Path("/tmp/redis/redis.sock")
    assert len(str(load(deep).queue_socket)) <= 107
    assert load(deep).queue_socket != load(deep / "other").queue_socket


def test_every_setting_stands_in_the_documentation_and_nothing_else(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "settings.md").read_text()

    rows = [line for line in page.splitlines() if line.startswith("| `")]

    assert rows == _expected_rows(load(tmp_path))


def _expected_rows(defaults: Settings) -> list[str]:
    source = (ROOT / "config.py").read_text()
    comments = dict(
        re.findall(r"^    (\w+): \w+(?: = field\(repr=False\))?  # (.+)$", source, re.M)
    )
    return [
        f"| `{name.upper()}` | {_default(name, defaults)} | {comments[name]} |"
        for name in (field.name for field in fields(Settings))
    ]


def _default(name: str, defaults: Settings) -> str:
    derived = {"secret_key", "public_url", "data_dir", "database_url"}
    value = "" if name in derived else str(getattr(defaults, name))
    return (
        f"`{value}`"
        if value
        else {"data_dir": "`var`", "public_url": "the local address"}.get(name, "–")
    )
