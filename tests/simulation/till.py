"""A till: the real application, storage and sync client over a real encrypted database, that can die at any write."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from posapp.application import goods
from posapp.application.founding import count_deferred, open_till, refresh
from posapp.bootstrap.leasing import Holding, Renewing
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.encoding import from_values
from posapp.domain.errors import UnknownKind
from posapp.domain.ids import Sku, StreamId
from posapp.domain.offline import Leases
from posapp.storage import event_log
from posapp.storage.database import open_database
from posapp.storage.documents import PROGRAMME
from posapp.storage.key_store import DATABASE_KEY, DEVICE_PRIVATE_KEY, MERCHANT_DATA_KEY, MERCHANT_KEY
from sync.client import leases
from sync.client.errors import SyncError
from sync.client.inbox import fetch
from sync.client.link import Identity, Link, Session
from sync.client.store import Changes
from sync.client.till_store import TillDatabase
from sync.client.worker import Worker
from sync.protocol import signing
from sync.protocol.segment import stream_of
from tests.simulation.model import SPENT_ONCE
from tests.simulation.network import Cable
from tests.simulation.serving import MERCHANT
from tests.simulation.versions import speaking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from posapp.application.till import Till as Application
    from posapp.domain.events import Recorded
    from posapp.domain.ids import MemberId
    from tests.simulation.disk import Drive
    from tests.simulation.model import Versions
    from tests.simulation.network import Network
    from tests.simulation.timing import Dice, NodeClock

KEY: Final = b"k" * 32
SKUS: Final = ("CF001", "CF002", "CF005", "CF011", "TL001", "BI001", "BI002", "BI003")
"""The goods of the simulated shop."""
_STEP: Final = 20
_STATEMENTS: Final = frozenset({9, 18, 21, 23})
"""SQLite's numbers for a deletion, an insertion, a query and an update."""
_ALLOWED, _DENIED = 0, 1
_SPENT: Final = ", ".join(str(int(account)) for account in SPENT_ONCE)
_OVERSPENT: Final = f"""
SELECT holder, account FROM held_balance
WHERE account IN ({_SPENT}) AND settled + pending < 0
OR account = {int(Account.COUPON_REDEEMED)} AND settled + pending > 1
"""  # noqa: S608 - numbers of ours
_OWN_MOVES: Final = """
SELECT p.holder, p.account, sum(p.amount) FROM posting p JOIN event e USING (position) JOIN stream s USING (stream_key)
WHERE s.own = 1 AND p.holder IS NOT NULL GROUP BY p.holder, p.account
"""
_GAPS: Final = """
SELECT s.device, s.incarnation, coalesce(max(e.sequence), 0), g.sequence
FROM stream_gap g JOIN stream s USING (stream_key)
LEFT JOIN event e ON e.stream_key = g.stream_key AND e.sequence <= g.sequence
GROUP BY g.stream_key, g.sequence ORDER BY g.stream_key, g.sequence
"""
Heads = dict[StreamId, tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Card:
    """What a till has in its key store and on its papers: who it is at its server."""

    device: bytes
    store: str
    number: int
    private_key: bytes
    certificate: bytes
    member_key: bytes
    data_key: bytes


class Keys:
    """A till's key store, in memory."""

    def __init__(self, card: Card) -> None:
        self._held = {
            DATABASE_KEY: KEY,
            MERCHANT_KEY: card.member_key,
            MERCHANT_DATA_KEY: card.data_key,
            DEVICE_PRIVATE_KEY: card.private_key,
        }

    def get(self, name: str) -> bytes | None:
        """The secret."""
        return self._held.get(name)

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret."""
        self._held[name] = secret

    def remove(self, name: str) -> None:
        """Forget a secret."""
        self._held.pop(name, None)


class Till:
    """One machine: a folder, a clock, a cable, and now and then a running program.

    `is_newer`: it runs the next version of the program.  `dies_unseen`: it stops after each of so many commits, before
    its screen says so.  `interrupted`: a statement was made to fail.  `online` is what its cashier believes.
    `noted_hlc`: the model knows its documents up to this value of the clock.
    """

    def __init__(
        self, name: str, card: Card, folder: Path, drive: Drive, clock: NodeClock, network: Network, dice: Dice
    ) -> None:
        self.name = name
        self.card = card
        self.folder = folder
        self.drive = drive
        self.clock = clock
        self.dice = dice
        self.revoked = False
        self.online = True
        self.is_newer = False
        self.dies_unseen = 0
        self.interrupted = False
        self.noted_hlc = 0
        self._network = network
        self._application: Application | None = None
        self._worker: Worker | None = None
        self._eye: Any = None

    @property
    def file(self) -> Path:
        """Its database."""
        return self.folder / "till.db"

    @property
    def is_running(self) -> bool:
        """Whether its program runs."""
        return self._application is not None

    @property
    def application(self) -> Application:
        """The use cases' view of it; it must run."""
        assert self._application is not None, f"{self.name} is down"
        return self._application

    @property
    def store(self) -> TillDatabase:
        """Its database as push and pull see it."""
        return self._store

    def program(self) -> AbstractContextManager[None]:
        """Its version of the program, for as long as its code runs."""
        return speaking(newer=self.is_newer)

    def start(self) -> None:
        """Start the program.  Raises the storage's errors, and then it does not run."""
        with self.program():
            self._start()

    def _start(self) -> None:
        database = open_database(self.file, KEY)
        try:
            made = open_till(database, Keys(self.card), self.clock, self.dice)
            assert made is not None, "no shop in this database"
            count_deferred(made)
        except BaseException:
            database.close()
            raise
        made.committed = self._committed
        self._application = made
        card = self.card
        sign = signing.signer(card.private_key)
        identity = Identity(MERCHANT, card.store, card.device, card.certificate, sign)
        link = Link("http://server", transport=Cable(self._network, self.name))
        made.steady_ns = lambda: int(self.clock.steady()) * 1_000_000_000
        self._store = TillDatabase(database, made.log, made.reference, made.contact)
        self._session = session = Session(link, identity, steady=self.clock.steady)
        by_hand = Link("http://server", transport=Cable(self._network, self.name))
        holding = Holding(made, by_hand, Session(by_hand, identity, steady=self.clock.steady))
        made.hold = partial(_hold, holding)
        self._worker = Worker(
            link,
            session,
            self._store,
            on_status=_unseen,
            on_changes=self._changed,
            after_pull=Renewing(made, session, self.clock.steady),
            pull_seconds=0.0,
        )

    def interrupt(self, instructions: int) -> None:
        """Let a statement of the writer fail after so many steps of SQLite's machine, once."""
        _writer, raw = self.application.database._open_writer()
        left = [instructions // _STEP]

        def step() -> bool:
            left[0] -= 1
            self.interrupted |= left[0] == 0
            return left[0] == 0

        raw.set_progress_handler(step, _STEP)

    def refuse(self, statements: int) -> None:
        """Let SQLite refuse the writer a statement after so many different ones, once; what was written stays."""
        _writer, raw = self.application.database._open_writer()
        left = [statements]

        def allow(action: int, *_of: object) -> int:
            left[0] -= action in _STATEMENTS
            refuses = action in _STATEMENTS and left[0] == 0
            self.interrupted |= refuses
            return _DENIED if refuses else _ALLOWED

        # Each statement is compiled anew then, and asks.
        raw.set_authorizer(allow)

    def _committed(self) -> None:
        if self.dies_unseen:
            self.dies_unseen -= 1
            self.drive.is_dead = True

    def _changed(self, changes: Changes) -> None:
        if PROGRAMME in changes.documents:
            refresh(self.application)

    def stop(self) -> None:
        """End the program, in peace or because the machine died."""
        if self._eye is not None:
            self._eye.close()
            self._eye = None
        if self._application is not None:
            self._application.database.close()
        self._application = self._worker = None
        if self.drive.is_dead:
            # Shared memory dies with its machine.
            (self.folder / "till.db-shm").unlink(missing_ok=True)

    def round(self) -> None:
        """One round of the sync worker: push until nothing is left, pull to the end.  Raises as it does."""
        assert self._worker is not None, f"{self.name} is down"
        with self.program():
            self._worker._round()

    def renew(self) -> None:
        """Give all shares back and take new ones, now.  Raises as `renew` does."""
        leases.renew(self._session, self.application.database)

    def fetch_exceptions(self) -> None:
        """Hear what is open in its store.  Raises the client's errors."""
        with self.program():
            fetch(self._session, self.application.database, self.clock.now())

    def replace_file(self, source: Path) -> None:
        """Put another database in place of this one; the program must not run."""
        for left in self.folder.glob("till.db*"):
            left.unlink()
        self.drive.unsynced.clear()
        self.noted_hlc = 0
        shutil.copyfile(source, self.file)

    def heads(self, *, own: bool = False) -> Heads:
        """How far it holds each stream, with the chain's hash there; with `own` its device's only."""
        query = "SELECT device, incarnation, head_sequence, head_hash FROM stream WHERE head_sequence > 0"
        rows = self._look(f"{query} AND own = 1" if own else query)
        return {stream_of(device, incarnation): (head, digest) for device, incarnation, head, digest in rows}

    def held(self) -> dict[StreamId, int]:
        """How far it holds each stream."""
        return {stream: head for stream, (head, _hash) in self.heads().items()}

    def gaps(self) -> dict[StreamId, list[tuple[int, int]]]:
        """Where it holds nothing of a stream: after an event, up to and including another one."""
        found: dict[StreamId, list[tuple[int, int]]] = {}
        for device, incarnation, after, upto in self._look(_GAPS):
            found.setdefault(stream_of(device, incarnation), []).append((after, upto))
        return found

    def parts(self) -> Iterator[tuple[StreamId, int, int]]:
        """What it holds of each stream between its gaps: after an event, up to and including another one."""
        gaps = self.gaps()
        for stream, head in self.held().items():
            after = 0
            for upto, end in gaps.get(stream, ()):
                yield stream, after, upto
                after = end
            yield stream, after, head

    def own_moves(self) -> dict[tuple[bytes, int], int]:
        """What its own events moved of each balance, all together."""
        return {(who, account): amount for who, account, amount in self._look(_OWN_MOVES)}

    def acknowledged(self) -> dict[StreamId, int]:
        """How far it believes the server to have its own streams."""
        rows = self._look("SELECT device, incarnation, acknowledged_sequence FROM stream WHERE own = 1")
        return {stream_of(device, incarnation): reached for device, incarnation, reached in rows}

    def overspent(self) -> set[tuple[bytes, int]]:
        """What is below nothing, or was redeemed twice, as far as it knows itself."""
        return set(self._look(_OVERSPENT))

    def balances(self) -> dict[tuple[bytes, int], int]:
        """What it says of every holder, settled and pending together, without zeros."""
        rows = self._look("SELECT holder, account, settled + pending FROM held_balance")
        return {(who, account): amount for who, account, amount in rows if amount}

    def shares(self) -> dict[tuple[bytes, int], int]:
        """What it may spend of balances that the server has set aside; nothing while it waits to give them back."""
        rows = dict(self._look("SELECT name, value FROM setting WHERE name LIKE 'lease%'"))
        suspended = rows.pop("leases_suspended", None)
        if suspended is not None and msgspec.msgpack.decode(suspended):
            return {}
        named = ((name.split("."), msgspec.msgpack.decode(value)) for name, value in rows.items() if "." in name)
        return {(bytes.fromhex(holder), int(account)): amount for (_lease, holder, account), amount in named}

    def prices(self) -> list[Money | None]:
        """What it would sell each product for."""
        found = [goods.by_sku(self.application, Sku(sku)) for sku in SKUS]
        return [product.price if product is not None else None for product in found]

    def documents(self) -> dict[tuple[str, str], tuple[int, bytes, bytes]]:
        """The version of each document that it holds."""
        rows = self._look("SELECT collection, key, hlc, device, body FROM document")
        return {(collection, key): tuple(rest) for collection, key, *rest in rows}

    def versions(self, since: int = 0) -> Versions:
        """The version of each document that it holds and that is newer than a value of the clock."""
        rows = self._look(f"SELECT collection, key, hlc, device FROM document WHERE hlc > {since}")  # noqa: S608 - ours
        return {(collection, key): (hlc, device) for collection, key, hlc, device in rows}

    def _look(self, query: str) -> list[Any]:
        """What stands on its disk, by a connection that is not the program's."""
        if self._eye is None:
            self._eye = self.application.database.connect_raw(read_only=True)
        found: list[Any] = self._eye.execute(query).fetchall()
        return found

    def events_after(self, stream: StreamId, sequence: int) -> list[tuple[Recorded | None, bytes]]:
        """The events of a stream after a place, with their hashes; None for one of a kind it does not know."""
        found: list[tuple[Recorded | None, bytes]] = []
        with speaking(newer=True), self.application.database.read() as connection:
            for stored in event_log.events_after(connection, stream, sequence, 1 << 30):
                try:
                    found.append((from_values(stream, stored.sequence, stored.values), stored.hash))
                except UnknownKind:
                    found.append((None, stored.hash))
        return found


def _hold(holding: Holding, member: MemberId) -> None:
    """Ask for shares as `Holding` does, but in no thread of its own: an answer is there at once or never."""
    if holding.till.programme.offline.leases is not Leases.NONE:
        with suppress(SyncError):
            holding._ask(member)


def _unseen(_status: object) -> None:
    """What a pill shows that nobody looks at."""
