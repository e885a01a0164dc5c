"""The road between till and server: bytes an entry on the wire, and what the server takes in against a bare database.

``python -m bench.sync [--rounds N] [--database URL]``; on SQLite, and on PostgreSQL: one of its own for as long as this
runs, or that of ``--database``.  An entry is counted in two ways: postings alone, and postings and sale lines.  Ingest
is all that the server does with a push but HTTP itself: reading the message, signatures, unpacking, the hash chain, the
sums, and one durable transaction.  Pushes alternate with commits of 1,000 bare rows, one a posting, into a table
without any index but its key, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from msgspec.structs import replace as replace_fields

from bench.figures import Figure
from bench.sync.postgres import own_cluster
from bench.sync.raw import RAW_ROWS, RawPostgres, RawSQLite
from bench.sync.sales import Row, as_rows, entries, make_sales, posting_rows, postings
from posapp.domain.encoding import genesis
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from sync.protocol import segment, signing, standings
from sync.protocol.certificate import Certificate
from sync.protocol.messages import PullRequest, PushRequest, decode, encode
from sync.server import accept, devices, feeds, merchants, serving
from sync.server.context import Caller, Context
from sync.server.keys import ServerKeys
from sync.server.storage.engine import Database

SIZES: Final = (4_096, 1_000, 100, 10, 1)
"""Events in a push: the first is the largest segment, the last what a till sends after each sale."""

MERCHANT: Final = "bench"
DEVICE: Final = DeviceId(b"D" * 16)
PRIVATE: Final = bytes(range(32))

_YEARS: Final = 2
_PUSHES_OF_YEARS: Final = 6
_MEMBERS_OF_YEARS: Final = 4_000

INGEST_TARGET, POSTGRES_TARGET, WIRE_TARGET, SNAPSHOT_TARGET = 0.6, 6.0, 3.5, 2.5


@dataclass
class Sender:
    """A till's side: cuts one long log into signed pushes of a size, each size in a stream of its own."""

    log: list[Row]
    size: int
    sequence: int = 0
    previous: bytes = b""
    parts: list[list[Row]] = field(default_factory=list)

    def bodies(self, number: int) -> list[bytes]:
        """The bodies of pushes, ready to be posted; `parts` remembers what is in each."""
        stream = StreamId(DEVICE, Incarnation(self.size.to_bytes(8, "big")))
        self.previous = self.previous or genesis(stream)
        made = []
        for _ in range(number):
            rows = self.log[self.sequence : self.sequence + self.size]
            origin = (MERCHANT, "S1", stream, self.sequence + 1, self.previous)
            wire = segment.build(signing.signer(PRIVATE), *origin, rows)
            self.sequence += len(rows)
            self.previous = segment.parse(wire).header.last_hash
            self.parts.append(rows)
            made.append(encode(PushRequest([wire])))
        return made


def open_server(url: str) -> tuple[Context, Caller]:
    """A server with one merchant, one store and the till that sends."""
    database = Database(url)
    database.migrate(0)
    context = Context(database, ServerKeys(bytes(32)))
    merchants.create(context, MERCHANT, MERCHANT)
    merchants.add_store(context, MERCHANT, "S1", "Shop")
    till = Certificate(MERCHANT, "S1", DEVICE, signing.public_key(PRIVATE), 1, "till", 1, False, 1)
    database.write(lambda connection: devices.learn(connection, [till]))
    return context, Caller(MERCHANT, "S1", DEVICE)


