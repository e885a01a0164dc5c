"""Columns → values, with every value counted before it is made."""

from __future__ import annotations

import sys
import threading
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import accumulate
from operator import add, neg, sub
from typing import TYPE_CHECKING, Any, Final

import msgspec
import zstandard

from sync.protocol.columnar.integers import scaled_products
from sync.protocol.columnar.nodes import FORMAT, MAX_DEPTH, PACKINGS, Form, Node, Value
from sync.protocol.errors import MalformedBodyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_RELATIVE: Final = frozenset({Form.SUM, Form.COMPLEMENT, Form.LIKE, Form.PRODUCT})
_LIMIT: Final = 1 << 64
_MOST_SORTS: Final = 1 << 10
_UNSAID: Final = -1
_SCALARS: Final = (int, str, bytes, type(None))


class _OfThisThread(threading.local):
    """A decompressor holds state while it works: two threads of the server must not share one."""

    def __init__(self) -> None:
        self.decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 23)


_MINE: Final = _OfThisThread()


@dataclass(slots=True)
class Budget:
    """How many values and how many bytes of text a body may still unfold to."""

    values: int = 2_000_000
    text_bytes: int = 32_000_000

    def take(self, values: int) -> None:
        """Count values.  Raises `MalformedBodyError` when there are too many."""
        self.values -= values
        if values < 0 or self.values < 0:
            raise MalformedBodyError("body", "it unfolds to too many values", "展开后的数据过多")

    def take_text(self, size: int) -> None:
        """Count bytes of text.  Raises `MalformedBodyError` when there are too many."""
        self.text_bytes -= size
        if self.text_bytes < 0:
            raise MalformedBodyError("body", "it unfolds to too much text", "展开后的文字过多")


def decode(data: bytes, count: int, budget: Budget | None = None) -> list[Value]:
    """Read `count` rows; tuples stand for lists.  Raises `MalformedBodyError` and nothing else, whatever the bytes."""
    try:
        form, texts, blob_count, lengths, joined, root = msgspec.msgpack.decode(data)
        if form != FORMAT:
            raise MalformedBodyError("body", f"its format {form!r} is not known here", "数据格式未知, 请升级程序")
        reader = _Reader(budget or Budget(), texts, [])
        reader.blobs = _slices(reader.own_integers(lengths, blob_count), joined)
        return reader.column(root, count, 0)
    except (msgspec.DecodeError, zstandard.ZstdError) as error:
        raise MalformedBodyError("body", f"it cannot be read: {error}", "数据无法读取") from error
    except (
        ValueError,
        TypeError,
        IndexError,
        KeyError,
        OverflowError,
        AttributeError,
        StopIteration,
        RecursionError,
    ) as error:
        raise MalformedBodyError("body", f"it contradicts itself: {error!r}", "数据自相矛盾") from error


def _slices(lengths: Sequence[int], joined: bytes) -> list[bytes]:
    if type(joined) is not bytes or sum(lengths) != len(joined) or (lengths and min(lengths) < 0):
        raise ValueError("byte strings do not fill their table")
    ends = list(accumulate(lengths))
    return [joined[end - length : end] for end, length in zip(ends, lengths, strict=True)]


