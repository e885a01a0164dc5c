"""Statements that take a fixed number of values."""

from __future__ import annotations

from posapp.storage.prepared import batched


def test_every_part_is_full_and_nothing_new_is_in_it() -> None:
    for count in range(12):
        values = list(range(count))
        parts = list(batched(values, 4))
        assert all(len(part) == 4 for part in parts)
        assert len(parts) == -(-count // 4)
        assert sorted({value for part in parts for value in part}) == values
    assert list(batched("abcde", 3)) == [("a", "b", "c"), ("d", "e", "e")]
