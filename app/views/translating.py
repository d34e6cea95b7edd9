"""The sentences of templates in the reader's language, looked up once where the library asks ten times.

A list says a hundred of them; through the library's own way each of them asks anew who reads and where the
catalogues are, and passes four more functions: a tenth of the time of a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.support import NullTranslations
from flask import Flask
from flask_babel import Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


class Catalogues(Domain):
    """The library's catalogues, kept by language."""

    def __init__(self, translation_directories: Any = None, domain: str = "messages") -> None:
        super().__init__(translation_directories, domain)
        self._of: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """The catalogue of the reader's language."""
        locale = get_locale()
        language = locale.language if locale else ""
        if language not in self._of:
            self._of[language] = super().get_translations()
        return self._of[language]


def register(app: Flask) -> None:
    """Give the templates ``_`` and ``ngettext``."""
    catalogues = Catalogues()
    app.extensions["babel"].instance.domain_instance = catalogues

    @pass_eval_context
    def gettext(context: EvalContext, sentence: str, **values: Any) -> str:
        return _filled(catalogues.get_translations().ugettext(sentence), values, context)

    @pass_eval_context
    def ngettext(context: EvalContext, one: str, many: str, num: int, **values: Any) -> str:
        found = catalogues.get_translations().ungettext(one, many, num)
        return _filled(found, {"num": num, **values}, context)

    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)


def _filled(sentence: str, values: Mapping[str, Any], context: EvalContext) -> str:
    """The sentence with its values; on a page these are escaped and the sentence isn't, as everywhere."""
    text = Markup(sentence) if context.autoescape else sentence  # noqa: S704 - from our catalogues
    return text % values if "%" in sentence else text
