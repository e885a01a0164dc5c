"""One till of the replay: a folder with its own keys and database, the product's use cases, its way to the server."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bench.replay.baskets import Basket, BasketLine
from bench.replay.schedule import TillPlan
from posapp.application import founding
from posapp.application.cash import cash_tender
from posapp.application.checkout import CompletedSale, SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.members import find_members, open_card
from posapp.application.ports import SystemEntropy
from posapp.application.till import Cashier, Till
from posapp.bootstrap import carrying
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.amounts import Money, Quantity
from posapp.domain.events import Tender
from posapp.domain.ids import Sku, StaffId
from posapp.domain.member import Member
from posapp.domain.sale import CartLine, Identification, LineVoucher, TenderMethod
from posapp.storage import settings
from posapp.storage.key_store import DATABASE_KEY, DEVICE_PRIVATE_KEY, SECRET_BYTES, FileKeyStore, secret
from sync.client.errors import OfflineError
from sync.client.link import Identity, Link, Session
from sync.client.pull import pull
from sync.client.push import push
from sync.client.till_store import TillDatabase
from sync.protocol import signing
from sync.protocol.messages import PushReply, PushRequest

CASHIER = Cashier(StaffId("1001"), "陈思雨")
_PUSH = "/v1/push"

T = TypeVar("T")


class ReplayFailed(Exception):
    """Something that must not happen in a replay; the text says what."""


@dataclass(slots=True)
class BasketClock:
    """Stands at the time of the basket that is rung up."""

    instant: datetime = datetime(2017, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Where it stands."""
        return self.instant


class Wire(Session):
    """A session that remembers its last push, so that it can arrive again, and can lose one on its way."""

    def __init__(self, link: Link, identity: Identity) -> None:
        super().__init__(link, identity)
        self.last_push = PushRequest()
        self.losing = False

    def call(self, path: str, message: object, kind: type[T]) -> T:
        """Send a message; a push that is lost is kept for a late arrival, and the till hears nothing."""
        if path == _PUSH and isinstance(message, PushRequest):
            self.last_push = message
            if self.losing:
                raise OfflineError("lost on its way")
        return super().call(path, message, kind)

    def deliver(self, request: PushRequest) -> None:
        """Let a push arrive that the till has given up, or that arrived before."""
        super().call(_PUSH, request, PushReply)


def phone_of(household: int) -> str:
    """The number of a household: made up, in a range that nobody has, and different for each."""
    return f"190{(household * 7919 + 12345) % 10_000:04d}{household:04d}"


class ReplayTill:
    """A till that is opened and closed as if its program were started and ended; nothing of it is kept in memory."""

    def __init__(self, plan: TillPlan, folder: Path, link: Link) -> None:
        self.plan = plan
        self.clock = BasketClock()
        self._folder = folder
        self._link = link
        self._shops = Shops(TillFolder(folder), self.clock, SystemEntropy())
        self._till: Till | None = None
        self._wire: Wire | None = None

    def join(self, url: str, code: str) -> None:
        """Enrol with a one-time code and leave the till open.  Its secrets are files, never the user's key ring."""
        FileKeyStore(self._folder / "keys").put(DATABASE_KEY, os.urandom(SECRET_BYTES))
        self._till = carrying.join(self._shops, url, code)

    def open(self) -> None:
        """Start the till's program, if it is not running."""
        if self._till is None:
            self._till = self._shops.open_till()

    def close(self) -> None:
        """End it."""
        self._till = None
        self._shops.close()

    @property
    def till(self) -> Till:
        """The running till."""
        if self._till is None:
            raise ReplayFailed(f"{self.plan.name} is not open")
        return self._till

    @property
    def wire(self) -> Wire:
        """The till's session at the server."""
        if self._wire is None:
            self._wire = Wire(self._link, self._identity())
        return self._wire

    def ring_up(self, basket: Basket) -> tuple[CompletedSale, bool]:
        """Sell a basket to its household; tells whether a card was opened for it."""
        till = self.till
        self.clock.instant = basket.at
        member, is_new = self._member(basket.household)
        cart = new_cart(till)
        for line in basket.lines:
            cart = cart.add(cart_line(line))
        how = Identification.NEW_CARD if is_new else Identification.PHONE
        cart = replace(cart, member=member.id, identified_by=how)
        quote = price_cart(till, cart, member)
        tenders = tuple(settling(quote.due, Money(basket.manufacturer_coupon_cents)))
        request = SaleRequest(cart, quote, till.programme, tenders, CASHIER, tuple(basket.redemptions))
        return complete_sale(till, request), is_new

    def push(self) -> PushRequest | None:
        """Push once; returns what was sent, None where there was nothing."""
        pushed = push(self.wire, self._store())
        if pushed.forks or pushed.lost:
            raise ReplayFailed(f"{self.plan.name}: the server has another history: {pushed}")
        return self.wire.last_push if pushed.anything else None

    def lose_push(self) -> PushRequest | None:
        """Push once, so that the server hears nothing of it yet and the till no answer."""
        self.wire.losing = True
        try:
            push(self.wire, self._store())
        except OfflineError:
            return self.wire.last_push
        finally:
            self.wire.losing = False
        return None

    def pull(self) -> None:
        """Pull to the end."""
        while (pulled := pull(self.wire, self._store())).more:
            if pulled.started_again:
                raise ReplayFailed(f"{self.plan.name}: the server changed its memory")
        founding.refresh(self.till)

    def _store(self) -> TillDatabase:
        return TillDatabase(self.till.database, self.till.log, self.till.reference)

    def _member(self, household: int) -> tuple[Member, bool]:
        phone = phone_of(household)
        for member in find_members(self.till, phone).members:
            if member.profile.phone_e164 == f"+86{phone}":
                return member, False
        opened = open_card(self.till, phone, CASHIER.id)
        return opened.member, opened.created

    def _identity(self) -> Identity:
        private = secret(self._shops.keys, DEVICE_PRIVATE_KEY, create=False)
        with self.till.database.read() as connection:
            return Identity(
                settings.get(connection, settings.MERCHANT_ID),
                settings.get(connection, settings.STORE_ID),
                settings.get(connection, settings.DEVICE_ID),
                settings.get(connection, carrying.CERTIFICATE),
                signing.signer(private),
            )


def cart_line(line: BasketLine) -> CartLine:
    """A line of the basket as the cashier rings it up."""
    gross = line.pieces * line.unit_cents
    return CartLine(
        sku=Sku(line.sku),
        name=line.sku,
        quantity=Quantity.pieces(line.pieces),
        unit_price=Money(line.unit_cents),
        member_amount=Money(gross - line.member_off_cents) if line.member_off_cents else None,
        vouchers=(LineVoucher("store", Money(line.voucher_cents)),) if line.voucher_cents else (),
    )


def settling(due: Money, coupon: Money) -> list[Tender]:
    """The manufacturer's coupon as far as it goes, the rest in cash."""
    settled = min(coupon, due)
    tenders = [Tender(TenderMethod.MANUFACTURER_COUPON, settled, settled)] if settled else []
    rest = due - settled
    return [*tenders, cash_tender(rest)] if rest else tenders
