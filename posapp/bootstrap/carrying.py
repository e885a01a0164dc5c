"""Joining a server, and carrying the log between this till and its server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from posapp.application.founding import CARD_BLOCK, open_till
from posapp.application.till import Till
from posapp.bootstrap.card_key_watch import CardKeyWatch
from posapp.bootstrap.inbox_watch import InboxWatch
from posapp.bootstrap.leasing import Holding, Renewing
from posapp.bootstrap.shops import Shops
from posapp.domain.errors import InvalidField
from posapp.domain.ids import DEVICE_ID_BYTES
from posapp.storage import inbox, settings, streams
from posapp.storage.key_store import (
    DEVICE_NEXT_KEY,
    DEVICE_PRIVATE_KEY,
    MERCHANT_DATA_KEY,
    MERCHANT_KEY,
    SECRET_BYTES,
    secret,
)
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.state import SyncKind
from sync.client.compare import Comparison, compare
from sync.client.enrol import Enrolment, enrol, rotate
from sync.client.errors import OfflineError, RefusedError
from sync.client.link import Identity, Link, Session
from sync.client.pull import pull
from sync.client.store import Changes
from sync.client.till_store import TillDatabase
from sync.client.trust import context_for, fetch_authority
from sync.client.worker import State, Status, Worker
from sync.protocol import signing
from sync.protocol.errors import SignatureError
from sync.protocol.typed import PIN_MARK

CERTIFICATE = settings.Setting("sync_certificate", bytes, b"")
AUTHORITY = settings.Setting("sync_authority", str, "")
JOINING_DEVICE = settings.Setting("joining_device", bytes, b"")
_KINDS = {
    State.STANDALONE: SyncKind.STANDALONE,
    State.SYNCING: SyncKind.SYNCING,
    State.SYNCED: SyncKind.SYNCED,
    State.OFFLINE: SyncKind.OFFLINE,
    State.CONFLICT: SyncKind.CONFLICT,
}
_BREATH_SECONDS = 0.15
"""After a sale the window paints before the log is packed and sent: a cashier waits for it, nobody for the log."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def join(shops: Shops, address: str, code: str) -> Till:
    """Enrol this till at a server and bring what it needs to sell.  Raises `InvalidField` and the client's errors.

    Behind the code may stand the pin of the shop's own certificate authority (`sync.protocol.typed`).

    Asking again after a lost answer is safe: device and key are kept from the first try.
    """
    url = server_url(address)
    code, _mark, pin = code.strip().partition(PIN_MARK)
    if not code.strip():
        raise InvalidField("code", "the one-time code is missing", "一次性码不能为空")
    private = secret(shops.keys, DEVICE_PRIVATE_KEY, create=True, entropy=shops.entropy.bytes)
    with shops.database.write() as connection:
        device = settings.get(connection, JOINING_DEVICE) or shops.entropy.bytes(DEVICE_ID_BYTES)
        settings.put(connection, JOINING_DEVICE, device)
    authority = fetch_authority(url, pin) if pin else ""
    link = Link(url, verify=context_for(authority))
    try:
        _keep(shops, url, authority, enrol(link, code.strip(), device, private))
        till = open_till(shops.database, shops.keys, shops.clock, shops.entropy)
        if till is None:
            raise LookupError("the till that was just enrolled cannot be opened")
        _first_pull(shops, till, Session(link, identity_of(shops, till)))
    finally:
        link.close()
    # What came with the first pull (the programme, the store's name) belongs to the till that starts now.
    again = open_till(shops.database, shops.keys, shops.clock, shops.entropy)
    return again if again is not None else till


def server_url(address: str) -> str:
    """An address as people type it, as a URL; plain HTTP only to this machine.  Raises `InvalidField`."""
    text = address.strip().rstrip("/")
    if "://" not in text:
        host = text.partition("/")[0].partition(":")[0]
        text = f"{'http' if host in _LOOPBACK else 'https'}://{text}"
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidField("address", f"{address!r} is not an address", f"{address!r} 不是地址")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise InvalidField("address", "another machine needs https", "连接其他机器要用 https")
    return text


def _keep(shops: Shops, url: str, authority: str, joined: Enrolment) -> None:
    shops.keys.put(MERCHANT_KEY, joined.keys.member_key)
    shops.keys.put(MERCHANT_DATA_KEY, joined.keys.data_key)
    with shops.database.write() as connection:
        settings.put(connection, settings.MERCHANT_ID, joined.merchant_id)
        settings.put(connection, settings.STORE_ID, joined.store_id)
        settings.put(connection, settings.SHOP_NAME, joined.merchant_name)
        settings.put(connection, settings.TILL_NUMBER, joined.till_number)
        settings.put(connection, settings.TILL_NAME, joined.till_name)
        settings.put(connection, settings.SERVER_URL, url)
        settings.put(connection, CARD_BLOCK, joined.card_block)
        settings.put(connection, CERTIFICATE, joined.certificate)
        settings.put(connection, AUTHORITY, authority)
        settings.put(connection, settings.DEVICE_ID, joined.device)


def identity_of(shops: Shops, till: Till) -> Identity:
    """Who this till is at its server."""
    private = secret(shops.keys, DEVICE_PRIVATE_KEY, create=False)
    with till.database.read() as connection:
        return Identity(
            settings.get(connection, settings.MERCHANT_ID),
            settings.get(connection, settings.STORE_ID),
            settings.get(connection, settings.DEVICE_ID),
            settings.get(connection, CERTIFICATE),
            signing.signer(private),
        )


