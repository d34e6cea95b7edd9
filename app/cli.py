"""Commands for whoever runs the platform: ``flask --app run operator create``, and so on."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DatabaseError

from app.backup import making, restoring
from app.cli_validate import validate
from app.errors import AppError
from app.services import demonstration, installation, operators, permissions, silence, test_receiver
from app.services.credentials import Entry, Several
from app.tenancy import StaffRole

operator = AppGroup("operator", help="The people who run this platform.")
platform = AppGroup("platform", help="The platform itself.")
permission = AppGroup("permissions", help="Roles and rights.")
demo = AppGroup("demo", help="Demonstration data.")
backup = AppGroup("backup", help="Database and files together.")
bench = AppGroup("bench", help="Data for measuring.")
SENDS = "This is the platform that sends."


def register(app: Flask) -> None:
    """Add our commands to ``flask``."""
    for group in (operator, platform, permission, demo, backup, bench):
        app.cli.add_command(group)
    app.cli.add_command(validate)


@operator.command("create")
@click.option("--email", prompt="E-mail address", help="The address of the new operator.")
@click.option("--name", prompt="Name", help="First name and last name.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in StaffRole]),
    default=StaffRole.TECHNICAL.value,
    show_default=True,
    help="What they may do.",
)
@click.password_option(help="At least 10 characters; asked for when it isn't given.")
def create_operator(email: str, name: str, role: str, password: str) -> None:
    """Make a staff account; the address is the username."""
    first, _, last = name.strip().partition(" ")
    entry = Entry(email, first, last, password, password, terms=True)
    language = current_app.config["BABEL_DEFAULT_LOCALE"]
    with _plain_words():
        username = operators.create(email, entry, language, role)
    click.echo(f"{username} can sign in now.")


@operator.command("list")
def list_operators() -> None:
    """Show all staff accounts."""
    with _plain_words():
        staff = operators.everyone()
    for one in staff:
        state = "" if one.active else " (blocked)"
        click.echo(f"{one.username}  {one.email}  {one.name}  {one.role}{state}")


@platform.command("prepare")
def prepare_platform() -> None:
    """Bring the database and the permissions up to date."""
    installation.prepare()
    permissions.synchronise()
    test_receiver.ensure()
    click.echo("The database is up to date.")


@platform.command("state")
def state_of_platform() -> None:
    """Say whether this platform sends."""
    with _plain_words():
        found = silence.hold_of()
    click.echo(
        f"{found.sentence} Confirm with: flask --app run platform confirm" if found else SENDS
    )


@platform.command("hold")
def hold_platform() -> None:
    """Let nothing leave from now on: before a move, for example."""
    with _plain_words():
        silence.hold()
    click.echo("Nothing new leaves this platform. What is under way this moment still ends.")


@platform.command("confirm")
@click.option("--yes", is_flag=True, help="Don't ask.")
def confirm_platform(yes: bool) -> None:
    """Say that this is the platform that sends, after a restore, a move or a hold."""
    if not yes:
        click.confirm(
            "Has the one that this is a copy of stopped for good? Or both send", abort=True
        )
    with _plain_words():
        silence.confirm()
    click.echo(SENDS)


@backup.command("make")
@click.argument("target", default="backups", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--keep", type=click.IntRange(1), help="Remove older archives in that folder.")
def make_backup(target: Path, keep: int | None) -> None:
    """Back up database and files into the folder or file TARGET, or “-” for the next program."""
    os.nice(10)  # people who are at work come first
    with _plain_words():
        if str(target) == "-":
            made = making.write(sys.stdout.buffer, Path(tempfile.gettempdir()))
        else:
            made = making.make(target)
    end = made.end
    where = made.path or "the next program"
    click.echo(f"{end.files} files, {end.size / 1e6:.1f} MB, and the database: {where}", err=True)
    if made.path and keep:
        making.forget_older(made.path.parent, keep)
    if end.missing:
        raise click.ClickException(
            f"{len(end.missing)} files that rows name are gone or damaged, and not in it: "
            f"{', '.join(end.missing[:5])}. The rest is whole."
        )


@backup.command("check")
@click.argument("archive", type=click.Path(path_type=Path))
def check_backup(archive: Path) -> None:
    """Read all of an archive and say whether it is whole; nothing is restored."""
    with _plain_words():
        _tell(restoring.check(archive), "It is whole")


@backup.command("restore")
@click.argument("archive", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path), help="An empty DATA_DIR to restore into.")
@click.option("--database", default="", help="DATABASE_URL there; empty: a file in that folder.")
@click.option("--storage", default="", help="STORAGE_URL there; empty: files in that folder.")
@click.option("--replace", is_flag=True, help="Put it in the place of what is there.")
@click.option("--convert", is_flag=True, help="Put the rows of a SQLite backup into PostgreSQL.")
def restore_backup(
    archive: Path, into: Path | None, database: str, storage: str, **flags: bool
) -> None:
    """Restore an archive into the empty place that the settings name, or that --into names."""
    if into is not None:
        there = {"DATA_DIR": str(into), "DATABASE_URL": database, "STORAGE_URL": storage}
        chosen = [f"--{name}" for name, on in flags.items() if on]
        sys.exit(_flask_with(there, ["backup", "restore", str(archive.absolute()), *chosen]))
    with _plain_words():
        done = restoring.restore(archive, replacing=flags["replace"], converting=flags["convert"])
        _tell(done, "Restored")
    click.echo("Nothing leaves this platform until you say: flask --app run platform confirm")


def _tell(checked: restoring.Checked, how: str) -> None:
    manifest, end = checked.manifest, checked.end
    rows = sum(manifest.rows.values())
    click.echo(f"{how}: a backup of {manifest.made_at}, with {rows} rows and {end.files} files.")
    if end.missing:
        click.echo(f"{len(end.missing)} files were missing already when it was made.")


def _flask_with(there: dict[str, str], words: list[str]) -> int:
    """The same command in a process with other settings; they are read once, at its start."""
    command = [sys.executable, "-m", "flask", "--app", "run", *words]
    return subprocess.run(command, env=os.environ | there, check=False).returncode  # noqa: S603


@permission.command("sync")
def synchronise_permissions() -> None:
    """Make the framework's permissions say what the roles in code say."""
    with _plain_words():
        changes = permissions.synchronise()
    click.echo(f"{changes.added} permissions added, {changes.removed} removed.")


