"""A text in the two languages of the product."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and English; neither is blank where one was given."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The words in a language (``zh_CN`` or ``en``)."""
        return self.zh if language.startswith("zh") else self.en
