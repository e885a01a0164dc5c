"""A segment was sent twice where any event of it was, however the log was cut the second time."""

from __future__ import annotations

import pytest

from bench.sync.killed import overlap, sent_again
from bench.sync.offline import sales_for
from bench.sync.sales import as_rows, entries, make_sales


@pytest.mark.parametrize(
    ("sent", "again"),
    [
        ([], 0),
        ([(1, 4096), (4097, 4096), (8193, 100)], 0),
        ([(1, 4096), (4097, 4096), (4097, 4096), (8193, 100)], 1),
        ([(1, 4096), (1, 4096), (1, 4096)], 2),
        ([(1, 4096), (4097, 4096), (1, 8192)], 1),
        ([(1, 10), (5, 10), (15, 1)], 1),
    ],
)
def test_what_goes_twice_is_counted(sent: list[tuple[int, int]], again: int) -> None:
    assert sent_again(sent) == again


def test_neighbours_have_nothing_in_common() -> None:
    assert not overlap((1, 10), (11, 5))
    assert overlap((1, 10), (10, 5))


def test_as_many_sales_as_have_the_entries_and_not_one_more() -> None:
    sales = sales_for(2_000)
    assert entries(as_rows(make_sales(sales))) >= 2_000 > entries(as_rows(make_sales(sales - 1)))
