"""Commands for one file on a disk: ``flask --app run render invoice.xml --to invoice.pdf``; no database is asked."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from app import rendering
from app.errors import AppError
from app.invoice import original

LANGUAGES = ("en", "nl", "fr", "de")


def register(app: Flask) -> None:
    """Add these commands to ``flask``."""
    app.cli.add_command(render)


@click.command("render")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="The PDF to write, or “-” for the next program. By default it stands beside FILE.",
)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def render(file: Path, target: Path | None, language: str) -> None:
    """Print the invoice in FILE (UBL, CII, or a PDF with one of them inside) as a PDF."""
    target = target or file.with_suffix(".pdf")
    if target.exists() and target.samefile(file):
        raise click.UsageError("That would replace the file itself. Name another with --to.")
    try:
        found = original.read(file.read_bytes())
        pdf = rendering.pdf(found.invoice, language, found.xml)
    except AppError as error:
        raise click.ClickException(f"{file}: {error}") from error
    _write(target, pdf)


def _write(target: Path, pdf: bytes) -> None:
    try:
        with click.open_file(str(target), "wb") as file:
            file.write(pdf)
    except OSError as error:
        raise click.ClickException(f"{target} can't be written: {error.strerror}.") from error
    if str(target) != "-":
        click.echo(f"{target}: {len(pdf):,} bytes")
