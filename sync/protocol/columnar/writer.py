"""Values → columns."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec

from sync.protocol.columnar.integers import EarlierColumns, absolute
from sync.protocol.columnar.nodes import FORMAT, MAX_DEPTH, Form, Node, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

_NUMBERED: Final = re.compile(r"(.*?)([0-9]{1,15})", re.DOTALL)
_RAGGED: Final = 64
_MOST_KINDS: Final = 64


def encode(rows: Sequence[Value]) -> bytes:
    """Write rows as columns.  The number of rows is not part of the result: whoever reads it must know it."""
    writer = _Writer()
    kinds = set(map(_kind_and_version, rows))
    # Rows that are no events may begin with anything: a column for each beginning would be longer than the rows.
    root = writer.partition(rows, _kind_and_version, 0) if len(kinds) <= _MOST_KINDS else writer.column(rows, 0)
    texts = list(writer.texts)
    blobs = list(writer.blobs)
    lengths = absolute([len(blob) for blob in blobs])[0] if blobs else [Form.CONSTANT, 0]
    return msgspec.msgpack.encode([FORMAT, texts, len(blobs), lengths, b"".join(blobs), root])


def _kind_and_version(row: Value) -> Hashable:
    """Events of one kind and version have one shape and compress together; anything else goes by its type."""
    if isinstance(row, (list, tuple)):
        head = tuple(row[:2])
        return head if all(type(item) is int for item in head) else list
    return _sort(row)


def _sort(value: Value) -> type:
    kind = type(value)
    if kind in (int, str, bytes, type(None)):
        return kind
    return list if kind in (list, tuple) else object


class _Writer:
    """One body in the making: its tables of texts and byte strings, and the integer columns so far."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}
        self.blobs: dict[bytes, int] = {}
        earlier = EarlierColumns()
        self.integers = earlier.write

    def column(self, values: Sequence[Value], depth: int) -> Node:
        """Any values."""
        if not values:
            return [Form.CONSTANT, None]
        kinds = set(map(_sort, values))
        if len(kinds) > 1:
            return self.partition(values, _sort, depth)
        (kind,) = kinds
        if kind is int:
            return self.integers(values)
        if kind is str:
            return self.text_column(values)
        if kind is bytes:
            return self.blob_column(values)
        if kind is list and depth < MAX_DEPTH:
            return self.lists(values, depth + 1)
        if kind is type(None):
            return [Form.CONSTANT, None]
        return [Form.PLAIN, list(values)]

    def partition(self, rows: Sequence[Value], key: Callable[[Value], Hashable], depth: int) -> Node:
        """Rows of several sorts: a column of tags, and a column for each sort in order of appearance."""
        tags: dict[Hashable, int] = {}
        sorts: list[list[Value]] = []
        places = []
        for row in rows:
            tag = tags.setdefault(key(row), len(tags))
            if tag == len(sorts):
                sorts.append([])
            sorts[tag].append(row)
            places.append(tag)
        if len(sorts) <= 1:
            return self.column(rows, depth)
        return [Form.MIXED, absolute(places)[0], [self.column(sort, depth) for sort in sorts]]

    def lists(self, values: Sequence[Sequence[Value]], depth: int) -> Node:
        lengths = [len(value) for value in values]
        distinct = sorted(set(lengths))
        if distinct == [0]:
            return [Form.NESTED, [Form.CONSTANT, 0], [Form.CONSTANT, None]]
        sorts = set(map(_sort, chain.from_iterable(values)))
        alike = len(sorts) == 1
        narrow = sum(distinct) <= (2 * len(values) if alike else len(distinct) * _RAGGED)
        if sorts == {list} or not narrow or len(distinct) > _RAGGED:
            elements = list(chain.from_iterable(values))
            return [Form.NESTED, self.integers(lengths), self.column(elements, depth)]
        node = self.integers(lengths)
        groups: dict[int, list[Sequence[Value]]] = {length: [] for length in distinct}
        for length, value in zip(lengths, values, strict=True):
            groups[length].append(value)
        columns = [
            [self.column(position, depth) for position in zip(*groups[length], strict=True)] for length in distinct
        ]
        return [Form.RECORDS, node, columns]

    def text_column(self, values: Sequence[str]) -> Node:
        first = values[0]
        if first in values[-1:] and len(set(values)) == 1:
            return [Form.CONSTANT, first]
        fresh = {value for value in values if value not in self.texts}
        if len(fresh) * 2 > len(values) and len(fresh) > 1:
            matches = [_NUMBERED.fullmatch(value) for value in values]
            parts = [match.groups() for match in matches if match is not None]
            if len(parts) == len(values):
                prefixes = self.text_column([prefix for prefix, _digits in parts])
                widths = self.integers([len(digits) for _prefix, digits in parts])
                return [Form.NUMBERED, prefixes, widths, self.integers([int(digits) for _prefix, digits in parts])]
        table = self.texts
        return [Form.TEXTS, self.integers([table.setdefault(value, len(table)) for value in values])]

    def blob_column(self, values: Sequence[bytes]) -> Node:
        if len(set(values)) == 1:
            return [Form.CONSTANT, values[0]]
        table = self.blobs
        return [Form.BLOBS, self.integers([table.setdefault(value, len(table)) for value in values])]
