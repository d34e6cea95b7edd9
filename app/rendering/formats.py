"""Amounts, dates and labels as the reader's language writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from app.invoice.wording import translate

DOMAIN = "rendering"
# English invoices here are European ones: 2 March 2026, not March 2, 2026.
_LOCALES = {"en": "en_GB", "nl": "nl_NL", "fr": "fr_FR", "de": "de_DE"}


@dataclass(frozen=True, slots=True)
class Formats:
    """The ways of writing of one language; one that we don't have becomes English."""

    language: str

    @classmethod
    def of(cls, language: str) -> Formats:
        """The formats for ``nl``, ``nl-BE`` or ``nl_BE``."""
        short = language.replace("_", "-").partition("-")[0].lower()
        return cls(short if short in _LOCALES else "en")

    @property
    def _locale(self) -> Locale:
        return Locale.parse(_LOCALES[self.language])

    def label(self, text: str) -> str:
        """One of our own words."""
        return translate(DOMAIN, self.language, text)

    def money(self, amount: Decimal | None, currency: str | None) -> str:
        """An amount in its currency; nothing when there is none."""
        if amount is None:
            return ""
        if not currency:
            return format_decimal(amount, "#,##0.00", self._locale)
        return format_currency(
            amount, currency, locale=self._locale, currency_digits=False, format=self._pattern
        )

    @property
    def _pattern(self) -> str:
        # Always two decimals, as the norm has them, wherever the language puts the currency.
        return str(self._locale.currency_formats["standard"].pattern)

    def price(self, amount: Decimal | None, currency: str | None) -> str:
        """A price, with all the decimals that it was given with."""
        if amount is None:
            return ""
        pattern = self._pattern.replace("0.00", "0.00########")
        return format_currency(
            amount,
            currency or "",
            pattern,
            self._locale,
            currency_digits=False,
            decimal_quantization=False,
        )

    def number(self, number: Decimal | None) -> str:
        """A quantity, without zeros at its end."""
        if number is None:
            return ""
        return format_decimal(number, "#,##0.########", self._locale, decimal_quantization=False)

    def percent(self, rate: Decimal | None) -> str:
        """A rate such as 21%."""
        if rate is None:
            return ""
        return format_percent(rate / 100, locale=self._locale, decimal_quantization=False)

    def day(self, day: date | None) -> str:
        """A date with the name of its month."""
        return "" if day is None else format_date(day, "long", self._locale)

    def country(self, code: str | None) -> str:
        """The name of a country; a code that nobody knows stays as it is."""
        if not code:
            return ""
        name = self._locale.territories.get(code.upper())
        return str(name) if name else code
