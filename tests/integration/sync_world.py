"""A server and tills as they are: real HTTP on loopback, real databases, the product's own client and storage."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Self
from uuid import UUID

from sqlalchemy import select

from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.events import BalanceOpened, MemberEnrolled, SaleCompleted, SaleLine, Tender
from posapp.domain.ids import CartId, DeviceId, MemberId, Sku, StaffId, StoreId, member_id
from posapp.domain.member import Profile
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay
from posapp.storage import members, settings, streams
from posapp.storage.database import open_database
from posapp.storage.event_log import EventLog
from posapp.storage.members import MemberRecord
from posapp.storage.reference_data import ReferenceData
from posapp.storage.schema import held_balance
from posapp.storage.sealing import ProfileSealer
from sync.client.enrol import enrol
from sync.client.link import Identity, Link, Session
from sync.client.pull import pull
from sync.client.push import push
from sync.client.till_store import TillDatabase
from sync.protocol import signing
from sync.server import devices, merchants
from sync.server.context import Context
from sync.server.keys import ServerKeys
from sync.server.serving import Running
from sync.server.storage import schema
from sync.server.storage.engine import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from posapp.domain.events import Event, Recorded
    from sync.client.enrol import Enrolment

MERCHANT: Final = "demo"
START: Final = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
_DATABASE_KEY: Final = b"k" * 32


@dataclass
class Clock:
    """A clock that moves by a step whenever somebody looks; a till's own, right or wrong.

    Where many look at once, the step is to be short: what is good for a minute must outlast their looks.
    """

    instant: datetime = START
    step: timedelta = timedelta(seconds=7)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def now(self) -> datetime:
        with self._lock:
            self.instant += self.step
            return self.instant

    def now_us(self) -> int:
        return int(self.now().timestamp() * 1_000_000)


@dataclass
class Till:
    """One till: its database, what writes it, and its way to the server."""

    folder: Path
    name: str
    enrolment: Enrolment
    private_key: bytes
    url: str
    clock: Clock = field(default_factory=Clock)
    link: Link = field(init=False)

    def open(self) -> Self:
        self.database = open_database(self.folder / f"{self.name}.db", _DATABASE_KEY)
        joined = self.enrolment
        self.log = EventLog(DeviceId(joined.device), StoreId(joined.store_id))
        self.reference = ReferenceData(joined.device, self.clock, ProfileSealer(joined.keys.data_key))
        with self.database.write() as connection:
            settings.put(connection, settings.DEVICE_ID, joined.device)
            settings.put(connection, settings.STORE_ID, joined.store_id)
        self.store = TillDatabase(self.database, self.log, self.reference)
        self.connect(self.url)
        return self

    def connect(self, url: str) -> None:
        """Speak to the server at an address from now on."""
        if hasattr(self, "link"):
            self.link.close()
        self.link = Link(url)
        self.identity = Identity(
            self.enrolment.merchant_id,
            self.enrolment.store_id,
            self.enrolment.device,
            self.enrolment.certificate,
            signing.signer(self.private_key),
        )
        self.session = Session(self.link, self.identity)

    def close(self) -> None:
        self.link.close()
        self.database.close()

    def restart(self) -> None:
        """A new process: the next event starts a new stream."""
        self.close()
        self.open()

    def member(self, number: int) -> MemberId:
        return member_id(self.enrolment.keys.member_key, f"+86138{number:08d}")

    def record(self, event: Event, cart: bytes | None = None) -> Recorded:
        with self.database.write() as connection:
            cart_id = None if cart is None else CartId(UUID(bytes=cart))
            return self.log.append(connection, event, self.clock.now(), cart_id=cart_id)

    def open_card(self, number: int, name: str = "") -> MemberId:
        who = self.member(number)
        day = BusinessDay.of(START.date())
        card = f"{self.enrolment.till_number:02d}{number:06d}"
        with self.database.write() as connection:
            self.log.append(connection, MemberEnrolled(who, card, day, StaffId("u1"), "counter", "1"), self.clock.now())
            record = MemberRecord(Profile(f"+86138{number:08d}", name), card, day)
            self.reference.put_member(connection, who, record)
        return who

    def opening(self, number: int, points: int) -> Recorded:
        who = self.member(number)
        day = BusinessDay.of(START.date())
        return self.record(BalanceOpened(who, day, Points(points), Growth(points), Money(0), 0, "import"))

    def sell(self, number: int | None, fen: int, *, spend_points: int = 0, day: int = 0) -> Recorded:
        return self.record(sale(None if number is None else self.member(number), fen, spend_points, day))

    def push_all(self) -> int:
        sent = 0
        while True:
            pushed = push(self.session, self.store)
            if not pushed.anything or pushed.lost:
                return sent
            sent += pushed.events

    def pull_all(self) -> bool:
        """Pull to the end; tell whether the server asked to start again."""
        started_again = False
        while True:
            pulled = pull(self.session, self.store)
            started_again |= pulled.started_again
            if not pulled.more:
                return started_again

    def sync(self) -> None:
        """What the worker does in one round."""
        again = True
        while again:
            lost = False
            while True:
                pushed = push(self.session, self.store)
                lost = pushed.lost
                if lost or not pushed.anything:
                    break
            again = False
            start = lost
            while True:
                pulled = pull(self.session, self.store, start_again=start)
                start = False
                again |= pulled.started_again
                if not pulled.more:
                    break

    def balances(self) -> dict[tuple[bytes, int], int]:
        """Settled and pending together, without zeros."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(held_balance.c.holder, held_balance.c.account, held_balance.c.settled + held_balance.c.pending)
            ).all()
        return {(who, account): amount for who, account, amount in rows if amount}

    def unpushed(self) -> int:
        return self.store.pending().events

    def standing(self, number: int) -> tuple[int, int, int]:
        """Points, visits and orders of a member."""
        with self.database.read() as connection:
            found = members.standing(connection, self.member(number))
        return found.points.count, found.visits, found.orders

    def streams(self) -> dict[tuple[bytes, bytes], tuple[int, bytes]]:
        with self.database.read() as connection:
            return {
                (each.id.device, each.id.incarnation): (each.head_sequence, each.head_hash)
                for each in streams.every(connection)
                if each.head_sequence
            }


