"""What a server counts, for Prometheus, added up over its worker processes.

Every worker counts in cells of its own, in memory that all of them share, so that whichever is asked answers for all.
Nothing here names a merchant, a device or a person.
"""

from __future__ import annotations

import threading
from ctypes import Array, c_int64
from functools import lru_cache
from multiprocessing.sharedctypes import RawArray
from typing import Final, NamedTuple

ROUTES: Final = (
    "enrol",
    "challenge",
    "session",
    "push",
    "pull",
    "digest",
    "lease",
    "inbox",
    "exposure",
    "payment",
    "rotate",
    "card-keys",
    "authority",
    "other",
)
"""Requests are told apart by these and by nothing that a caller may choose."""
STATUSES: Final = ("2xx", "4xx", "5xx")
OUTCOMES: Final = ("applied", "known", "gap", "fork")
BOUNDS_US: Final = (5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 10_000_000)
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_SECOND_US: Final = 1_000_000


class _Metric(NamedTuple):
    name: str
    kind: str
    words: str
    samples: tuple[str, ...]


@lru_cache
def _timing(route: str) -> tuple[str, ...]:
    name = "posapp_request_seconds"
    bounds = (f'{name}_bucket{{route="{route}",le="{_seconds(bound)}"}}' for bound in BOUNDS_US)
    rest = (f'_bucket{{route="{route}",le="+Inf"}}', f'_sum{{route="{route}"}}', f'_count{{route="{route}"}}')
    return (*bounds, *(f"{name}{each}" for each in rest))


def _seconds(micros: int) -> str:
    whole, rest = divmod(micros, _SECOND_US)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def _labelled(name: str, label: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f'{name}{{{label}="{value}"}}' for value in values)


_METRICS: Final = (
    _Metric(
        "posapp_requests_total",
        "counter",
        "Requests that were answered.",
        tuple(f'posapp_requests_total{{route="{r}",status="{s}"}}' for r in ROUTES for s in STATUSES),
    ),
    _Metric(
        "posapp_request_seconds",
        "histogram",
        "From the first byte of a request to the last of its answer.",
        tuple(sample for route in ROUTES for sample in _timing(route)),
    ),
    _Metric("posapp_requests_under_way", "gauge", "Requests being answered now.", ("posapp_requests_under_way",)),
    _Metric("posapp_received_bytes_total", "counter", "Bodies of requests.", ("posapp_received_bytes_total",)),
    _Metric(
        "posapp_segments_total",
        "counter",
        "Pushed segments, by what became of them.",
        _labelled("posapp_segments_total", "outcome", OUTCOMES),
    ),
    _Metric(
        "posapp_rate_limited_total",
        "counter",
        "Requests that were turned away because too many came.",
        _labelled("posapp_rate_limited_total", "by", ("device", "address")),
    ),
    _Metric(
        "posapp_transactions_retried_total",
        "counter",
        "Transactions that were run again: lost races, and connections that broke.",
        ("posapp_transactions_retried_total",),
    ),
    _Metric("posapp_workers", "gauge", "Worker processes that serve.", ("posapp_workers",)),
)
_PLACES: Final = {sample: place for place, sample in enumerate(s for each in _METRICS for s in each.samples)}
_GAUGES: Final = tuple(sample for each in _METRICS if each.kind == "gauge" for sample in each.samples)

Cells = Array[c_int64]


def shared_cells(workers: int) -> Cells:
    """Memory for so many workers, to be handed to their processes when they are started."""
    return RawArray(c_int64, workers * len(_PLACES))


class Metrics:
    """One worker's counters, and the sums of all."""

    def __init__(self, cells: Cells | None = None, worker: int = 0) -> None:
        self._cells = shared_cells(1) if cells is None else cells
        self._first = worker * len(_PLACES)
        self._lock = threading.Lock()
        # A worker that was killed leaves its last state to the one that takes its place.
        for sample in _GAUGES:
            self._cells[self._first + _PLACES[sample]] = 0
        self.add("posapp_workers")

    def add(self, sample: str, amount: int = 1) -> None:
        """Count; `sample` is a name with its labels, as it is printed."""
        with self._lock:
            self._cells[self._first + _PLACES[sample]] += amount

    def answered(self, route: str, status: int, micros: int, received: int) -> None:
        """Count a request that was answered."""
        # A caller who went away before the answer has no status.
        kind = "5xx" if status >= 500 else "4xx" if status >= 400 or not status else "2xx"
        self.add(f'posapp_requests_total{{route="{route}",status="{kind}"}}')
        self.add("posapp_received_bytes_total", received)
        *buckets, unbounded, total, count = _timing(route)
        for bound, bucket in zip(BOUNDS_US, buckets, strict=True):
            if micros <= bound:
                self.add(bucket)
        self.add(unbounded)
        self.add(total, micros)
        self.add(count)

    def exposition(self) -> str:
        """All workers' counters, as Prometheus reads them."""
        lines = []
        for each in _METRICS:
            lines += [f"# HELP {each.name} {each.words}", f"# TYPE {each.name} {each.kind}"]
            for sample in each.samples:
                total = sum(self._cells[_PLACES[sample] :: len(_PLACES)])
                lines.append(f"{sample} {_seconds(total) if '_seconds_sum' in sample else total}")
        return "\n".join(lines) + "\n"