@demo.command("fill")
def fill_demonstration() -> None:
    """Fill an empty platform with a world to try things in, and show every sign-in."""
    with _plain_words():
        shown = demonstration.fill()
    for one in shown:
        click.echo(f"{one.username:<24} {one.password:<24} {one.environment:<24} {one.what}")


@bench.command("fill")
@click.option("--documents", type=int, default=100_000, show_default=True, help="How many.")
@click.option("--organizations", type=int, default=0, help="How many; by default as many as fit.")
def fill_in_bulk(documents: int, organizations: int) -> None:
    """Fill an empty database with years of documents, and people who look at them."""
    try:
        filling: Any = importlib.import_module("bench.fill")
    except ModuleNotFoundError as error:
        raise click.ClickException(
            "What measures isn't installed here. Run this in a checkout of the source."
        ) from error
    with _plain_words():
        filled = filling.fill(documents, organizations, tell=click.echo)
    click.echo(f"{filled.documents:,} documents of {filled.organizations:,} organizations")
    for member in filled.members:
        click.echo(f"{member.username:<12} {member.what}")


@contextmanager
def _plain_words() -> Iterator[None]:
    """Say what is wrong without a traceback, when it isn't our bug."""
    try:
        yield
    except AppError as error:
        refusals = error.refusals if isinstance(error, Several) else (error,)
        raise click.ClickException(" ".join(str(one) for one in refusals)) from error
    except DatabaseError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise click.ClickException(
            f"The database cannot be used ({reason}). Start it, then run “flask --app run platform prepare”."
        ) from error
