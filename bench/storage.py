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
from typing import TYPE_CHECKING, Any
from uuid import UUID

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

KEY = bytes(range(32))
DAY = BusinessDay(740_000)
START = datetime(2027, 1, 18, 9, tzinfo=UTC)
# How many of a chain's members have been at one store.
REGULARS = 0.1
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国梅红鑫宇浩轩子涵梓萱雨欣怡晨曦嘉俊晓思佳慧文博"


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


def bench_sale(folder: Path, sales: int, holders: int = 1_000, warm_up: int = 300) -> tuple[Timing, Timing]:
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
        own_times, raw_times = [], []
        for n in range(sales + warm_up):
            who, at = dice.choice(people), START + timedelta(seconds=n)
            cart = CartId(UUID(int=n + 1))
            sale = make_sale(format_receipt_number(DAY, 3, n + 1), who)
            begun = time.perf_counter()
            with ours.write() as connection:
                number = next_receipt_number(connection, DAY, 3)
                log.append(connection, sale, at, cart_id=cart)
            own_times.append(time.perf_counter() - begun)
            if number != sale.receipt_number:
                raise AssertionError(f"{number} was drawn, not {sale.receipt_number}")
            write = raw.prepare(sale, at, cart.bytes, people.index(who) + 1)
            begun = time.perf_counter()
            write()
            raw_times.append(time.perf_counter() - begun)
        _require_same_rows(ours, beside)
        raw.close()
    return Timing.of(own_times[warm_up:]), Timing.of(raw_times[warm_up:])


def _require_same_rows(ours: Database, beside: Database) -> None:
    """The comparison is only one if both sides wrote the same."""
    for table in ("posting", "account_balance", "held_balance", "member_day", "member_here", "holder", "sale"):
        query = f"SELECT * FROM {table} ORDER BY 1, 2"  # noqa: S608 - names of ours
        with ours.read() as one, beside.read() as other:
            if driver(one).execute(query).fetchall() != driver(other).execute(query).fetchall():
                raise AssertionError(f"the two sides differ in {table}")


def fill_members(database: Database, count: int, *, seed: int = 11) -> None:
    """Believable members: random numbers, two or three hanzi, most with a standing."""
    dice = random.Random(seed)
    for begin in range(0, count, 20_000):
        records, balances, holders, days = [], [], [], []
        for n in range(begin, min(count, begin + 20_000)):
            who = MemberId(dice.randbytes(16))
            name = dice.choice(_SURNAMES) + "".join(dice.choices(_GIVEN, k=dice.choice((1, 2, 2))))
            phone = f"+861{dice.choice('3456789')}{dice.randrange(10**9):09d}"
            records.append((who, MemberRecord(Profile(phone, name), f"86{n:010d}", DAY)))
            balances += [(who, account, dice.randrange(100_000)) for account in (201, 301, 401)]
            holders.append((who, 3, 4, 739_000, 739_900))
            if dice.random() < REGULARS:
                days.append((who, 739_000 + dice.randrange(900)))
        with database.write() as connection:
            raw = driver(connection)
            raw.executemany("INSERT INTO member_day VALUES (?,?,5000,1,0,0)", days)
            members.write_many(connection, records)
            raw.executemany("INSERT INTO held_balance VALUES (?,?,?,0)", balances)
            raw.executemany(
                "INSERT INTO holder(holder, visits, orders, first_day, last_day) VALUES (?,?,?,?,?)",
                holders,
            )


def bench_search(database: Database, rounds: int = 400) -> dict[str, Timing]:
    """Each way to find a member, with its standing, as the screen asks for it (20 results)."""
    dice = random.Random(5)
    with database.read() as connection:
        known = driver(connection).execute("SELECT phone, name FROM member ORDER BY random() LIMIT 2000").fetchall()
    ways: dict[str, Callable[[str, str], str]] = {
        "phone, exact": lambda phone, _name: phone,
        "phone, last four": lambda phone, _name: phone[-4:],
        "phone, six digits inside": lambda phone, _name: phone[3:9],
        "phone, three digits inside": lambda phone, _name: phone[4:7],
        "name, whole": lambda _phone, name: name,
        "name, two hanzi": lambda _phone, name: name[:2],
        "name, one hanzi": lambda _phone, name: name[:1],
        "pinyin initials": lambda _phone, name: "".join(spellings(name)[1:2]),
        "pinyin, whole": lambda _phone, name: spellings(name)[0],
    }
    results: dict[str, Timing] = {}
    with database.read() as connection:
        for label, form in ways.items():
            samples = []
            for _ in range(rounds):
                typed = form(*dice.choice(known))
                begun = time.perf_counter()
                found = member_search.search(connection, typed)
                samples.append(time.perf_counter() - begun)
                if not found:
                    raise AssertionError(f"{label}: {typed} finds nobody")
            results[label] = Timing.of(samples)
    return results


def main() -> None:
    """Print the pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", default="all", choices=("sale", "search", "all"))
    parser.add_argument("--sales", type=int, default=2_000)
    parser.add_argument("--members", type=int, nargs="+", default=[1_000, 1_000_000])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        if options.part != "search":
            ours, raw = bench_sale(Path(name), options.sales)
            print(f"sale commit            p50 {ours.p50:7.0f} µs   p99 {ours.p99:7.0f} µs")
            print(f"same rows by raw SQL   p50 {raw.p50:7.0f} µs   p99 {raw.p99:7.0f} µs")
            print(f"ratio                  p50 {ours.p50 / raw.p50:7.2f}      p99 {ours.p99 / raw.p99:7.2f}")
        for count in options.members if options.part != "sale" else []:
            with open_database(Path(name) / f"{count}.db", KEY) as database:
                begun = time.perf_counter()
                fill_members(database, count)
                print(f"{count:,} members written in {time.perf_counter() - begun:.0f} s")
                for label, timing in bench_search(database).items():
                    print(f"  {label:28s} p50 {timing.p50 / 1000:7.3f} ms   p99 {timing.p99 / 1000:7.3f} ms")


if __name__ == "__main__":
    main()
