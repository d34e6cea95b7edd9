"""Refusals: the few ways in which Postiljon says “you cannot do that”, each with a sentence for people."""

from __future__ import annotations


class AppError(Exception):
    """A refusal. The sentence stays apart from its values, so that a screen can translate it.

    ``text`` is an English gettext message with ``%(name)s`` places; ``values`` fill them;
    ``field`` names the form field it is about, where there is one.
    """

    status = 400

    def __init__(self, text: str, /, *, field: str | None = None, **values: object) -> None:
        super().__init__(text)
        self.text = text
        self.values = values
        self.field = field

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


class NotFound(AppError):
    """It isn't there, or it isn't yours: a stranger cannot tell which."""

    status = 404


class NotAllowed(AppError):
    """You may see it, and you may not do this with it."""

    status = 403


class Conflict(AppError):
    """It cannot be done in the present state."""

    status = 409


class Unreadable(AppError):
    """What was given cannot be understood; the sentence says what was expected."""

    status = 422
