"""The forms that a column can take on the wire: every node is an array whose first element is one of these numbers."""

from __future__ import annotations

from enum import IntEnum, unique
from typing import Any, Final

Value = Any
"""None, an integer, a text, a byte string, a list of values, or anything else that MessagePack can say."""

Node = list[Any]

FORMAT: Final = 1
"""The number of this encoding, first in every body."""

MAX_DEPTH: Final = 24
"""How deep values may nest; the writer falls back to plain values below it."""

PACKINGS: Final = "bBhHiIqQ"
"""Type codes of packed integers, narrowest first; their place in this text is what is sent."""

THOUSAND: Final = 1000
"""Quantities are thousandths (`posapp.domain.amounts.Quantity`), so that a line's amount is price × quantity ÷ 1000."""


@unique
class Form(IntEnum):
    """How a column is written."""

    CONSTANT = 0
    """``[value]``: the same scalar in every row."""
    PACKED = 1
    """``[packing, planes]``: integers of fixed width, their lowest bytes first, then their second bytes, …"""
    COMPRESSED = 15
    """``[packing, frame]``: the planes in a zstd frame of their own: each column is coded by its own statistics."""
    STEPS = 2
    """``[first, node]``: the first integer, and the differences between neighbours."""
    LOOKUP = 3
    """``[size, table, places]``: so many distinct integers, and places in that table."""
    SAME = 4
    """``[k]``: the k-th integer column again."""
    NEGATED = 5
    """``[k]``: the k-th integer column with its signs turned."""
    SUM = 6
    """``[k, node]``: the node's values plus the k-th integer column."""
    COMPLEMENT = 7
    """``[k, node]``: the node's values minus the k-th integer column."""
    LIKE = 16
    """``[k, node]``: the node's values plus what stood here at the last row with the same value in the k-th column."""
    PRODUCT = 17
    """``[a, b, node]``: the node's values plus the product of two columns in thousandths, rounded down."""
    TEXTS = 8
    """``[node]``: places in the body's table of texts."""
    BLOBS = 9
    """``[node]``: places in the body's table of byte strings."""
    NUMBERED = 10
    """``[prefixes, widths, numbers]``: texts that end in a decimal number of some width."""
    NESTED = 11
    """``[lengths, node]``: lists, their elements one after another in one column."""
    RECORDS = 12
    """``[lengths, [[node, …], …]]``: lists, for each length that occurs (ascending) one column a position."""
    MIXED = 13
    """``[tags, [node, …]]``: rows of several sorts, a tag a row, and a column for each sort."""
    PLAIN = 14
    """``[values]``: the values as they are."""
