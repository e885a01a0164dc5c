"""How names are indexed: one token a hanzi, and what a person types on a keyboard to find them.

Spellings are written once and searched by prefix, so pinyin is never computed while a cashier types (stack.md).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HANZI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_PIECE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]|[^\W_\u3400-\u9fff\U00020000-\U0003ffff]+")
_READINGS_EACH = 3
_READINGS_OF_A_NAME = 4


def folded(text: str) -> str:
    """Text with full-width forms, accents of compatibility and case taken away."""
    return unicodedata.normalize("NFKC", text).casefold()


def has_hanzi(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return _HANZI.search(text) is not None


def tokens(text: str) -> list[str]:
    """The pieces that are indexed: each hanzi by itself, each other word as it is."""
    return _PIECE.findall(folded(text))


def spellings(text: str) -> list[str]:
    """What finds this name by its beginning: pinyin in full, initials, the whole and each Latin word.

    ``张伟`` gives ``zhangwei`` and ``zw``; a character with several common readings gives each.
    """
    pieces = tokens(text)
    if not pieces:
        return []
    result = [piece for piece in pieces if not has_hanzi(piece)]
    readings = [_readings(piece) for piece in pieces]
    for reading in islice(_variants(readings), _READINGS_OF_A_NAME):
        result.append("".join(reading))
        result.append("".join(part[0] for part in reading))
    return list(dict.fromkeys(result))


def _variants(readings: list[tuple[str, ...]]) -> Iterator[list[str]]:
    """The first reading of every piece, then each other reading of one piece, those of a surname first."""
    common = [each[0] for each in readings]
    yield common
    for place, each in enumerate(readings):
        for other in each[1:]:
            yield [*common[:place], other, *common[place + 1 :]]


@lru_cache(maxsize=8192)
def _readings(piece: str) -> tuple[str, ...]:
    if not has_hanzi(piece):
        return (piece,)
    # Imported here because it costs 180 ms and only writing a Chinese name needs it.
    from pypinyin import Style, pinyin  # noqa: PLC0415

    found = pinyin(piece, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(found))[:_READINGS_EACH]
