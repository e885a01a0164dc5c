"""Columns of integers, each said in the shortest of several ways."""

from __future__ import annotations

import sys
import threading
from array import array
from itertools import pairwise, repeat
from operator import add, floordiv, mul, neg, sub
from typing import TYPE_CHECKING, Final

import zstandard

from sync.protocol.columnar.nodes import PACKINGS, THOUSAND, Form, Node

if TYPE_CHECKING:
    from collections.abc import Sequence

_SMALL: Final = 24
"""Columns up to this length are written as they are: nothing else would pay for its own words."""
_SAMPLE: Final = 600
"""How many rows decide which way is the shortest."""
_REACH: Final = 8
"""How many earlier columns a column is compared with."""
_REFERENCE_BYTES: Final = 4
_SHORT_ENOUGH: Final = 16
"""A sample of so few bytes is not worth looking for anything shorter."""
_TABLE_LIMIT: Final = 256
_BOUNDS: Final = (
    (-(1 << 7), 1 << 7),
    (0, 1 << 8),
    (-(1 << 15), 1 << 15),
    (0, 1 << 16),
    (-(1 << 31), 1 << 31),
    (0, 1 << 32),
    (-(1 << 63), 1 << 63),
    (0, 1 << 64),
)


class _OfThisThread(threading.local):
    """A compressor holds state while it works: two threads of the server must not share one."""

    def __init__(self) -> None:
        # The reader knows how long each column is, and the whole body has a digest.
        self.compressor = zstandard.ZstdCompressor(level=3, write_content_size=False, write_checksum=False)


_MINE: Final = _OfThisThread()


class EarlierColumns:
    """The integer columns of one body so far, and how a new one follows from them."""

    def __init__(self) -> None:
        self._columns: list[Sequence[int]] = []
        self._places: dict[tuple[int, ...], int] = {}

    def write(self, values: Sequence[int]) -> Node:
        """Write a column that is not empty; later ones may refer to it."""
        low, high = min(values), max(values)
        if low == high:
            return [Form.CONSTANT, low]
        if _narrowest(low, high) is None:
            return [Form.PLAIN, list(values)]
        node = self._reference(values)
        if node is None:
            node = absolute(values)[0] if len(values) <= _SMALL else self._shortest(values)
            self._places.setdefault(tuple(values), len(self._columns))
            self._columns.append(values)
        return node

    def _reference(self, values: Sequence[int]) -> Node | None:
        """The column again, or with its signs turned, if it stood before."""
        found = self._places.get(tuple(values))
        if found is not None:
            return [Form.SAME, found]
        found = self._places.get(tuple(map(neg, values)))
        return None if found is None else [Form.NEGATED, found]

    def _shortest(self, values: Sequence[int]) -> Node:
        """Try each way on the first rows, and write the whole column in the best."""
        sample = values[:_SAMPLE]
        best, least = None, absolute(sample)[1]
        if least > _SHORT_ENOUGH:
            for way in self._ways(len(values)):
                size = self._size(way, sample)
                if size is not None and size < least:
                    best, least = way, size
                    if least <= _SHORT_ENOUGH:
                        break
        if best is None:
            return absolute(values)[0]
        residual = self._residual(best, values)
        if _narrowest(min(residual), max(residual)) is None:
            return absolute(values)[0]
        return [*best, self._reference(residual) or absolute(residual)[0]]

    def _ways(self, count: int) -> list[Node]:
        """How a column of so many rows may follow from those before it."""
        reach = range(max(0, len(self._columns) - _REACH), len(self._columns))
        near = [k for k in reach if len(self._columns[k]) == count]
        return [
            *([Form.SUM, k] for k in near),
            *([Form.PRODUCT, a, b] for a, b in pairwise(near) if b == a + 1),
            *([Form.COMPLEMENT, k] for k in near),
            *([Form.LIKE, k] for k in near),
        ]

    def _size(self, way: Node, sample: Sequence[int]) -> int | None:
        """About how many bytes a sample takes in this way; None where it cannot be said so."""
        residual = self._residual(way, sample)
        low, high = min(residual), max(residual)
        if low == high:
            return _REFERENCE_BYTES
        packing = _narrowest(low, high)
        if packing is None:
            return None
        size = _pack(residual, packing)[1] + _REFERENCE_BYTES
        # The only way that is read value by value: it must be worth that.
        return size + size // 4 + _REFERENCE_BYTES if way[0] == Form.LIKE else size

    def _residual(self, way: Node, values: Sequence[int]) -> list[int]:
        """What is left of a column when the part that follows from earlier ones is taken away."""
        known = self._columns[way[1]]
        if way[0] == Form.SUM:
            return list(map(sub, values, known))
        if way[0] == Form.COMPLEMENT:
            return list(map(add, values, known))
        if way[0] == Form.PRODUCT:
            return list(map(sub, values, scaled_products(known[: len(values)], self._columns[way[2]])))
        last: dict[int, int] = {}
        residual = []
        for key, value in zip(known, values, strict=False):
            residual.append(value - last.get(key, 0))
            last[key] = value
        return residual


def scaled_products(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """The products of two columns in thousandths: a price times a quantity, for most lines."""
    return list(map(floordiv, map(mul, left, right), repeat(THOUSAND)))


def absolute(values: Sequence[int]) -> tuple[Node, int]:
    """Integers without reference to other columns, in the shortest of three ways, and the bytes it takes."""
    low, high = min(values), max(values)
    if low == high:
        return [Form.CONSTANT, low], 2
    packing = _narrowest(low, high)
    if packing is None:
        return [Form.PLAIN, list(values)], 9 * len(values)
    best, size = _pack(values, packing)
    if len(values) <= _SMALL:
        return best, size
    steps = list(map(sub, values[1:], values))
    narrow = _narrowest(min(steps), max(steps))
    if narrow is not None:
        node, cost = ([Form.CONSTANT, steps[0]], 2) if len(set(steps)) == 1 else _pack(steps, narrow)
        if cost + _REFERENCE_BYTES < size:
            best, size = [Form.STEPS, values[0], node], cost + _REFERENCE_BYTES
    distinct = set(values)
    if packing > 1 and len(distinct) <= min(_TABLE_LIMIT, len(values) >> 1):
        table = sorted(distinct)
        place = {value: index for index, value in enumerate(table)}
        head, tail = _pack(table, packing), _pack([place[value] for value in values], 1)
        if head[1] + tail[1] + 2 < size:
            best, size = [Form.LOOKUP, len(table), head[0], tail[0]], head[1] + tail[1] + 2
    return best, size


def _narrowest(low: int, high: int) -> int | None:
    """The place in `PACKINGS` of the narrowest type that holds both bounds."""
    for place, (least, beyond) in enumerate(_BOUNDS):
        if least <= low and high < beyond:
            return place
    return None


def _pack(values: Sequence[int], packing: int) -> tuple[Node, int]:
    """Integers at a fixed width, byte planes apart, compressed by themselves where that helps; and their size."""
    packed = array(PACKINGS[packing], values)
    if sys.byteorder == "big":
        packed.byteswap()
    data = packed.tobytes()
    width = packed.itemsize
    planes = b"".join(data[plane::width] for plane in range(width)) if width > 1 else data
    if len(planes) > _SMALL:
        frame = _MINE.compressor.compress(planes)
        if len(frame) < len(planes):
            return [Form.COMPRESSED, packing, frame], len(frame)
    return [Form.PACKED, packing, planes], len(planes)
