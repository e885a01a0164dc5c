"""The columns of a print head: what stands where in a row of fixed width (domain.md §4).

A print head sets a character of one byte in one column and any other in two, whatever Unicode says of its width.
"""

from __future__ import annotations

_RARE_BYTES = 4


def is_rare(character: str) -> bool:
    """Whether GB18030 needs four bytes for it: a GBK head prints junk for those."""
    return len(character.encode("gb18030")) == _RARE_BYTES


def width(character: str) -> int:
    """How many columns a character takes."""
    return 1 if len(character.encode("gb18030")) == 1 else 2


def columns_of(text: str) -> int:
    """How many columns a text takes."""
    return sum(width(character) for character in text)


def clean(text: str) -> str:
    """A text without anything that a printer would take for a command, and with the yuan sign that it has."""
    return "".join(character if character.isprintable() else " " for character in text).replace("\N{YEN SIGN}", "￥")


def pair(left: str, right: str, columns: int) -> list[str]:
    """Left and right on one line, or the right-hand text on a line of its own where both do not fit."""
    gap = columns - columns_of(left) - columns_of(right)
    if gap >= 1 or (gap == 0 and not right):
        return [left + " " * gap + right] if right else [left]
    wrapped = wrap(left, columns)
    room = columns - columns_of(wrapped[-1]) - columns_of(right)
    if not right:
        return wrapped
    if room >= 1:
        return [*wrapped[:-1], wrapped[-1] + " " * room + right]
    return [*wrapped, " " * max(0, columns - columns_of(right)) + right]


def wrap(text: str, columns: int) -> list[str]:
    """A text in as many lines as it needs, broken wherever a line is full."""
    lines, current, used = [], "", 0
    for character in text:
        taken = width(character)
        if used + taken > columns:
            lines.append(current)
            current, used = "", 0
        current += character
        used += taken
    return [*lines, current]


def centre(text: str, columns: int) -> str:
    """A text in the middle of a line."""
    return " " * max(0, (columns - columns_of(text)) // 2) + text