def bench_ingest(
    context: Context, caller: Caller, raw: RawSQLite | RawPostgres, log: list[Row], rounds: int
) -> list[Figure]:
    """Print postings a second taken in, size by size, against the bare database in the same rounds."""
    titles = ("events a push", "postings/s", "bare rows/s", "ratio", "with lines", "processor", "with lines")
    print("  {:>14} {:>12} {:>12} {:>7} {:>11} {:>10} {:>11}".format(*titles))
    figures: list[Figure] = []
    for size in SIZES:
        sender = Sender(log, size)
        pushes = max(1, min(rounds, len(log) // size)) if size > 1 else rounds * 4
        pairs = [
            _Pair.of(context, caller, raw, body, rows, log)
            for body, rows in zip(sender.bodies(pushes), sender.parts, strict=True)
        ]
        lines = sum(map(entries, sender.parts)) / sum(map(postings, sender.parts))
        clock = statistics.median(each.bare / each.ours for each in pairs)
        processor = statistics.median(each.bare_processor / each.ours_processor for each in pairs)
        speed = statistics.median(1 / each.ours for each in pairs)
        floor = statistics.median(1 / each.bare for each in pairs)
        print(
            f"  {size:14,} {speed:12,.0f} {floor:12,.0f} {clock:7.2f} {clock * lines:11.2f}"
            f" {processor:10.2f} {processor * lines:11.2f}",
            flush=True,
        )
        if not figures:
            ingest = f"{raw.name} ingest ÷ bare rows, {size:,} events a push"
            figures.append(Figure(f"{ingest}, clock", clock, "×"))
            figures.append(Figure("the same, processor alone", processor, "×"))
            figures.append(Figure(f"{raw.name} ingest with sale lines counted, clock", clock * lines, "×"))
    return figures


@dataclass(frozen=True, slots=True)
class _Pair:
    """Seconds a posting taken in by the server and seconds a bare row, one right after the other."""

    ours: float
    ours_processor: float
    bare: float
    bare_processor: float

    @classmethod
    def of(
        cls,
        context: Context,
        caller: Caller,
        raw: RawSQLite | RawPostgres,
        body: bytes,
        rows: Sequence[Row],
        log: Sequence[Row],
    ) -> _Pair:
        """Measure one push, and as many bare rows as make whole commits."""
        begun, busy = time.perf_counter(), time.thread_time()
        encode(accept.push(context, caller, decode(body, PushRequest)))
        ours, ours_busy = time.perf_counter() - begun, time.thread_time() - busy
        sample = posting_rows(rows if len(rows) > RAW_ROWS else log[:RAW_ROWS])
        sample = sample[: max(RAW_ROWS, len(sample) // RAW_ROWS * RAW_ROWS)]
        begun, busy = time.perf_counter(), time.thread_time()
        raw.write(sample)
        bare, bare_busy = time.perf_counter() - begun, time.thread_time() - busy
        count = postings(rows)
        return cls(ours / count, ours_busy / count, bare / len(sample), bare_busy / len(sample))


def bench_wire(log: list[Row]) -> list[Figure]:
    """Print bytes an entry."""
    figures: list[Figure] = []
    print(f"  {'events a push':>14} {'bytes':>10} {'a posting':>10} {'an entry':>9}")
    for size in SIZES:
        sender = Sender(log, size)
        bodies = sender.bodies(max(1, min(20, len(log) // size)))
        total = sum(map(len, bodies))
        rows = [row for part in sender.parts for row in part]
        print(f"  {size:14,} {total // len(bodies):10,} {total / postings(rows):10.2f} {total / entries(rows):9.2f}")
        if not figures:
            figures.append(
                Figure(f"wire, {size:,} events a push, bytes a posting", total / postings(rows), "B", WIRE_TARGET)
            )
            figures.append(
                Figure("the same, bytes an entry, sale lines counted", total / entries(rows), "B", WIRE_TARGET)
            )
    return figures


def bench_snapshot(context: Context, caller: Caller) -> list[Figure]:
    """Print what a fresh till of another store pulls of members who came in the course of two years, and its parts."""
    count = SIZES[0] * _PUSHES_OF_YEARS
    log = as_rows(make_sales(count, members=_MEMBERS_OF_YEARS, apart=_YEARS * 365 * 86_400 / count))
    for body in Sender(log, SIZES[0]).bodies(_PUSHES_OF_YEARS):
        accept.push(context, caller, decode(body, PushRequest))
    other = Caller(caller.merchant_id, "S2", b"O" * 16)
    till = Certificate(MERCHANT, "S2", other.device, signing.public_key(PRIVATE), 1, "till", 1, False, 1)
    context.database.write(lambda connection: devices.learn(connection, [till]))
    begun = time.perf_counter()
    reply = feeds.pull(context, other, PullRequest())
    took = time.perf_counter() - begun
    members = standings.unpack(reply.members, reply.member_count)
    nameless = [replace_fields(each, member=bytes(16)) for each in members]
    bare = [replace_fields(each, visits=0, orders=0, first_day=None, last_day=None, recent=()) for each in nameless]
    balances = sum(len(each.balances) for each in members)
    whole, named, amounts = (len(part) / balances for part in (reply.members, *map(standings.pack, (nameless, bare))))
    print(f"  {len(members):,} members ({balances:,} balances) in {took * 1000:.0f} ms, {len(reply.members):,} bytes")
    return [
        Figure("snapshot, bytes a balance", whole, "B", SNAPSHOT_TARGET),
        Figure("of these the amounts", amounts, "B", SNAPSHOT_TARGET),
        Figure("visits, orders and latest days", named - amounts, "B"),
        Figure("members' ids", whole - named, "B"),
    ]


def bench_postgres(url: str, log: list[Row], rounds: int) -> list[Figure]:
    """Ingest into an empty PostgreSQL database."""
    context, caller = open_server(url)
    bare = RawPostgres(url)
    print("ingest on PostgreSQL, balances and all, beside executemany of bare rows")
    figures = _aimed(bench_ingest(context, caller, bare, log, rounds), POSTGRES_TARGET)
    bare.close()
    context.database.close()
    return figures


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(prog="python -m bench.sync", description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--database", default="", help="the address of a PostgreSQL database that is empty")
    options = parser.parse_args()
    log = as_rows(make_sales(SIZES[0] * max(2, min(options.rounds, 8))))
    serving.calm_collector()
    print(f"log: {len(log):,} sales, {postings(log):,} postings, {entries(log):,} with lines")
    print("wire, with message, header and signature")
    figures = bench_wire(log)
    with tempfile.TemporaryDirectory(prefix="posapp-sync-") as name:
        context, caller = open_server(f"sqlite:///{name}/server.db")
        raw = RawSQLite(Path(name) / "raw.db")
        print("ingest on SQLite, beside bare rows in commits of 1,000")
        figures += _aimed(bench_ingest(context, caller, raw, log, options.rounds), INGEST_TARGET)
        raw.close()
        context.database.close()
        print("snapshot of a fresh till")
        context, caller = open_server(f"sqlite:///{name}/years.db")
        figures += bench_snapshot(context, caller)
        context.database.close()
    with nullcontext() if options.database else own_cluster() as cluster:
        url = cluster.url(cluster.create_database()) if cluster is not None else options.database
        if url:
            figures += bench_postgres(url, log, options.rounds)
    for figure in figures:
        print(figure.line)


def _aimed(figures: list[Figure], target: float) -> list[Figure]:
    """The ratios by the clock with their target, at least so much."""
    return [
        replace(figure, target=target, more_is_better=True) if figure.name.endswith("clock") else figure
        for figure in figures
    ]


if __name__ == "__main__":
    main()
