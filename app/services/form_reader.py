"""Reads the fields of a form one by one; a refusal is kept with its field and the next one is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from app.errors import AppError
from app.services import typed_values

Value = TypeVar("Value")


class Reader:
    """The texts of a form, and what was wrong with those that were asked for so far."""

    def __init__(self, form: Mapping[str, str], prefix: str = "") -> None:
        self._form = form
        self._prefix = prefix
        self.errors: dict[str, AppError] = {}

    def read(self, name: str, reading: Callable[[str, str], Value]) -> Value | None:
        """The value of a field, or nothing with the reason kept."""
        try:
            return reading(self._form.get(name) or "", self._prefix + name)
        except AppError as error:
            self.refuse(name, error)
            return None

    def refuse(self, name: str, error: AppError) -> None:
        """Something is wrong with a field; what was wrong with it before stays."""
        error.field = self._prefix + name
        self.errors.setdefault(self._prefix + name, error)

    def text(self, name: str, longest: int = typed_values.LONGEST) -> str | None:
        """A text or nothing."""
        return self.read(name, lambda text, at: typed_values.text(text, at, longest))

    def day(self, name: str) -> date | None:
        """A date or nothing."""
        return self.read(name, typed_values.day)

    def required_day(self, name: str) -> date | None:
        """A date that may not be left out."""
        return self.read(
            name, lambda text, at: typed_values.day(typed_values.required(text, at), at)
        )
