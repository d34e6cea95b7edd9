"""The smallest pieces of pages, made here because a list shows a hundred of them: icons and states."""

from __future__ import annotations

from functools import cache, lru_cache

from flask import Flask, request, url_for
from markupsafe import Markup

from app.views import states
from app.views.states import Colour

_ICON = Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>')
_ALONE = Markup('role="img" aria-label="{}"')
_BESIDE_WORDS = Markup('aria-hidden="true"')
_STATE = Markup('<span class="pill pill-{}">{}{}</span>')
_SIGNS = {
    Colour.GOOD: "check",
    Colour.BUSY: "clock",
    Colour.WARN: "alert-triangle",
    Colour.BAD: "x",
    Colour.QUIET: "minus",
}


def register(app: Flask) -> None:
    """Give the templates their pieces."""
    app.jinja_env.globals.update(icon=icon, pill=pill, sign=sign)


def icon(name: str, label: str = "") -> Markup:
    """One icon of the sprite. Beside words it is decoration; standing alone it needs a label.

    The names are those of app/static/vendor/vendor.json, drawn as on tabler.io/icons.
    """
    sprite = _sprite(request.script_root if request else "")
    return _ICON.format(_ALONE.format(label), sprite, name) if label else _decoration(name, sprite)


def sign(colour: str, word: str) -> Markup:
    """A state as every page shows it: a word, a sign and a colour."""
    return _state(Colour(colour), str(word), icon(_SIGNS[Colour(colour)]))


def pill(state: object, word: str = "") -> Markup:
    """The same for a stored state."""
    return sign(states.colour(state), word or states.word(state))


@cache
def _sprite(_root: str) -> str:
    return url_for("static", filename="vendor/icons.svg")


@cache
def _decoration(name: str, sprite: str) -> Markup:
    return _ICON.format(_BESIDE_WORDS, sprite, name)


@lru_cache(maxsize=1024)
def _state(colour: Colour, word: str, drawn: Markup) -> Markup:
    return _STATE.format(colour, drawn, word)
