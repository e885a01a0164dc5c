"""Rows of plain values as columns, without a schema.

`encode` transposes any list of MessagePack values: rows of one kind and version stand together, every position of a
record becomes a column, lists become a column of lengths and the columns of their children.  Integers are written
plain, as differences, as places in a small table, or relative to an earlier column; texts and byte strings
are written once and referred to.  `decode` gives the same values back, tuples standing for lists, so that encoding
them again gives the same bytes and hashes are recomputed rather than sent (sync.md, Push).

Nothing about a decoded body is trusted: `decode` counts every value it makes and every byte it repeats against a
`Budget` and refuses what goes beyond, so that a few bytes cannot ask for gigabytes.
"""

from __future__ import annotations

from sync.protocol.columnar.reader import Budget, decode
from sync.protocol.columnar.writer import encode

__all__ = ["Budget", "decode", "encode"]
