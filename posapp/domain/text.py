"""A text in the two languages of the product."""

from __future__ import annotations

import re
from dataclasses import dataclass

from posapp.domain.amounts import format_scaled

_BETWEEN_HAN_AND_FIGURE = re.compile(r"(?<=[\u4e00-\u9fff])(?=[¥0-9A-Za-z])|(?<=[0-9A-Za-z%])(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and English; neither is blank where one was given."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The words in a language (``zh_CN`` or ``en``)."""
        return self.zh if language.startswith("zh") else self.en


def rate_words(rate: int, language: str) -> str:
    """A rate in words, from one number: 8500 is "8.5 折" and "15% off" (ux.md §9)."""
    if language.startswith("zh"):
        return f"{trimmed(rate, 3)} 折"
    return f"{trimmed(10_000 - rate, 2)}% off"


def spaced(chinese: str) -> str:
    """A Chinese sentence with a space between characters and figures (ux.md §9)."""
    return _BETWEEN_HAN_AND_FIGURE.sub(" ", chinese)


def capital(english: str) -> str:
    """English words that are to stand as a sentence of their own."""
    return f"{english[:1].upper()}{english[1:]}"


def trimmed(value: int, places: int) -> str:
    """An integer of ``10**-places`` units as a decimal without trailing zeros."""
    text = format_scaled(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text
