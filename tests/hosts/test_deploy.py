"""What stands in deploy/ fits the platform: settings, files, units, proxies; as far as possible without Docker."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.running import several, supervisor
from app.running.web import options
from app.storage.place import Place
from app.views.limits import MOST_TOGETHER
from config import PARTS, ROOT, Settings

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
NGINX_IN = os.pathsep.join((os.environ["PATH"], "/usr/sbin", str(ROOT / ".venv/debian/usr/sbin")))
SETTINGS = {field.name.upper() for field in fields(Settings)}
FILLED_IN = {
    "DOMAIN": "invoices.example.nl",
    "SECRET_KEY": "k" * 64,
    "POSTGRES_PASSWORD": "p" * 64,
    "VALKEY_PASSWORD": "v" * 64,
    "STORAGE_SECRET": "s" * 64,
    "METRICS_TOKEN": "m" * 64,
    "MAIL_URL": "smtp://user:password@mail.example.nl:587",
    "MAIL_FROM": "Postiljon <post@example.nl>",
}


def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def lines_of(path: Path) -> dict[str, str]:
    """The NAME=value lines of a file."""
    found = re.findall(r"^([A-Z_]+)=(.*)$", path.read_text(), re.M)
    return {name: value.strip('"') for name, value in found}


def ours() -> dict[str, dict[str, str]]:
    """The settings of every container of Postiljon, with the passwords filled in."""
    found = {}
    for name, service in compose()["services"].items():
        if service["image"] == "postiljon":
            found[name] = {
                key: re.sub(r"\$\{(\w+):\?\}", lambda match: FILLED_IN[match[1]], value)
                for key, value in service["environment"].items()
            }
    return found


def settings_of(unit: Path) -> dict[str, str]:
    """The settings that systemd gives to a unit: its own, and those of every host."""
    own = dict(re.findall(r"^Environment=([A-Z_]+)=(.*)$", unit.read_text(), re.M))
    shared = lines_of(DEPLOY / "systemd" / "postiljon.env")
    assert not own.keys() & shared.keys(), "the file would win"
    filled = {"SECRET_KEY": "k" * 64, "METRICS_TOKEN": "m" * 64}
    return {name: value.replace("%i", "1") for name, value in {**shared, **own, **filled}.items()}


@pytest.mark.parametrize("name", ["prepare", "web-1", "web-2", "worker", "scheduler"])
def test_every_container_has_settings_that_work_together(name: str, tmp_path: Path) -> None:
    environ = ours()[name]

    settings = Settings.load({**environ, "BIND": "0.0.0.0", "DATA_DIR": str(tmp_path)})
    several.refuse(settings, environ)

    assert environ.keys() <= SETTINGS
    assert settings.trusted_proxies == 1
    assert Place.parse(settings.storage_url).endpoint == "http://storage:8333"


def test_the_containers_together_run_every_part() -> None:
    chosen = {environ["PARTS"] for environ in ours().values() if "PARTS" in environ}

    assert chosen == set(PARTS)


def test_every_password_has_to_be_filled_in() -> None:
    wanted = set(re.findall(r"(?<!\$)\$\{(\w+)(:\?)?\}", (DEPLOY / "compose.yaml").read_text()))

    assert {required for _, required in wanted} == {":?"}
    assert {name for name, _ in wanted} == lines_of(DEPLOY / "example.env").keys()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD", "STORAGE_SECRET"):
        assert lines_of(DEPLOY / "example.env")[name] == ""


def test_services_name_what_exists_and_only_the_proxy_is_open() -> None:
    found = compose()
    services = found["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= services.keys(), name
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            there = (
                (DEPLOY / source).exists() if source.startswith(".") else source in found["volumes"]
            )
            assert there, volume
        assert ("ports" in service) == (name == "proxy")
    hosts = re.findall(r"@([a-z0-9-]+)[:/]|@([a-z]+)$", "\n".join(ours()["worker"].values()), re.M)
    named = {first or second for first, second in hosts} - {"mail"}
    assert named <= services.keys()


def test_containers_have_the_time_that_stopping_takes() -> None:
    for service in compose()["services"].values():
        if service["image"] == "postiljon":
            assert int(service["stop_grace_period"].rstrip("s")) > 2 * supervisor.GRACE


def test_the_image_has_what_the_scripts_install_and_nothing_that_is_not_there() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    wanted = (ROOT / "scripts" / "system_packages.sh").read_text().partition("pdf)")[2]
    packages = re.findall(
        r"(lib[a-z0-9.-]+-0|lib[a-z-]+subset0|fonts-[a-z-]+)\b", wanted.partition(";;")[0]
    )
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M)

    assert packages
    assert all(package in text for package in packages)
    assert all((ROOT / path).exists() for line in copied for path in line.split())
    assert text.rindex("USER postiljon") < text.rindex("CMD")
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text()
    assert all(f"!{path.split('/')[0]}" in allowed for line in copied for path in line.split())


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_has_settings_that_work_together(unit: Path, tmp_path: Path) -> None:
    environ = settings_of(unit)
    assert environ["DATA_DIR"].removeprefix("/var/lib/") in unit.read_text().replace("%i", "1")

    settings = Settings.load({**environ, "DATA_DIR": str(tmp_path)})
    several.refuse(settings, environ)

    assert environ.keys() <= SETTINGS


def test_no_two_units_of_one_machine_are_in_each_others_way() -> None:
    found = [settings_of(unit) for unit in UNITS]

    assert len({each["DATA_DIR"] for each in found}) == len(UNITS)
    assert len({each["METRICS_PORT"] for each in found}) == len(UNITS)


def test_the_units_together_run_every_part() -> None:
    assert {settings_of(unit)["PARTS"] for unit in UNITS} == set(PARTS)


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in (*UNITS, DEPLOY / "systemd" / "postiljon.target"):
        text = unit.read_text().replace("/opt/postiljon/.venv/bin/python", sys.executable)
        (tmp_path / unit.name.replace("@.", "@1.")).write_text(text)

    checked = subprocess.run(
        ["systemd-analyze", "verify", *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )

    ours_only = [line for line in checked.stderr.splitlines() if str(tmp_path) in line]
    assert (ours_only, checked.returncode) == ([], 0), checked.stderr


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_lets_through_what_the_platform_takes_and_waits_longer_than_it(
    name: str, tmp_path: Path
) -> None:
    text = (DEPLOY / "proxy" / name).read_text()
    settings = Settings.load({"DATA_DIR": str(tmp_path)})
    body = re.search(r"(?:max_size|client_max_body_size) (\d+)(?:MB|m);?", text)
    wait = re.search(r"(?:response_header_timeout|proxy_read_timeout) (\d+)s", text)

    assert body is not None
    assert int(body[1]) > MOST_TOGETHER * settings.max_upload_mb
    assert wait is not None
    assert int(wait[1]) > options(settings, 0)["timeout"]
    assert "/metrics" in text
    assert "/readyz" in text


def test_nginx_repeats_nothing_that_may_have_been_done_and_believes_no_visitor() -> None:
    text = (DEPLOY / "proxy" / "nginx.conf").read_text()
    active = "\n".join(line.partition("#")[0] for line in text.splitlines())

    assert "non_idempotent" not in active
    assert "X-Forwarded-For $remote_addr;" in active
    assert "proxy_add_x_forwarded_for" not in active


def test_nginx_understands_its_example(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path=NGINX_IN)
    assert nginx is not None, "make test fetches it: scripts/nginx_apart.sh"
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=x",
    ]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    site = (DEPLOY / "proxy" / "nginx.conf").read_text()
    site = site.replace("/etc/ssl/postiljon/fullchain.pem", str(certificate))
    site = site.replace("/etc/ssl/postiljon/privkey.pem", str(key))
    main = tmp_path / "nginx.conf"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in kinds)
    http = f"http {{\naccess_log off;\n{folders}{site}\n}}"
    main.write_text(f"pid {tmp_path}/pid;\nevents {{}}\n{http}\n")

    checked = subprocess.run(
        [nginx, "-t", "-c", str(main), "-e", str(tmp_path / "log")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr
