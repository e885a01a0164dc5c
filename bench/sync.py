"""The road between till and server: bytes an entry on the wire, and what the server takes in against a bare database.

``python -m bench.sync [--rounds N]``; with ``DATABASE_URL`` set (``python -m tests.postgres python -m bench.sync``) the
same on PostgreSQL too.  An entry is counted in two ways: postings alone, and postings and sale lines.  Ingest is all
that the server does with a push but HTTP itself: reading the message, signatures, unpacking, the hash chain, the sums,
and one durable transaction.  Pushes alternate with commits of 1,000 bare rows, one a posting, into a table without any
index but its key, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import statistics
import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import psycopg

from bench.figures import Figure
from posapp.domain.amounts import Growth, Money, Points, Quantity, half_up
from posapp.domain.encoding import genesis, to_values
from posapp.domain.events import LineAdjustment, Recorded, SaleCompleted, SaleLine, Step, Tender
from posapp.domain.ids import DeviceId, Incarnation, RuleId, Sku, StaffId, StreamId, member_id
from posapp.domain.posting import post
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay
from sync.protocol import segment, signing
from sync.protocol.certificate import Certificate
from sync.protocol.messages import PullRequest, PushRequest, decode, encode
from sync.server import accept, devices, feeds, merchants, serving
from sync.server.context import Caller, Context
from sync.server.keys import ServerKeys
from sync.server.storage.engine import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES: Final = (4_096, 1_000, 100, 10, 1)
"""Events in a push: the first is the largest segment, the last what a till sends after each sale."""

MERCHANT: Final = "bench"
DEVICE: Final = DeviceId(b"D" * 16)
PRIVATE: Final = bytes(range(32))
_RAW_ROWS: Final = 1_000
_MICROS_BETWEEN: Final = 45e6

INGEST_TARGET, POSTGRES_TARGET, WIRE_TARGET, SNAPSHOT_TARGET = 0.6, 6.0, 3.5, 2.5

Row = list[Any]


def make_sales(count: int, *, members: int = 2_000, products: int = 300, seed: int = 1) -> list[Row]:
    """Sales of a believable shop: a few lines each from a steep price list, six in ten by members at 95 percent."""
    dice = random.Random(seed)
    people = [member_id(b"k" * 32, f"+86138{number:08d}") for number in range(members)]
    goods = [(Sku(f"P{number:05d}"), dice.randrange(100, 9_990, 10)) for number in range(products)]
    weights = [1 / (place + 1) for place in range(products)]
    methods = [TenderMethod.WECHAT_PAY] * 6 + [TenderMethod.ALIPAY] * 3 + [TenderMethod.CASH]
    at = datetime(2026, 1, 1, 1, tzinfo=UTC)
    numbers: dict[BusinessDay, int] = {}
    rows = []
    for sequence in range(1, count + 1):
        at += timedelta(microseconds=int(dice.expovariate(1 / _MICROS_BETWEEN)))
        day = BusinessDay.of(at.date())
        numbers[day] = numbers.get(day, 0) + 1
        who = dice.choice(people) if dice.random() < 0.6 else None
        lines = []
        for sku, price in dice.choices(goods, weights, k=min(20, int(dice.expovariate(0.2)) + 1)):
            pieces = 1 if dice.random() < 0.85 else dice.randrange(2, 5)
            off = Money(price * pieces - half_up(price * pieces * 95, 100))
            taken = (LineAdjustment(0, Step.TIER_RATE, off),) if who else ()
            amount = Money(price * pieces)
            lines.append(SaleLine(sku, 1, "", Quantity.pieces(pieces), Money(price), amount, taken))
        due = sum(line.net.fen for line in lines)
        method = dice.choice(methods)
        handed = -(-due // 1_000) * 1_000 if method is TenderMethod.CASH else due
        earned = due // 100 if who else 0
        event = SaleCompleted(
            receipt_number=f"{day.date:%y%m%d}-02-{numbers[day]:04d}",
            business_day=day,
            cashier=StaffId(dice.choice(["u1", "u2", "u3"])),
            member=who,
            identified_by=Identification.PHONE if who else Identification.NONE,
            tier="gold" if who else "",
            programme_version=3,
            programme_hash=b"h" * 32,
            engine_version=1,
            rules=(RuleId("tier.gold"),) if who else (),
            lines=tuple(lines),
            tenders=(Tender(method, Money(due), Money(handed)),),
            points_spent=Points(0),
            points_base=Points(earned),
            points_bonus=Points(0),
            growth=Growth(earned),
            spend=Money(due if who else 0),
            coupons=(),
        )
        place = StreamId(DEVICE, Incarnation(bytes(8)))
        # As the log holds them: what is written as an integer is one when it is read.
        rows.append(
            msgspec.msgpack.decode(msgspec.msgpack.encode(to_values(Recorded(place, sequence, at, event, post(event)))))
        )
    return rows


def postings(rows: Sequence[Row]) -> int:
    """Postings in events."""
    return sum(len(row[5]) for row in rows) // 3


def entries(rows: Sequence[Row]) -> int:
    """Postings and sale lines in events."""
    return postings(rows) + sum(len(row[3][10]) for row in rows)


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


class RawSQLite:
    """Bare rows into a bare file, a thousand a commit, `synchronous=FULL`."""

    name: Final = "SQLite"

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(
            "CREATE TABLE entry"
            " (id INTEGER PRIMARY KEY, event INTEGER, line INTEGER, account INTEGER, holder BLOB, amount INTEGER)"
        )

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows."""
        for start in range(0, len(rows), _RAW_ROWS):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT INTO entry (event, line, account, holder, amount) VALUES (?, ?, ?, ?, ?)",
                rows[start : start + _RAW_ROWS],
            )
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class RawPostgres:
    """Bare rows by `executemany`, a thousand a commit: what a server without segments would do, less its balances."""

    name: Final = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"))
        self._connection.execute(
            "CREATE TABLE entry"
            " (event bigint, line int, account int, holder bytea, amount bigint, PRIMARY KEY (event, line))"
        )
        self._connection.commit()
        self._next = 0

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows."""
        for start in range(0, len(rows), _RAW_ROWS):
            part = [(self._next + place, *row[1:]) for place, row in enumerate(rows[start : start + _RAW_ROWS])]
            self._next += len(part)
            with self._connection.cursor() as cursor:
                cursor.executemany("INSERT INTO entry VALUES (%s, %s, %s, %s, %s)", part)
            self._connection.commit()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def bare_rows(rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """Events as one tuple a posting."""
    found = []
    for sequence, row in enumerate(rows):
        holders, flat = row[4], row[5]
        for line in range(0, len(flat), 3):
            holder = holders[flat[line + 1] - 1] if flat[line + 1] else None
            found.append((sequence, line, flat[line], holder, flat[line + 2]))
    return found


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
            figures.append(Figure(f"{raw.name}, {size:,} events a push: postings ÷ bare rows, clock", clock, "×"))
            figures.append(Figure("the same, processor alone", processor, "×"))
            figures.append(Figure("with sale lines counted, by the clock", clock * lines, "×"))
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
        sample = bare_rows(rows if len(rows) > _RAW_ROWS else log[:_RAW_ROWS])
        sample = sample[: max(_RAW_ROWS, len(sample) // _RAW_ROWS * _RAW_ROWS)]
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
    """Print what a fresh till of another store pulls: members only."""
    other = Caller(caller.merchant_id, "S2", b"O" * 16)
    till = Certificate(MERCHANT, "S2", other.device, signing.public_key(PRIVATE), 1, "till", 1, False, 1)
    context.database.write(lambda connection: devices.learn(connection, [till]))
    begun = time.perf_counter()
    reply = feeds.pull(context, other, PullRequest())
    took = time.perf_counter() - begun
    balances, size = reply.member_count * 3, len(reply.members)
    print(f"  {reply.member_count:,} members ({balances:,} balances) in {took * 1000:.0f} ms, {size:,} bytes")
    return [Figure("snapshot, bytes a balance", size / balances, "B", SNAPSHOT_TARGET)]


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    log = make_sales(SIZES[0] * max(2, min(options.rounds, 8)))
    serving.calm_collector()
    print(f"log: {len(log):,} sales, {postings(log):,} postings, {entries(log):,} with lines")
    print("wire, with message, header and signature")
    figures = bench_wire(log)
    with tempfile.TemporaryDirectory(prefix="posapp-sync-") as name:
        context, caller = open_server(f"sqlite:///{name}/server.db")
        raw = RawSQLite(Path(name) / "raw.db")
        print("ingest on SQLite, beside bare rows in commits of 1,000")
        figures += _aimed(bench_ingest(context, caller, raw, log, options.rounds), INGEST_TARGET)
        print("snapshot of a fresh till")
        figures += bench_snapshot(context, caller)
        raw.close()
        context.database.close()
    url = os.environ.get("DATABASE_URL", "")
    if url:
        context, caller = open_server(url)
        bare = RawPostgres(url)
        print("ingest on PostgreSQL, balances and all, beside executemany of bare rows")
        figures += _aimed(bench_ingest(context, caller, bare, log, options.rounds), POSTGRES_TARGET)
        bare.close()
        context.database.close()
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