class _Reader:
    """One body being read: its tables, and the integer columns so far."""

    def __init__(self, budget: Budget, texts: list[str], blobs: list[bytes]) -> None:
        if not all(type(text) is str for text in texts):
            raise TypeError("the table of texts holds something else")
        self.budget = budget
        self.texts = texts
        self.blobs = blobs
        self.columns: list[list[int]] = []
        self.forms: dict[int, Callable[[Node, int, int], list[Value]]] = {
            Form.CONSTANT: self.constant,
            Form.PACKED: self.remembered,
            Form.COMPRESSED: self.remembered,
            Form.STEPS: self.remembered,
            Form.LOOKUP: self.remembered,
            Form.SAME: self.same,
            Form.NEGATED: self.negated,
            **dict.fromkeys(_RELATIVE, self.remembered),
            Form.TEXTS: self.from_texts,
            Form.BLOBS: self.from_blobs,
            Form.NUMBERED: self.numbered,
            Form.NESTED: self.nested,
            Form.RECORDS: self.records,
            Form.MIXED: self.mixed,
            Form.PLAIN: self.plain,
        }

    def column(self, node: Node, count: int, depth: int) -> list[Value]:
        """`count` values of a column."""
        self.budget.take(count)
        if depth > 2 * MAX_DEPTH + 2:
            raise ValueError("nested too deeply")
        values = self.forms[node[0]](node, count, depth + 1)
        if len(values) != count:
            raise ValueError(f"a column of {len(values)} where {count} are due")
        return values

    def constant(self, node: Node, count: int, _depth: int) -> list[Value]:
        value = node[1]
        if type(value) not in _SCALARS:
            raise TypeError("a constant is one scalar")
        if type(value) in (str, bytes):
            self.budget.take_text(len(value) * count)
        return [value] * count

    def plain(self, node: Node, _count: int, _depth: int) -> list[Value]:
        return list(node[1])

    def integers(self, node: Node, count: int) -> list[int]:
        """Integers that refer to no other column."""
        form = node[0]
        if form == Form.CONSTANT:
            return _only_integers([node[1]]) * count
        if form == Form.PACKED:
            return _unpack(node[2], node[1], count)
        if form == Form.COMPRESSED:
            size = count * _width(node[1])
            # A size that the frame itself claims would be believed, and memory taken for it, whatever the limit.
            if zstandard.frame_content_size(node[2]) not in {_UNSAID, size}:
                raise ValueError("a frame of another length")
            return _unpack(_MINE.decompressor.decompress(node[2], max_output_size=size), node[1], count)
        if form == Form.STEPS:
            return list(accumulate(self.integers(node[2], count - 1), initial=_only_integers([node[1]])[0]))
        if form == Form.LOOKUP:
            self.budget.take(node[1])
            table = self.integers(node[2], node[1])
            return _look_up(table, self.integers(node[3], count))
        if form == Form.PLAIN:
            return _only_integers(list(node[1]))
        raise ValueError("not a form of integers")

    def own_integers(self, node: Node, count: int) -> list[int]:
        """The same, counted, and never referred to."""
        self.budget.take(count)
        return self.integers(node, count)

    def remembered(self, node: Node, count: int, depth: int) -> list[int]:
        """Integers that later columns may refer to."""
        if node[0] in _RELATIVE:
            values = self.relative(node, count, depth)
            # Products of products of … would grow without end.
            if max(values) >= _LIMIT or min(values) < -_LIMIT:
                raise OverflowError("an integer beyond 64 bits")
        else:
            values = self.integers(node, count)
        self.columns.append(values)
        return values

    def relative(self, node: Node, count: int, depth: int) -> list[int]:
        """Integers that follow from an earlier column and what is left over."""
        known = self.columns[node[1]]
        rest = self.residual(node[-1], count, depth)
        if not len(known) == len(rest) == count:
            raise ValueError("columns of different lengths")
        if node[0] == Form.SUM:
            return list(map(add, rest, known))
        if node[0] == Form.COMPLEMENT:
            return list(map(sub, rest, known))
        if node[0] == Form.PRODUCT:
            return list(map(add, rest, scaled_products(known, self.columns[node[2]])))
        last: defaultdict[int, int] = defaultdict(int)
        values: list[int] = []
        put = values.append
        # Most rows repeat what stood there: nothing is written for them.
        for key, step in zip(known, rest, strict=True):
            if step:
                last[key] += step
            put(last[key])
        return values

    def residual(self, node: Node, count: int, depth: int) -> list[int]:
        if node[0] in (Form.SAME, Form.NEGATED):
            return self.column(node, count, depth)
        return self.integers(node, count)

    def same(self, node: Node, _count: int, _depth: int) -> list[int]:
        return self.columns[node[1]]

    def negated(self, node: Node, _count: int, _depth: int) -> list[int]:
        return list(map(neg, self.columns[node[1]]))

    def from_texts(self, node: Node, count: int, depth: int) -> list[str]:
        values = _look_up(self.texts, self.column(node[1], count, depth))
        self.budget.take_text(sum(map(len, values)))
        return values

    def from_blobs(self, node: Node, count: int, depth: int) -> list[bytes]:
        values = _look_up(self.blobs, self.column(node[1], count, depth))
        self.budget.take_text(sum(map(len, values)))
        return values

    def numbered(self, node: Node, count: int, depth: int) -> list[str]:
        prefixes = self.column(node[1], count, depth)
        widths = self.column(node[2], count, depth)
        numbers = self.column(node[3], count, depth)
        if min(widths) < 1 or max(widths) > 15 or min(numbers) < 0:
            raise ValueError("a number without digits")
        return [f"{prefix}{number:0{width}d}" for prefix, number, width in zip(prefixes, numbers, widths, strict=True)]

    def nested(self, node: Node, count: int, depth: int) -> list[tuple[Value, ...]]:
        lengths = self.lengths(node[1], count, depth)
        elements = self.column(node[2], sum(lengths), depth)
        size = lengths[0] if lengths else 0
        if size and lengths.count(size) == count:
            return list(zip(*[iter(elements)] * size, strict=True))
        together = tuple(elements)
        return [together[end - length : end] for end, length in zip(accumulate(lengths), lengths, strict=True)]

    def records(self, node: Node, count: int, depth: int) -> list[tuple[Value, ...]]:
        if node[1][0] == Form.CONSTANT and count:
            return self.records_of_one_length(node, count, depth)
        lengths = self.lengths(node[1], count, depth)
        rows_of = Counter(lengths)
        groups: dict[int, list[tuple[Value, ...]]] = {}
        for length, nodes in zip(sorted(rows_of), node[2], strict=True):
            if len(nodes) != length:
                raise ValueError("a record of another length")
            rows = rows_of[length]
            columns = [self.column(position, rows, depth) for position in nodes]
            groups[length] = list(zip(*columns, strict=True)) if length else [()] * rows
        return _scatter(lengths, {length: iter(rows) for length, rows in groups.items()})

    def records_of_one_length(self, node: Node, count: int, depth: int) -> list[tuple[Value, ...]]:
        """Most records are: nothing is counted or put in order for them."""
        length = self.lengths(node[1], 1, depth)[0]
        self.budget.take(count - 1)
        (nodes,) = node[2]
        if len(nodes) != length:
            raise ValueError("a record of another length")
        columns = [self.column(position, count, depth) for position in nodes]
        return list(zip(*columns, strict=True)) if length else [()] * count

    def lengths(self, node: Node, count: int, depth: int) -> list[int]:
        lengths = self.column(node, count, depth)
        if lengths and (min(lengths) < 0 or not set(map(type, lengths)) <= {int}):
            raise ValueError("a length below nothing")
        return lengths

    def mixed(self, node: Node, count: int, depth: int) -> list[Value]:
        tags = self.own_integers(node[1], count)
        if len(node[2]) > _MOST_SORTS:
            raise ValueError("too many sorts of rows")
        rows = Counter(tags)
        parts = {tag: iter(self.column(part, rows[tag], depth)) for tag, part in enumerate(node[2])}
        return _scatter(tags, parts)


def _only_integers(values: list[Any]) -> list[int]:
    if not set(map(type, values)) <= {int}:
        raise TypeError("something other than integers")
    return values


def _scatter(tags: list[int], parts: dict[int, Iterator[Any]]) -> list[Any]:
    if len(parts) == 1:
        (rows,) = parts.values()
        return list(rows)
    return list(map(next, map(parts.__getitem__, tags)))


def _look_up(table: list[Any], places: list[int]) -> list[Any]:
    if places and min(places) < 0:
        raise IndexError("a place before the table")
    return list(map(table.__getitem__, places))


def _width(packing: int) -> int:
    if type(packing) is not int or not 0 <= packing < len(PACKINGS):
        raise ValueError("an unknown packing")
    return 1 << (packing >> 1)


def _unpack(planes: bytes, packing: int, count: int) -> list[int]:
    width = _width(packing)
    if len(planes) != count * width:
        raise ValueError("packed integers of another length")
    data = bytearray(planes)
    if width > 1:
        for plane in range(width):
            data[plane::width] = planes[plane * count : (plane + 1) * count]
    packed = array(PACKINGS[packing])
    packed.frombytes(bytes(data))
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tolist()
