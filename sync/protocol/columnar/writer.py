"""Values → columns."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from sync.protocol.columnar.integers import EarlierColumns, absolute
from sync.protocol.columnar.nodes import FORMAT, MAX_DEPTH, Form, Node, Value

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

_T = TypeVar("_T")
_DIGITS: Final = "0123456789"
_LONGEST_NUMBER: Final = 15
_RAGGED: Final = 64
_MOST_KINDS: Final = 64
_SORTS: Final[dict[type, type]] = {int: int, str: str, bytes: bytes, type(None): type(None), list: list, tuple: list}


def encode(rows: Sequence[Value]) -> bytes:
    """Write rows as columns.  The number of rows is not part of the result: whoever reads it must know it."""
    writer = _Writer()
    kinds = list(map(_kind_and_version, rows))
    # Rows that are no events may begin with anything: a column for each beginning would be longer than the rows.
    root = writer.partition(rows, kinds, 0) if len(set(kinds)) <= _MOST_KINDS else writer.column(rows, 0)
    texts = list(writer.texts)
    blobs = list(writer.blobs)
    lengths = absolute([len(blob) for blob in blobs])[0] if blobs else [Form.CONSTANT, 0]
    return msgspec.msgpack.encode([FORMAT, texts, len(blobs), lengths, b"".join(blobs), root])


def _kind_and_version(row: Value) -> Hashable:
    """Events of one kind and version have one shape and compress together; anything else goes by its type."""
    if isinstance(row, (list, tuple)):
        head = tuple(row[:2])
        return head if set(map(type, head)) <= {int} else list
    return _sort(row)


def _sort(value: Value) -> type:
    return _SORTS.get(type(value), object)


def _sorts(values: Iterable[Value]) -> set[type]:
    """The sorts among many values: of a million, all but a few are told apart without a call each."""
    return {_SORTS.get(kind, object) for kind in set(map(type, values))}


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
        kinds = _sorts(values)
        if len(kinds) > 1:
            return self.partition(values, list(map(_sort, values)), depth)
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

    def partition(self, rows: Sequence[Value], keys: Sequence[Hashable], depth: int) -> Node:
        """Rows of several sorts: a column of tags, and a column for each sort in order of appearance."""
        tags = {key: tag for tag, key in enumerate(dict.fromkeys(keys))}
        if len(tags) <= 1:
            return self.column(rows, depth)
        places = list(map(tags.__getitem__, keys))
        sorts: list[list[Value]] = [[] for _tag in tags]
        for row, place in zip(rows, places, strict=True):
            sorts[place].append(row)
        return [Form.MIXED, absolute(places)[0], [self.column(sort, depth) for sort in sorts]]

    def lists(self, values: Sequence[Sequence[Value]], depth: int) -> Node:
        lengths = list(map(len, values))
        distinct = sorted(set(lengths))
        if distinct == [0]:
            return [Form.NESTED, [Form.CONSTANT, 0], [Form.CONSTANT, None]]
        if len(distinct) > _RAGGED or not self._are_records(values, distinct):
            elements = list(chain.from_iterable(values))
            return [Form.NESTED, self.integers(lengths), self.column(elements, depth)]
        node = self.integers(lengths)
        groups: dict[int, list[Sequence[Value]]] = {length: [] for length in distinct}
        for length, value in zip(lengths, values, strict=True):
            groups[length].append(value)
        columns = []
        for length, group in groups.items():
            flat = list(chain.from_iterable(group))
            columns.append([self.column(flat[place::length], depth) for place in range(length)])
        return [Form.RECORDS, node, columns]

    def _are_records(self, values: Sequence[Sequence[Value]], distinct: list[int]) -> bool:
        """Whether a column for each place is shorter than one for all elements."""
        # Looking at every element costs more than writing it, and is seldom needed.
        if_alike, if_not = (sum(distinct) <= most for most in (2 * len(values), len(distinct) * _RAGGED))
        first = next(chain.from_iterable(values))
        if if_alike == if_not and _sort(first) is not list:
            return if_alike
        sorts = _sorts(chain.from_iterable(values))
        return sorts != {list} and (if_alike if len(sorts) == 1 else if_not)

    def text_column(self, values: Sequence[str]) -> Node:
        first = values[0]
        distinct = set(values)
        if len(distinct) == 1:
            return [Form.CONSTANT, first]
        fresh = distinct.difference(self.texts)
        if len(fresh) * 2 > len(values) and len(fresh) > 1:
            prefixes = [value[: max(len(value.rstrip(_DIGITS)), len(value) - _LONGEST_NUMBER)] for value in values]
            numbers = [value[len(prefix) :] for value, prefix in zip(values, prefixes, strict=True)]
            widths = list(map(len, numbers))
            if min(widths) > 0:
                node = self.text_column(prefixes)
                return [Form.NUMBERED, node, self.integers(widths), self.integers(list(map(int, numbers)))]
        return [Form.TEXTS, self.integers(_places(values, self.texts))]

    def blob_column(self, values: Sequence[bytes]) -> Node:
        if len(set(values)) == 1:
            return [Form.CONSTANT, values[0]]
        return [Form.BLOBS, self.integers(_places(values, self.blobs))]


def _places(values: Sequence[_T], table: dict[_T, int]) -> list[int]:
    """Where each value stands in a table, which those that are new to it are appended to."""
    for value in dict.fromkeys(values):
        table.setdefault(value, len(table))
    return list(map(table.__getitem__, values))