def sale(who: MemberId | None, fen: int, spend_points: int = 0, day: int = 0) -> SaleCompleted:
    """A sale of one piece; a member earns a point a yuan."""
    amount = Money(fen)
    earned = fen // 100 if who else 0
    line = SaleLine(Sku("P1"), 1, "", Quantity.pieces(1), amount, amount, ())
    return SaleCompleted(
        receipt_number=f"2603{1 + day:02d}-01-0001",
        business_day=BusinessDay.of(START.date()).plus(day),
        cashier=StaffId("u1"),
        member=who,
        identified_by=Identification.PHONE if who else Identification.NONE,
        tier="",
        programme_version=1,
        programme_hash=bytes(32),
        engine_version=1,
        rules=(),
        lines=(line,),
        tenders=(Tender(TenderMethod.CASH, amount, amount),),
        points_spent=Points(spend_points),
        points_base=Points(earned),
        points_bonus=Points(0),
        growth=Growth(earned),
        spend=amount if who else Money(0),
        coupons=(),
    )


class World:
    """A server, its merchant, and the tills that joined it."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder = folder
        self.server_file = folder / "server.db"
        self.database_url = database_url or f"sqlite:///{self.server_file}"
        self.clock = Clock()
        self.keys = ServerKeys(bytes(range(32)))
        self.tills: list[Till] = []
        self._stack = ExitStack()
        self.start_server()
        merchants.create(self.context, "Demo 示例", MERCHANT)
        merchants.add_store(self.context, MERCHANT, "S1", "Shop one")
        merchants.add_store(self.context, MERCHANT, "S2", "Shop two")

    def start_server(self, port: int = 0) -> None:
        database = Database(self.database_url)
        database.migrate(self.clock.now_us())
        self.context = Context(database, self.keys, self.clock.now_us)
        self.running = Running(self.context, port=port)
        self.running.__enter__()
        self.url = self.running.url
        for till in self.tills:
            till.url = self.url
            till.connect(self.url)

    def stop_server(self) -> None:
        for till in self.tills:
            till.link.close()
        self.running.stop()
        self.context.database.close()

    def join(self, name: str, store: str = "S1", till: int = 0) -> Till:
        number = till or len(self.tills) + 1
        code = devices.new_code(self.context, MERCHANT, store, number)
        private_key = os.urandom(32)
        link = Link(self.url)
        enrolment = enrol(link, code, os.urandom(16), private_key, name)
        link.close()
        made = Till(self.folder, name, enrolment, private_key, self.url).open()
        self.tills.append(made)
        return made

    def server_balances(self) -> dict[tuple[bytes, int], int]:
        with self.context.database.read() as connection:
            rows = connection.execute(select(schema.balance).where(schema.balance.c.merchant_id == MERCHANT)).all()
        return {(row.holder, row.account): row.amount for row in rows if row.amount}

    def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of the server's database, to see that nothing was written."""
        found = {}
        with self.context.database.read() as connection:
            for table in schema.metadata.sorted_tables:
                if table.name not in ("schema_version", "enrolment_try", "used_challenge"):
                    found[table.name] = sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
        return found

    def close(self) -> None:
        for till in self.tills:
            till.close()
        self.stop_server()


@contextmanager
def world(folder: Path, database_url: str = "") -> Iterator[World]:
    made = World(folder, database_url)
    try:
        yield made
    finally:
        made.close()
