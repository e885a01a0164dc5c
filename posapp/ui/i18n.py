"""Words by key, in the language of the cashier, switched live (ux.md §9).

Catalogues are ``resources/i18n/<language>.json``. A text may hold placeholders:

- ``{name}``: a string, a number or a nested message;
- ``{name, money}`` fen as ``1,234.50``; ``{name, yuan}`` the same with ``¥``; ``{name, number}`` a grouped count;
- ``{name, discount}`` basis points of the price as ``8.5 折`` or ``15% off``;
- ``{name, date}`` an ISO date as ``11-18 周三`` or ``Wed 18 Nov``;
- ``{name, monthday}`` the same as ``11 月 18 日`` or ``18 Nov``;
- ``{name, plural, one {# line} other {# lines}}``, where ``#`` is the number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from posapp.resources import resource_path
from posapp.ui.figures import count_text, money_text, percent_off_text, zhe_text
from posapp.ui.messages import Message, Value, Words

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Language(StrEnum):
    """The languages of the cashier's screens."""

    ZH_CN = "zh_CN"
    EN = "en"


class CatalogueError(ValueError):
    """A text of a catalogue is malformed, or a message lacks a parameter: our bug, found by tests."""


def load_catalogue(language: Language) -> dict[str, str]:
    """The texts of one language by key."""
    raw = json.loads(resource_path("i18n", f"{language.value}.json").read_text(encoding="utf-8"))
    return {str(key): str(text) for key, text in raw.items()}


class Translator:
    """Puts messages into one language at a time.

    A key that the language lacks falls back to Chinese and then to the key itself: a missing word never stops a sale.
    """

    def __init__(self, language: Language = Language.ZH_CN) -> None:
        self._catalogues: dict[Language, Mapping[str, str]] = {}
        self._language = language

    @property
    def language(self) -> Language:
        """The language in use."""
        return self._language

    def switch(self, language: Language) -> None:
        """Use another language from the next rendering on."""
        self._language = language

    def tr(self, key: str, **params: Value) -> str:
        """The text of a key with its parameters put in. Raises CatalogueError when one is missing."""
        return self._fill(self._template(key), params)

    def text(self, words: Words | None) -> str:
        """A message in the language, or data as it is; nothing is the empty string."""
        if words is None:
            return ""
        if isinstance(words, str):
            return words
        return self._fill(self._template(words.key), dict(words.params))

    def _template(self, key: str) -> str:
        for language in (self._language, Language.ZH_CN):
            if language not in self._catalogues:
                self._catalogues[language] = load_catalogue(language)
            found = self._catalogues[language].get(key)
            if found is not None:
                return found
        return key

    def _fill(self, template: str, params: Mapping[str, Value]) -> str:
        if "{" not in template:
            return template
        out: list[str] = []
        position = 0
        while position < len(template):
            start = template.find("{", position)
            if start < 0:
                out.append(template[position:])
                break
            out.append(template[position:start])
            end = _closing_brace(template, start)
            out.append(self._placeholder(template[start + 1 : end], params))
            position = end + 1
        return "".join(out)

    def _placeholder(self, inside: str, params: Mapping[str, Value]) -> str:
        name, _, rest = inside.partition(",")
        name = name.strip()
        if name not in params:
            raise CatalogueError(f"message parameter {name!r} is missing for {inside!r}")
        value = params[name]
        kind, _, options = rest.strip().partition(",")
        if kind == "plural":
            return self._plural(_whole(name, value), options, params)
        if not kind:
            return self.text(value) if isinstance(value, Message) else str(value)
        return self._formatted(kind, name, value)

    def _formatted(self, kind: str, name: str, value: Value) -> str:
        chinese = self._language is Language.ZH_CN
        match kind:
            case "money":
                return money_text(_whole(name, value))
            case "yuan":
                return f"¥{money_text(_whole(name, value))}"
            case "number":
                return count_text(_whole(name, value))
            case "discount":
                return zhe_text(_whole(name, value)) if chinese else percent_off_text(_whole(name, value))
            case "date":
                return _date_text(str(value), chinese=chinese)
            case "monthday":
                return _month_day_text(str(value), chinese=chinese)
            case _:
                raise CatalogueError(f"placeholder kind {kind!r} is unknown")

    def _plural(self, number: int, options: str, params: Mapping[str, Value]) -> str:
        branches = _branches(options)
        chosen = branches.get(f"={number}") or (branches.get("one") if number == 1 else None) or branches.get("other")
        if chosen is None:
            raise CatalogueError(f"plural without an 'other' branch: {options!r}")
        return self._fill(chosen.replace("#", count_text(number)), params)


def _whole(name: str, value: Value) -> int:
    if not isinstance(value, int):
        raise CatalogueError(f"message parameter {name!r} must be a whole number, is {value!r}")
    return value


def _closing_brace(template: str, start: int) -> int:
    depth = 0
    for index in range(start, len(template)):
        if template[index] == "{":
            depth += 1
        elif template[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    raise CatalogueError(f"brace not closed in {template!r}")


def _branches(options: str) -> dict[str, str]:
    found: dict[str, str] = {}
    position = 0
    while (start := options.find("{", position)) >= 0:
        end = _closing_brace(options, start)
        found[options[position:start].strip()] = options[start + 1 : end]
        position = end + 1
    return found


def _date_text(iso: str, *, chinese: bool) -> str:
    day = date.fromisoformat(iso)
    if chinese:
        return f"{day.month:02d}-{day.day:02d} 周{_WEEKDAYS_ZH[day.weekday()]}"
    return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}"


def _month_day_text(iso: str, *, chinese: bool) -> str:
    day = date.fromisoformat(iso)
    return f"{day.month} 月 {day.day} 日" if chinese else f"{day.day} {_MONTHS_EN[day.month - 1]}"
