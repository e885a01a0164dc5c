"""A PostgreSQL whose writes are durable, for as long as a measurement runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.postgres import Cluster, PostgresMissingError


@contextmanager
def own_cluster() -> Iterator[Cluster | None]:
    """A server of its own; nothing, and said why, where there is none to start."""
    cluster = Cluster(durable=True)
    try:
        cluster.start()
    except PostgresMissingError as error:
        print(f"PostgreSQL is not measured: {error}", flush=True)
        yield None
        return
    try:
        yield cluster
    finally:
        cluster.stop()
