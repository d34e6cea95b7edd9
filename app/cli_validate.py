"""``flask --app run validate FILE…``: check documents without the platform, and without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from app.validation import Finding, Report, check_file
from app.validation.releases import RELEASES

LANGUAGES = ("en", "nl", "fr", "de")


@click.command("validate")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--rules",
    help="Rule sets with commas between them; by default what the document claims to follow. "
    f"There are: {', '.join(RELEASES)}.",
)
@click.option("--schema/--no-schema", default=True, help="Whether to check the UBL schema as well.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def validate(
    files: tuple[str, ...], rules: str | None, schema: bool, form: str, language: str
) -> None:
    """Check invoices and credit notes; - is standard input. Ends with 1 when something is wrong."""
    sets = None if rules is None else tuple(each.strip() for each in rules.split(",") if each)
    reports = []
    for name in files:
        try:
            reports.append((name, check_file(_bytes(name), rule_sets=sets, schema=schema)))
        except OSError as error:
            raise click.FileError(name, error.strerror or "") from error
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--rules") from error
    if form == "json":
        told = [_told(name, report, language) for name, report in reports]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for name, report in reports:
            _say(name, report, language)
    sys.exit(0 if all(report.valid for _name, report in reports) else 1)


def _bytes(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _say(name: str, report: Report, language: str) -> None:
    against = ", ".join(report.releases) or "nothing but the schema"
    click.echo(f"{name}: {'valid' if report.valid else 'not valid'} ({against})")
    for found in report.findings:
        line = f"line {found.line}: " if found.line else ""
        click.echo(f"  {found.severity} {found.code}: {line}{found.message(language)}")


def _told(name: str, report: Report, language: str) -> dict[str, Any]:
    return {
        "file": name,
        "valid": report.valid,
        "rule_sets": list(report.rule_sets),
        "releases": list(report.releases),
        "profile": report.profile,
        "kind": report.invoice_kind,
        "findings": [_finding(found, language) for found in report.findings],
    }


def _finding(found: Finding, language: str) -> dict[str, Any]:
    return {
        "code": found.code,
        "severity": found.severity,
        "term": found.term,
        "path": found.path,
        "line": found.line,
        "message": found.message(language),
        "fix": found.fix(language),
    }
