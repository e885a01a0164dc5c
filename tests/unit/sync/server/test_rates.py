"""A bucket lets through what was promised, refills steadily, and is nobody else's."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from sync.server.rates import Buckets, Limits


def test_twenty_seconds_worth_at_once_and_then_what_was_promised() -> None:
    now = 0.0
    buckets = Buckets(5, lambda: now)
    assert [buckets.take("a") for _request in range(101)] == [True] * 100 + [False]
    assert buckets.take("b")
    now = 1.0
    assert [buckets.take("a") for _request in range(6)] == [True] * 5 + [False]
    now = 1_000_000.0
    assert [buckets.take("a") for _request in range(101)].count(True) == 100


def test_callers_without_number_take_no_memory_without_end() -> None:
    buckets = Buckets(1)
    for number in range(30_000):
        buckets.take(number)
    assert len(buckets._buckets) == 20_000


@pytest.mark.parametrize(
    ("address", "may"),
    [("127.0.0.1", True), ("::1", True), ("10.1.2.3", True), ("203.0.113.5", False), ("", False), ("unix:", False)],
)
def test_who_may_read_the_counters(address: str, *, may: bool) -> None:
    limits = Limits(metrics_from=(*Limits().metrics_from, ip_network("10.0.0.0/8")))
    assert limits.may_read_metrics(address) is may
