"""Reading JSON objects so that every refusal names its field.

Money is written in yuan as a text (``"12.90"``), rates in basis points as an integer, percents as a text or an integer,
quantities as a text or an integer.  Fractions of JSON's own kind are refused everywhere: they are binary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any, Final, TypeVar, cast

from posapp.domain.amounts import parse_scaled
from posapp.domain.errors import InvalidField
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay

T = TypeVar("T")
Json = Any
REQUIRED: Final = cast("Any", object())
"""The default of a field that has none."""

_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
LARGEST: Final = 10**12


class Fields:
    """One JSON object being read; whoever reads it calls `finish`, which refuses what was not asked for."""

    def __init__(self, value: Json, path: str = "") -> None:
        if not isinstance(value, Mapping):
            raise InvalidField(path or "document", "must be an object", "应为对象")
        self._value: Mapping[str, Json] = value
        self._unread = set(value)
        self._known: list[str] = []
        self.path = path

    @property
    def names(self) -> frozenset[str]:
        """The names of all fields, for objects whose names are data."""
        return frozenset(self._value)

    def at(self, name: str) -> str:
        """The full path of a field of this object."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether the field is present and not null; asking counts as reading it."""
        self._ask(name)
        return self._value.get(name) is not None

    def raw(self, name: str, default: Json = REQUIRED) -> Json:
        """The field as JSON gave it; null counts as absent."""
        self._ask(name)
        value = self._value.get(name)
        if value is not None:
            return value
        if default is REQUIRED:
            raise InvalidField(self.at(name), "is missing", "缺少该字段")
        return default

    def _ask(self, name: str) -> None:
        self._unread.discard(name)
        self._known.append(name)

    def finish(self) -> None:
        """Refuse the fields that nobody asked for, by name, and say what was probably meant."""
        for name in sorted(self._unread):
            known = list(dict.fromkeys(self._known))
            near = get_close_matches(name, known, 1)
            meant = near or sorted(known)
            english = f"is not a known field; {'did you mean' if near else 'known here are'}: {', '.join(meant)}"
            chinese = f"不是已知字段，{'是否为' if near else '此处可用'}：{'、'.join(meant)}"
            raise InvalidField(self.at(name), english, chinese)

    def text(self, name: str, default: str = REQUIRED) -> str:
        """A text of at most 200 characters."""
        value = self.raw(name, default)
        if not isinstance(value, str) or len(value) > 200:
            raise InvalidField(self.at(name), "must be a text of at most 200 characters", "应为不超过 200 字的文本")
        return value

    def identifier(self, name: str, default: str = REQUIRED) -> str:
        """A short name of ASCII letters, digits and ``_ . : -``."""
        value = self.text(name, default)
        if value != default and not _IDENTIFIER.fullmatch(value):
            raise InvalidField(
                self.at(name),
                f"{value!r} may hold only letters, digits and _ . : -",
                f"{value!r} 只能含字母、数字和 _ . : -",
            )
        return value

    def local_text(self, name: str, default: Text = REQUIRED) -> Text:
        """A text in both languages: ``{"zh_CN": …, "en": …}``, or one text for both."""
        value = self.raw(name, default)
        if isinstance(value, Text):
            return value
        if isinstance(value, str):
            return Text(value, value)
        inner = Fields(value, self.at(name))
        zh, en = inner.text("zh_CN", ""), inner.text("en", "")
        inner.finish()
        if not (zh or en):
            raise InvalidField(self.at(name), "needs a text in zh_CN or en", "缺少 zh_CN 或 en 文本")
        return Text(zh or en, en or zh)

    def integer(self, name: str, default: int = REQUIRED, low: int = 0, high: int = LARGEST) -> int:
        """A whole number within bounds."""
        value = self.raw(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidField(self.at(name), "must be a whole number", "应为整数")
        if value is not default and not low <= value <= high:
            raise InvalidField(self.at(name), f"must lie between {low} and {high}", f"应在 {low} 与 {high} 之间")
        return value

    def optional_integer(self, name: str, low: int = 0, high: int = LARGEST) -> int | None:
        """A whole number, or None where the field is absent."""
        return self.integer(name, low=low, high=high) if self.has(name) else None

    def rate(self, name: str, default: int = REQUIRED) -> int:
        """A fraction in basis points between 0 and 10000: 8500 is 8.5 折."""
        value = self.raw(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidField(
                self.at(name),
                "must be a whole number of basis points, such as 8500 for 85 %",
                "应为万分之几的整数，如 85 折为 8500",
            )
        return self.integer(name, default, 0, 10_000)

    def scaled(self, name: str, places: int, default: int = REQUIRED) -> int:
        """A decimal text, or a whole number, as an integer of ``10**-places`` units, not negative."""
        value = self.raw(name, default)
        if value is default and isinstance(value, int):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise InvalidField(
                self.at(name), 'must be a whole number or a text such as "0.5"', '应为整数或小数文本，如 "0.5"'
            )
        return self._decimal(name, value, places)

    def fen(self, name: str, default: int = REQUIRED) -> int:
        """An amount of money in yuan as a text, not negative, as fen."""
        value = self.raw(name, default)
        if value is default and isinstance(value, int):
            return value
        return self._decimal(name, value, 2)

    def optional_fen(self, name: str) -> int | None:
        """An amount of money, or None where the field is absent."""
        return self.fen(name) if self.has(name) else None

    def flag(self, name: str, default: bool = REQUIRED) -> bool:
        """True or false."""
        value = self.raw(name, default)
        if not isinstance(value, bool):
            raise InvalidField(self.at(name), "must be true or false", "应为 true 或 false")
        return value

    def choice(self, name: str, options: Sequence[str], default: str = REQUIRED) -> str:
        """One of a few words."""
        value = self.raw(name, default)
        if value not in options:
            listed = ", ".join(options)
            raise InvalidField(self.at(name), f"{value!r} is not one of {listed}", f"{value!r} 不在 {listed} 之中")
        return cast("str", value)

    def items(self, name: str, read: Callable[[Json, str], T]) -> tuple[T, ...]:
        """A list, each item read with its own path; absent is empty."""
        value = self.raw(name, ())
        if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
            raise InvalidField(self.at(name), "must be a list", "应为列表")
        if len(value) > 20_000:
            raise InvalidField(self.at(name), "has more than 20000 items", "超过 20000 项")
        return tuple(read(item, f"{self.at(name)}[{index}]") for index, item in enumerate(value))

    def texts(self, name: str) -> frozenset[str]:
        """A list of texts as a set."""
        return frozenset(self.items(name, _text_item))

    def integers(self, name: str, low: int, high: int) -> frozenset[int]:
        """A list of whole numbers within bounds as a set."""

        def read(value: Json, path: str) -> int:
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                raise InvalidField(path, f"must be a whole number from {low} to {high}", f"应为 {low} 至 {high} 的整数")
            return value

        return frozenset(self.items(name, read))

    def day(self, name: str) -> BusinessDay | None:
        """A date ``YYYY-MM-DD``, or None where the field is absent."""
        return parse_day(self.raw(name), self.at(name)) if self.has(name) else None

    def clock_minutes(self, name: str, default: int = REQUIRED) -> int:
        """A time of day ``HH:MM`` as minutes past midnight."""
        value = self.raw(name, default)
        return value if value is default and isinstance(value, int) else parse_clock(value, self.at(name))

    def inner(self, name: str) -> Fields | None:
        """An object inside this one, or None where it is absent."""
        return Fields(self.raw(name), self.at(name)) if self.has(name) else None

    def _decimal(self, name: str, value: Json, places: int) -> int:
        if not isinstance(value, str):
            raise InvalidField(self.at(name), 'must be a decimal text such as "12.90"', '应为小数文本，如 "12.90"')
        number = parse_scaled(value, places, self.at(name))
        if number < 0:
            raise InvalidField(self.at(name), "must not be negative", "不能为负")
        return number


def parse_day(value: Json, path: str) -> BusinessDay:
    """Read ``YYYY-MM-DD``.  Raises `InvalidField`."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return BusinessDay.of(date.fromisoformat(value))
        except ValueError:
            pass
    raise InvalidField(path, f"{value!r} is not a date such as 2026-11-18", f"{value!r} 不是日期，如 2026-11-18")


def parse_clock(value: Json, path: str) -> int:
    """Read ``HH:MM``, up to ``24:00``, as minutes past midnight.  Raises `InvalidField`."""
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    minutes = int(match[1]) * 60 + int(match[2]) if match else LARGEST
    if minutes > 24 * 60:
        raise InvalidField(path, f"{value!r} is not a time such as 09:30", f"{value!r} 不是时刻，如 09:30")
    return minutes


def _text_item(value: Json, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidField(path, "must be a text", "应为文本")
    return value
