"""A till without a window, as a process that may be killed: it sells and pushes as fast as it can.

``python -m tests.integration.selling_process FOLDER [SALES]``: sells until it is killed, or so many sales.  Into
``FOLDER/confirmed`` it writes, before each sale, the basket that it is about to complete, and after `complete_sale` has
returned, what was confirmed.  A process that finds a basket without a confirmation completes it again under the same
cart id, as a cashier would who does not know whether the sale went through.  Its own worker pushes and pulls meanwhile.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from posapp.application.cash import cash_tender
from posapp.application.checkout import SaleRequest, new_cart, price_cart
from posapp.application.members import find_members, open_card
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.application.till import Cashier, Till
from posapp.bootstrap import carrying
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.amounts import Money, Quantity
from posapp.domain.events import Recorded, SaleCompleted
from posapp.domain.ids import CartId, Sku, StaffId
from posapp.domain.member import Member
from posapp.domain.sale import CartLine, Identification
from tests.integration.planted_bugs import complete_and_confirm

CASHIER = Cashier(StaffId("1001"), "陈思雨")
PHONES = tuple(f"1900000{number:04d}" for number in range(12))
DOUBLE_PRESS_ONE_IN = 8
DAYS_AGO = "SELLING_DAYS_AGO"
"""The variable of the environment that says how many days this till's clock is behind."""


@dataclass(frozen=True, slots=True)
class DaysAgo:
    """This machine's clock, so many days behind."""

    days: int

    def now(self) -> datetime:
        """Where it stands."""
        return SystemClock().now() - timedelta(days=self.days)


def main(folder: Path, sales: int) -> None:
    """Sell."""
    shops = Shops(TillFolder(folder), DaysAgo(int(os.environ.get(DAYS_AGO, "0"))), SystemEntropy())
    till = shops.open_till()
    if till is None:
        raise SystemExit("this till has joined no server")
    carrier = carrying.carrier(shops, till, lambda _status: None, lambda: None)
    till.committed = carrier.notify
    carrier.start()
    ledger = Ledger(folder)
    unfinished = ledger.unfinished()
    if unfinished is not None:
        sell(till, ledger, unfinished)
    draw = random.Random()  # noqa: S311 - what is sold, and no secret
    for _sale in range(sales) if sales else iter(int, 1):
        sell(till, ledger, new_basket(till, draw))
        if draw.randrange(DOUBLE_PRESS_ONE_IN) == 0:
            sell(till, ledger, ledger.baskets[-1])
    carrier.stop()
    shops.close()


@dataclass(frozen=True, slots=True)
class Basket:
    """What is about to be sold: to nobody where there is no phone."""

    cart: str
    phone: str
    prices: tuple[int, ...]


class Ledger:
    """The file of baskets and confirmations: one line each, written by one call, so that a kill tears none."""

    def __init__(self, folder: Path) -> None:
        path = folder / "confirmed"
        self.baskets, self.confirmed = read_ledger(path)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def unfinished(self) -> Basket | None:
        """The last basket, where nobody confirmed it."""
        last = self.baskets[-1] if self.baskets else None
        return last if last is not None and all(done["cart"] != last.cart for done in self.confirmed) else None

    def attempt(self, basket: Basket) -> None:
        """Note what will be sold."""
        self.baskets.append(basket)
        self._write({"attempt": [basket.cart, basket.phone, basket.prices]})

    def confirm(self, confirmation: dict[str, Any]) -> None:
        """Note what was sold."""
        self.confirmed.append(confirmation)
        self._write({"confirmed": confirmation})

    def _write(self, line: dict[str, Any]) -> None:
        os.write(self._file, json.dumps(line).encode() + b"\n")


def read_ledger(path: Path) -> tuple[list[Basket], list[dict[str, Any]]]:
    """Every basket that was attempted, and every confirmation."""
    baskets, confirmed = [], []
    for line in _lines(path):
        if "attempt" in line:
            cart, phone, prices = line["attempt"]
            baskets.append(Basket(cart, phone, tuple(prices)))
        else:
            confirmed.append(line["confirmed"])
    return baskets, confirmed


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        for line in path.read_bytes().splitlines():
            yield json.loads(line)


def new_basket(till: Till, draw: random.Random) -> Basket:
    """A few goods, to a member or to nobody."""
    prices = tuple(draw.randrange(50, 5_000) for _line in range(draw.randint(1, 5)))
    phone = draw.choice(PHONES) if draw.randrange(5) else ""
    return Basket(new_cart(till).id.hex, phone, prices)


def sell(till: Till, ledger: Ledger, basket: Basket) -> None:
    """Complete a basket, for the first time or again, and write down what was confirmed."""
    ledger.attempt(basket)
    cart = replace(new_cart(till), id=CartId(UUID(hex=basket.cart)))
    for place, price in enumerate(basket.prices):
        cart = cart.add(CartLine(Sku(f"P{place}"), f"P{place}", Quantity.pieces(1), Money(price)))
    member = customer(till, basket.phone) if basket.phone else None
    if member is not None:
        cart = replace(cart, member=member.id, identified_by=Identification.PHONE)
    quote = price_cart(till, cart, member)

    def confirm(sale: SaleCompleted, recorded: Recorded) -> None:
        ledger.confirm(
            {
                "cart": basket.cart,
                "phone": basket.phone,
                "receipt": sale.receipt_number,
                "due": sale.due.fen,
                "points": sale.points_base.count + sale.points_bonus.count,
                "device": recorded.stream.device.hex(),
                "incarnation": recorded.stream.incarnation.hex(),
                "sequence": recorded.sequence,
            }
        )

    complete_and_confirm(till, SaleRequest(cart, quote, till.programme, (cash_tender(quote.due),), CASHIER), confirm)


def customer(till: Till, phone: str) -> Member:
    """The member of a phone number, with a card opened now where this till knows none."""
    for member in find_members(till, phone).members:
        if member.profile.phone_e164 == f"+86{phone}":
            return member
    return open_card(till, phone, CASHIER.id).member


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