def link_to_server(till: Till) -> Link:
    """A connection to this till's server, which must prove itself by the authority that the till joined with."""
    with till.database.read() as connection:
        authority = settings.get(connection, AUTHORITY)
        return Link(settings.get(connection, settings.SERVER_URL), verify=context_for(authority))


def rotate_key(shops: Shops, till: Till) -> None:
    """Change the key that this till signs with.  Raises `InvalidField` and the client's errors.

    The new key is kept before the server hears of it, so that a crash or a lost answer in the middle is mended by doing
    it again.
    """
    me = identity_of(shops, till)
    if not me.certificate:
        raise InvalidField("--data", "this till has joined no server", "本机没有加入服务器")
    fresh = shops.keys.get(DEVICE_NEXT_KEY)
    if fresh is None or fresh == shops.keys.get(DEVICE_PRIVATE_KEY):
        fresh = shops.entropy.bytes(SECRET_BYTES)
        shops.keys.put(DEVICE_NEXT_KEY, fresh)
    link = link_to_server(till)
    try:
        try:
            certificate = rotate(Session(link, me), fresh)
        except RefusedError as error:
            if error.code != SignatureError.code:
                raise
            # An earlier try got as far as the server.
            certificate = rotate(Session(link, replace(me, sign=signing.signer(fresh))), fresh)
    finally:
        link.close()
    shops.keys.put(DEVICE_PRIVATE_KEY, fresh)
    with shops.database.write() as connection:
        settings.put(connection, CERTIFICATE, certificate)


def compare_with_server(shops: Shops) -> Comparison:
    """Compare balances with the server's.  Raises `InvalidField` and the client's errors."""
    till = shops.open_till()
    me = None if till is None else identity_of(shops, till)
    if till is None or me is None or not me.certificate:
        raise InvalidField("--server", "this till has joined no server", "本机没有加入服务器")
    link = link_to_server(till)
    try:
        return compare(Session(link, me), TillDatabase(till.database, till.log, till.reference, till.contact))
    finally:
        link.close()


def _first_pull(shops: Shops, till: Till, session: Session) -> None:
    """Bring members, goods, programme and keys; where the network fails meanwhile, the worker goes on with it."""
    store = TillDatabase(till.database, till.log, till.reference, till.contact)
    try:
        while pull(session, store).more:
            pass
        CardKeyWatch(till, shops.keys, session)()
    except OfflineError:
        return


@dataclass(slots=True)
class Reporting:
    """Puts the worker's words into the pill's; since when nobody answers, the till remembers over a restart."""

    till: Till
    report: Callable[[SyncStatus], None]
    _last: Status | None = None

    def __call__(self, status: Status) -> None:
        """Report one status."""
        self._last = status
        with self.till.database.read() as connection:
            silence, drift = self.till.contact.silence(connection), self.till.contact.drift(connection)
            exceptions = inbox.count_open(connection)
        since = self.till.clock.now() - silence if status.state is State.OFFLINE else None
        pending = status.pending.dealings
        conflicts = 1 if status.state is State.CONFLICT else 0
        self.report(SyncStatus(_KINDS[status.state], pending, 0, conflicts, since, drift, exceptions))

    def again(self) -> None:
        """There are more or fewer exceptions: report the last status with them."""
        if self._last is not None:
            self(self._last)


@dataclass(frozen=True, slots=True)
class AfterPull:
    """What is asked of the server besides the log, each in its own time."""

    card_keys: CardKeyWatch
    renewing: Renewing
    inbox: InboxWatch

    def __call__(self) -> None:
        """Do what is due.  Raises the client's errors and the key store's."""
        self.card_keys()
        self.renewing()
        self.inbox()


@dataclass(frozen=True, slots=True)
class Carrying:
    """The worker, and what asks for shares of balances at the counter."""

    worker: Worker
    holding: Holding

    def start(self) -> None:
        """Begin."""
        self.worker.start()

    def notify(self) -> None:
        """Something was committed."""
        self.worker.notify()

    def stop(self) -> None:
        """End both."""
        self.worker.stop()
        self.holding.close()


def carrier(
    shops: Shops, till: Till, report: Callable[[SyncStatus], None], shop_changed: Callable[[], None]
) -> Carrying:
    """What carries the log of a till that has a server."""
    # Each request would be a line of the log, twice a second when it is busy.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    link = link_to_server(till)
    store = TillDatabase(till.database, till.log, till.reference, till.contact)

    def changed(changes: Changes) -> None:
        if changes:
            shop_changed()

    identity = identity_of(shops, till)
    session = Session(link, identity)
    reporting = Reporting(till, report)
    after = AfterPull(
        CardKeyWatch(till, shops.keys, session),
        Renewing(till, session),
        InboxWatch(till, session, reporting.again),
    )
    worker = Worker(
        link,
        session,
        store,
        on_status=reporting,
        on_changes=changed,
        after_pull=after,
        breath_seconds=_BREATH_SECONDS,
    )
    asking = link_to_server(till)
    till.hold = holding = Holding(till, asking, Session(asking, identity))
    return Carrying(worker, holding)


def pending_dealings(till: Till) -> int:
    """Dealings with customers that the server does not have yet."""
    with till.database.read() as connection:
        return streams.unacknowledged(connection).dealings
