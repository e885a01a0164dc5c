"""Counters of several workers are told as one, in the form that Prometheus reads."""

from __future__ import annotations

import re
import threading

from sync.server.metrics import Metrics, shared_cells

SAMPLE = re.compile(r"([a-z_]+)(?:\{([a-z]+=\"[^\"]+\",?)+\})? (\d+(?:\.\d+)?)")


def read(text: str) -> dict[str, str]:
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))


def test_every_line_is_a_sample_or_says_what_follows() -> None:
    known: set[str] = set()
    for line in Metrics().exposition().splitlines():
        if line.startswith("#"):
            _mark, word, name, rest = line.split(" ", 3)
            assert word == "HELP" or rest in {"counter", "gauge", "histogram"}
            known.add(name)
            continue
        found = SAMPLE.fullmatch(line)
        assert found, line
        assert found.group(1) in known | {f"{name}{end}" for name in known for end in ("_bucket", "_sum", "_count")}


def test_a_request_falls_into_its_bucket_and_all_wider_ones() -> None:
    metrics = Metrics()
    metrics.answered("push", 200, 30_000, 512)
    metrics.answered("push", 503, 99_000_000, 0)
    metrics.answered("pull", 0, 1, 0)
    told = read(metrics.exposition())
    bounds = {bound: told[f'posapp_request_seconds_bucket{{route="push",le="{bound}"}}'] for bound in ("0.025", "0.05")}
    assert bounds == {"0.025": "0", "0.05": "1"}
    assert told['posapp_request_seconds_bucket{route="push",le="+Inf"}'] == "2"
    assert told['posapp_request_seconds_sum{route="push"}'] == "99.03"
    assert told['posapp_request_seconds_count{route="push"}'] == "2"
    assert told['posapp_requests_total{route="push",status="5xx"}'] == "1"
    # A caller who went away before the answer is counted as the caller's doing.
    assert told['posapp_requests_total{route="pull",status="4xx"}'] == "1"
    assert told["posapp_received_bytes_total"] == "512"


def test_workers_are_added_up_and_a_successor_begins_with_nothing_under_way() -> None:
    cells = shared_cells(2)
    first, second = Metrics(cells, 0), Metrics(cells, 1)
    first.add("posapp_transactions_retried_total", 3)
    second.add("posapp_transactions_retried_total", 4)
    second.add("posapp_requests_under_way")
    assert read(first.exposition())["posapp_requests_under_way"] == "1"
    heir = Metrics(cells, 1)
    told = read(first.exposition())
    assert told == read(heir.exposition())
    assert (told["posapp_transactions_retried_total"], told["posapp_requests_under_way"]) == ("7", "0")
    assert told["posapp_workers"] == "2"


def test_threads_lose_no_count() -> None:
    metrics = Metrics()

    def count() -> None:
        for _each in range(2_000):
            metrics.add("posapp_received_bytes_total")

    threads = [threading.Thread(target=count) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read(metrics.exposition())["posapp_received_bytes_total"] == "8000"
