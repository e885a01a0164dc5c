"""The till's storage: a durable sale against the same rows by raw SQL; finding members among a thousand and a million.

``python -m bench.storage [sale|search|all] [--sales N] [--members N …]``.  The two sides of a pair alternate, so that
whatever else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from bench.figures import Figure
from bench.member_shops import member_shop
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.shops import Shops
from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.encoding import chain, genesis
from posapp.domain.events import LineAdjustment, Recorded, SaleCompleted, SaleLine, Step, Tender
from posapp.domain.ids import CartId, DeviceId, Incarnation, MemberId, RuleId, Sku, StaffId, StoreId, StreamId
from posapp.domain.member import Profile
from posapp.domain.posting import post
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay, to_micros
from posapp.storage import member_search, members
from posapp.storage.database import Database, driver, open_database
from posapp.storage.event_log import EventLog
from posapp.storage.members import MemberRecord
from posapp.storage.projections import encode
from posapp.storage.receipts import format_receipt_number, next_receipt_number
from posapp.storage.spelling import spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

KEY = bytes(range(32))
DAY = BusinessDay(740_000)
START = datetime(2027, 1, 18, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds of one side of a comparison."""

    p50: float
    p99: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> Timing:
        """The quantiles of samples in seconds."""
        ordered = sorted(samples)
        return cls(statistics.median(ordered) * 1e6, ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1e6)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison, by the clock and of the processor."""

    clock: Timing
    processor: Timing


class Stopwatch:
    """Collects what calls take, by the clock and of the processor."""

    def __init__(self) -> None:
        self._clock: list[float] = []
        self._processor: list[float] = []
        self._begun = (0.0, 0.0)

    def __enter__(self) -> Self:
        self._begun = (time.perf_counter(), time.thread_time())
        return self

    def __exit__(self, *_exception: object) -> None:
        self._processor.append(time.thread_time() - self._begun[1])
        self._clock.append(time.perf_counter() - self._begun[0])

    def after(self, warm_up: int = 0) -> Side:
        """The quantiles of all calls but the first."""
        return Side(Timing.of(self._clock[warm_up:]), Timing.of(self._processor[warm_up:]))


def make_sale(number: str, member: MemberId, lines: int = 6) -> SaleCompleted:
    """A believable member sale: member price on each line, one cash tender."""
    adjustments = (LineAdjustment(0, Step.TIER_RATE, Money(100)),)
    sold = tuple(
        SaleLine(Sku(f"69010285{n:05d}"), 1, "", Quantity(1000), Money(1290), Money(1290), adjustments)
        for n in range(lines)
    )
    due = lines * 1190
    return SaleCompleted(
        receipt_number=number,
        business_day=DAY,
        cashier=StaffId("c07"),
        member=member,
        identified_by=Identification.PHONE,
        tier="gold",
        programme_version=3,
        programme_hash=bytes(8),
        engine_version=1,
        rules=(RuleId("tier:gold"),),
        lines=sold,
        tenders=(Tender(TenderMethod.CASH, Money(due), Money(10_000)),),
        points_spent=Points(0),
        points_base=Points(due // 100),
        points_bonus=Points(0),
        growth=Growth(due // 100),
        spend=Money(due),
        coupons=(),
    )


class RawTill:
    """The same rows as a sale of ours, written by plain SQL through the driver, with nothing computed in between."""

    def __init__(self, database: Database) -> None:
        self._raw = database.connect_raw()
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -32000"):
            self._raw.execute(f"PRAGMA {pragma}")
        self._stream = StreamId(DeviceId(bytes(16)), Incarnation(bytes(8)))
        self._hash = genesis(self._stream)
        self._sequence = 0
        row = (self._stream.device, self._stream.incarnation, "s", 1, 0, self._hash)
        self._raw.execute(
            "INSERT INTO stream(device, incarnation, store_id, own, head_sequence, head_hash) VALUES (?,?,?,?,?,?)", row
        )

    def prepare(self, sale: SaleCompleted, at: datetime, cart: bytes, key: int) -> Callable[[], None]:
        """Everything that can be known before the transaction; the result writes it."""
        self._sequence += 1
        sequence = self._sequence
        recorded = Recorded(self._stream, sequence, at, sale, post(sale))
        canonical = encode(recorded)
        self._hash = chain(self._hash, canonical)
        member, due, micros = sale.member, sale.due.fen, to_micros(at)
        entries = recorded.transaction.postings
        postings = [(sequence, n, int(p.account), p.holder or None, p.amount) for n, p in enumerate(entries)]
        plain = [(int(p.account), p.amount) for p in entries if not p.holder]
        held = [(p.holder, int(p.account), p.amount) for p in entries if p.holder]
        event = (sequence, 1, sequence, 3, micros, canonical, self._hash)
        head = (sequence, self._hash)
        sold = (sequence, sale.receipt_number, sequence, DAY.ordinal, sale.cashier, member, due, micros, cart)
        day = (member, DAY.ordinal, due, due)
        return lambda: self._write(event, head, postings, plain, held, day, sold, (key, DAY.ordinal))

    def _write(
        self, event: Any, head: Any, postings: Any, plain: Any, held: Any, day: Any, sold: Any, here: Any
    ) -> None:
        raw = self._raw
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE stream SET head_sequence = ?, head_hash = ? WHERE stream_key = 1", head)
        raw.execute("INSERT INTO event VALUES (?,?,?,?,?,?,?,1)", event)
        raw.executemany("INSERT INTO posting VALUES (?,?,?,?,?)", postings)
        raw.executemany(
            "INSERT INTO account_balance VALUES (?,?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
            plain,
        )
        raw.executemany(
            "INSERT INTO held_balance VALUES (?,?,0,?) ON CONFLICT DO UPDATE SET pending = pending + excluded.pending",
            held,
        )
        raw.execute(
            "INSERT INTO member_day VALUES (?,?,?,1,?,1) ON CONFLICT DO UPDATE SET net = net + excluded.net,"
            " orders = orders + 1, pending_net = pending_net + excluded.pending_net,"
            " pending_orders = pending_orders + 1",
            day,
        )
        raw.execute(
            "INSERT INTO holder(holder, visits, orders, first_day, last_day) VALUES (?1,1,1,?2,?2)"
            " ON CONFLICT DO UPDATE SET orders = orders + 1, last_day = excluded.last_day",
            day[:2],
        )
        raw.execute("INSERT INTO member_here VALUES (?,?) ON CONFLICT DO UPDATE SET day = excluded.day", here)
        raw.execute("INSERT INTO sale VALUES (?,?,?,?,?,?,?,?,?)", sold)
        raw.execute("COMMIT")

    def close(self) -> None:
        """Close its connection."""
        self._raw.close()


def bench_sale(folder: Path, sales: int, holders: int = 1_000, warm_up: int = 300) -> tuple[Side, Side]:
    """A durable member sale, ours (receipt number, posting, encoding, hashing included) and by raw SQL, alternating."""
    dice = random.Random(7)
    people = [MemberId(dice.randbytes(16)) for _ in range(holders)]
    with open_database(folder / "ours.db", KEY) as ours, open_database(folder / "raw.db", KEY) as beside:
        for database in (ours, beside):
            with database.write() as connection:
                members.write_many(
                    connection,
                    [(who, MemberRecord(Profile(f"+8613{n:09d}"), f"{n}")) for n, who in enumerate(people)],
                )
        log, raw = EventLog(DeviceId(bytes(16)), StoreId("s")), RawTill(beside)
        own_times, raw_times = Stopwatch(), Stopwatch()
        for n in range(sales + warm_up):
            who, at = dice.choice(people), START + timedelta(seconds=n)
            cart = CartId(UUID(int=n + 1))
            sale = make_sale(format_receipt_number(DAY, 3, n + 1), who)
            with own_times, ours.write() as connection:
                number = next_receipt_number(connection, DAY, 3)
                log.append(connection, sale, at, cart_id=cart)
            if number != sale.receipt_number:
                raise AssertionError(f"{number} was drawn, not {sale.receipt_number}")
            write = raw.prepare(sale, at, cart.bytes, people.index(who) + 1)
            with raw_times:
                write()
        _require_same_rows(ours, beside)
        raw.close()
    return own_times.after(warm_up), raw_times.after(warm_up)


def _require_same_rows(ours: Database, beside: Database) -> None:
    """The comparison is only one if both sides wrote the same."""
    for table in ("posting", "account_balance", "held_balance", "member_day", "member_here", "holder", "sale"):
        query = f"SELECT * FROM {table} ORDER BY 1, 2"  # noqa: S608 - names of ours
        with ours.read() as one, beside.read() as other:
            if driver(one).execute(query).fetchall() != driver(other).execute(query).fetchall():
                raise AssertionError(f"the two sides differ in {table}")


WAYS: dict[str, tuple[Callable[[str, str], str], float | None]] = {
    "phone, exact": (lambda phone, _name: phone, 0.02),
    "phone, last four": (lambda phone, _name: phone[-4:], 0.11),
    "phone, six digits inside": (lambda phone, _name: phone[3:9], 2.0),
    "phone, three digits inside": (lambda phone, _name: phone[4:7], 2.0),
    "name, whole": (lambda _phone, name: name, None),
    "name, two hanzi": (lambda _phone, name: name[:2], 0.8),
    "name, one hanzi": (lambda _phone, name: name[:1], None),
    "pinyin initials": (lambda _phone, name: "".join(spellings(name)[1:2]), 0.05),
    "pinyin, whole": (lambda _phone, name: spellings(name)[0], None),
}
"""What is typed of a phone number and a name, and the milliseconds of the bare index at 1,000,000 (stack.md)."""


def bench_search(database: Database, rounds: int = 400) -> None:
    """Print each way to find a member, with standing: twenty, as the screen asks for them, then one again."""
    dice = random.Random(5)
    with database.read() as connection:
        raw = driver(connection)
        (newest,) = raw.execute("SELECT max(member_key) FROM member").fetchone()
        picked = [(dice.randrange(1, newest + 1),) for _ in range(2_000)]
        known = [raw.execute("SELECT phone, name FROM member WHERE member_key = ?", one).fetchone() for one in picked]
        print(f"  {'milliseconds':27s} {'p50':>7s} {'p99':>7s} {'processor p50':>14s} {'one, in memory':>14s}")
        for label, (form, bare) in WAYS.items():
            typed = [form(*dice.choice(known)) for _ in range(rounds)]
            twenty = _searches(connection, label, typed, 20)
            first = _searches(connection, label, typed, 1)
            beside = f"   (bare index at 1,000,000: {bare:g})" if bare else ""
            print(
                f"  {label:27s} {twenty.clock.p50 / 1e3:7.3f} {twenty.clock.p99 / 1e3:7.3f}"
                f" {twenty.processor.p50 / 1e3:14.3f} {first.processor.p50 / 1e3:14.3f}{beside}",
                flush=True,
            )


def _searches(connection: Connection, label: str, typed: Sequence[str], limit: int) -> Side:
    watch = Stopwatch()
    for each in typed:
        with watch:
            found = member_search.search(connection, each, limit=limit)
        if not found:
            raise AssertionError(f"{label}: {each} finds nobody")
    return watch.after()


def report_sale(ours: Side, raw: Side) -> None:
    """Print a sale's commit beside the same rows by raw SQL."""
    for title, side in (("sale commit", ours), ("same rows by raw SQL", raw)):
        print(
            f"  {title:22s} p50 {side.clock.p50:6.0f} µs   p99 {side.clock.p99:6.0f} µs"
            f"   processor p50 {side.processor.p50:6.0f} µs   p99 {side.processor.p99:6.0f} µs"
        )
    figures = (
        Figure("sale commit ÷ raw SQL, p50", ours.clock.p50 / raw.clock.p50, "×", 1.3),
        Figure("sale commit ÷ raw SQL, p99", ours.clock.p99 / raw.clock.p99, "×", 1.5),
        Figure("the same, processor alone, p50", ours.processor.p50 / raw.processor.p50, "×"),
    )
    for figure in figures:
        print(figure.line, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Print the pairs; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", default="all", choices=("sale", "search", "all"))
    parser.add_argument("--sales", type=int, default=2_000)
    parser.add_argument("--members", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--folder", type=Path, help="where the databases with members are kept for the next part")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="posapp-storage-") as name:
        if options.part != "search":
            report_sale(*bench_sale(Path(name), options.sales))
        for count in options.members if options.part != "sale" else []:
            till = member_shop(options.folder or Path(name), count)
            shops = Shops(till, SystemClock(), SystemEntropy())
            print(f"search among {count:,} members:")
            bench_search(shops.database)
            shops.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
