"""The seed moves windows and deliveries, and never a basket to another till."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("polars", reason="the reader of the data set is an optional extra")

from bench.replay.baskets import Basket
from bench.replay.schedule import plan

START = datetime(2017, 1, 1, 12, tzinfo=UTC)
BASKETS = [Basket(1000 + n, START + timedelta(minutes=7 * n), n % 50, n % 3) for n in range(4000)]
SALES_OF_STORE = Counter({0: 999, 1: 1000, 2: 9000})


def test_each_basket_is_rung_up_once() -> None:
    tills = plan(BASKETS, SALES_OF_STORE, 1).tills
    rung_up = [index for till in tills for index in till.baskets]
    assert sorted(rung_up) == list(range(len(BASKETS)))
    assert all(BASKETS[index].store == till.store for till in tills for index in till.baskets)


def test_a_store_has_a_till_for_each_thousand_baskets_and_four_at_most() -> None:
    tills = Counter(till.store for till in plan(BASKETS, SALES_OF_STORE, 1).tills)
    assert tills == {0: 1, 1: 2, 2: 4}


def test_the_seed_moves_everything_but_the_baskets() -> None:
    one, again, other = (plan(BASKETS, SALES_OF_STORE, seed) for seed in (1, 1, 2))
    assert one == again
    assert [till.baskets for till in one.tills] == [till.baskets for till in other.tills]
    assert [till.offline for till in one.tills] != [till.offline for till in other.tills]
    assert one.duplicated != other.duplicated
    assert one.late != other.late


def test_about_one_in_twenty_comes_twice_and_one_in_ten_late() -> None:
    made = plan(BASKETS, SALES_OF_STORE, 3)
    assert 0.04 < len(made.duplicated) / len(BASKETS) < 0.06
    assert 0.08 < len(made.late) / len(BASKETS) < 0.12


def test_windows_are_half_open_and_do_not_overlap() -> None:
    till = plan(BASKETS, SALES_OF_STORE, 1).tills[0]
    ends = [START - timedelta(days=1)]
    for start, end in till.offline:
        assert ends[-1] <= start < end
        assert till.is_offline(start)
        assert not till.is_offline(end)
        ends.append(end)
