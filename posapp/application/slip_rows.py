"""A laid-out slip: rows of fixed width, which the printer, the screen and a text file show alike.

What is printed, previewed and written to a file comes from the same rows, so that none of them can say anything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

import msgspec


class Style(IntEnum):
    """How a row is set.  The numbers stand in the queue on the disk and are never reused.

    `STRONG` and `TALL` change no width; the text of a `QR` row is what the code says.
    """

    PLAIN = 0
    STRONG = 1
    TALL = 2
    QR = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the paper, padded with spaces to where it stands; or one code."""

    text: str
    style: Style = Style.PLAIN


Rows = tuple[Row, ...]


def plain(lines: Iterable[str]) -> Rows:
    """Lines as rows without any style."""
    return tuple(Row(line) for line in lines)


def pack(rows: Rows) -> bytes:
    """Rows for the queue."""
    return msgspec.msgpack.encode(rows)


def unpack(body: bytes) -> Rows:
    """Rows from the queue.  Raises `msgspec.ValidationError`."""
    return msgspec.msgpack.decode(body, type=tuple[Row, ...])
