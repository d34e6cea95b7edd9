"""What a mail of the platform says: one template per kind, once as text and once as a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext
from jinja2 import Template

from app.extensions import settings

LONGEST_VALUE = 500
LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered mail."""

    subject: str
    text: str
    html: str


def write(kind: str, language: str, values: Mapping[str, str]) -> Letter:
    """Render ``templates/mail/<kind>.txt`` in the reader's language, as text and as a page."""
    languages = current_app.config["LANGUAGES"]
    known = language if language in languages else current_app.config["BABEL_DEFAULT_LOCALE"]
    with force_locale(known):
        parts = _parts(kind, _complete(values)) | {"language": known}
        # Straight from the environment: what pages add to every template has no place in a mail.
        text = current_app.jinja_env.get_template("mail/layout.txt").render(parts)
        html = current_app.jinja_env.get_template("mail/layout.html").render(parts)
    return Letter(parts["subject"], re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", html)


def _complete(values: Mapping[str, str]) -> dict[str, str]:
    """Each value on one line, the link absolute, messages in the reader's language."""
    # What people typed (names) travels in these: it must not be able to lay out a mail of its own.
    clean = {name: " ".join(str(value).split()) for name, value in values.items()}
    kept = {
        name: value if name == "link" else value[:LONGEST_VALUE] for name, value in clean.items()
    }
    link = kept.get("link", "")
    kept["link"] = settings().public_url + link if link.startswith("/") else link
    if "reason" in kept:
        kept["reason"] = gettext(kept["reason"])
    if "text" in values:
        kept["sentence"] = gettext(values["text"], **kept)
    return kept


def _parts(kind: str, values: Mapping[str, str]) -> dict[str, Any]:
    template = current_app.jinja_env.get_template(f"mail/{kind}.txt")
    words = {name: _block(template, name, values) for name in ("subject", "body", "button", "why")}
    body = [" ".join(part.split()) for part in re.split(r"\n\s*\n", words["body"])]
    return {
        "subject": " ".join(words["subject"].split())[:LONGEST_SUBJECT],
        "paragraphs": [part for part in body if part],
        "button": words["button"],
        "why": " ".join(words["why"].split()),
        "link": values["link"],
        "environment": values.get("environment", ""),
    }


def _block(template: Template, name: str, values: Mapping[str, str]) -> str:
    context = template.new_context({**current_app.jinja_env.globals, **values}, shared=False)
    return "".join(template.blocks[name](context)).strip() if name in template.blocks else ""
