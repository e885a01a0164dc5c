"""The same load however many tills share it, and what is said of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pytest

from bench.sync.load import LoadTill, all_at_once, paced, share
from bench.sync.sales import as_rows, make_sales
from bench.sync.scale import SIZES, SQLITE, Measured, Size, curves, make_tills, median, percentile
from bench.sync.scale_plot import Curve, plot, ticks
from posapp.domain.ids import DeviceId


class Noted(LoadTill):
    """A till that only notes that it pushed."""

    def __init__(self, pushes: list[bytes]) -> None:
        super().__init__("m", "S1", DeviceId(bytes(16)), bytes(32))
        self.pushes = pushes

    async def push(self) -> None:
        self.pushes.append(self.bodies.popleft())


def noted(tills: int, pushes: int) -> tuple[list[Noted], list[bytes]]:
    done: list[bytes] = []
    made = [Noted(done) for _till in range(tills)]
    for place, till in enumerate(made):
        till.bodies.extend(bytes([place]) for _push in range(share(pushes, tills, place)))
    return made, done


@pytest.mark.parametrize(("pushes", "tills"), [(10, 3), (1_000, 1_000), (3, 10), (7, 1)])
def test_the_shares_are_even_and_add_up(pushes: int, tills: int) -> None:
    shares = [share(pushes, tills, place) for place in range(tills)]
    assert sum(shares) == pushes
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize("size", [size for size in SIZES if size.tills <= 100])
def test_every_size_carries_the_same_load(size: Size) -> None:
    rows = as_rows(make_sales(400))
    tills = make_tills(size, rows, 20)
    assert len(tills) == size.tills
    assert len({till.merchant for till in tills}) == size.merchants
    assert sum(len(till.bodies) for till in tills) == 40


def test_both_phases_push_everything_and_time_each() -> None:
    tills, done = noted(3, 10)
    crowd = asyncio.run(all_at_once(tills, 10))
    assert (len(done), len(crowd.each)) == (10, 10)
    tills, done = noted(3, 10)
    calm = asyncio.run(paced(tills, 10, 2_000, random.Random(1)))  # noqa: S311 - no secret
    assert (len(done), len(calm.each)) == (10, 10)
    assert all(each >= 0 for each in calm.each)


@pytest.mark.parametrize(
    ("values", "percent", "answer"),
    [(range(1, 101), 99, 99), (range(1, 1_001), 99, 990), ([5.0], 99, 5.0), (range(10, 0, -1), 50, 5)],
)
def test_a_percentile_is_a_value_that_occurred(values: Sequence[float], percent: int, answer: float) -> None:
    assert percentile(values, percent) == answer


def test_the_median_round_counts_figure_by_figure() -> None:
    size = Size(1, 10)
    rounds = [Measured(SQLITE, size, rate, 100 / rate, rate * 2) for rate in (10, 30, 20)]
    assert median(rounds) == Measured(SQLITE, size, 20, 5, 40)


def test_the_marks_reach_beyond_the_largest_value() -> None:
    assert ticks(9_654) == [0, 2_000, 4_000, 6_000, 8_000, 10_000]
    assert ticks(3.2) == [0, 1, 2, 3, 4]
    assert ticks(10) == [0, 2, 4, 6, 8, 10]


def test_the_picture_has_a_line_for_each_server_and_number_of_merchants() -> None:
    measured = [Measured(SQLITE, size, size.tills * 10.0, 1.0, size.tills / 10) for size in SIZES]
    drawn = curves(measured)
    assert [(each.merchants, len(each.points)) for each in drawn] == [(1, 3), (10, 3), (100, 2)]
    picture = ET.fromstring(plot(drawn, (10, 100, 1_000)))  # noqa: S314 - our own
    lines = picture.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 2 * len(drawn)


def test_more_is_drawn_higher() -> None:
    picture = plot([Curve("one", 1, ((10, 5.0, 1.0), (100, 10.0, 1.0)))], (10, 100))
    points = picture.split('<polyline points="')[1].split('"')[0].split()
    first, second = (float(point.split(",")[1]) for point in points)
    assert second < first
