"""A shop on a real encrypted database for the rows about points and tiers: plain goods, one till, a clock to move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from posapp.application.cash import cash_tender
from posapp.application.checkout import CompletedSale, SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.members import find_member, open_card
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.application.returnable import open_return
from posapp.application.till import Till
from posapp.domain.amounts import Money, Points, Quantity
from posapp.domain.ids import MemberId, Sku, StaffId
from posapp.domain.member import Member
from posapp.domain.points_held import PointsOnDay
from posapp.domain.sale import Cart, CartLine, Identification
from posapp.storage import sales
from posapp.storage.verify import verify
from tests.integration.tills import CASHIER, SteppingClock, demo_till

MANAGER = StaffId("9001")
ON_PHONE = Identification.DYNAMIC_CODE
NO_RATES = [
    {"code": "normal", "rate": 10_000},
    {"code": "silver", "rate": 10_000, "any_of": {"spend": "500.00", "visits": 3}},
    {"code": "gold", "rate": 10_000, "any_of": {"spend": "2000.00", "visits": 8}},
]
"""The demo's tiers without a rate, so that what is keyed in is what is paid, and without growth (W-16, W-17)."""


def shop(folder: Path, clock: SteppingClock, **changes: object) -> Till:
    """A shop whose tiers give no discount, unless `changes` of the programme say otherwise."""
    plain: dict[str, object] = dict.fromkeys(("campaigns", "entitlements", "messages", "triggers"))
    return demo_till(folder, clock, 1, **(plain | {"tiers": NO_RATES} | changes))


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    """An instant by the shop's wall clock (Asia/Shanghai)."""
    return datetime(year, month, day, hour - 8, tzinfo=UTC)


def new_member(till: Till, number: int = 1) -> MemberId:
    """Somebody who opens a card now."""
    return open_card(till, f"1391234{number:04d}", CASHIER.id).member.id


def member_of(till: Till, who: MemberId) -> Member:
    """A member as the till knows them now."""
    found = find_member(till, who)
    assert found is not None
    return found


def points_of(till: Till, who: MemberId) -> PointsOnDay:
    """How a member's points stand today."""
    return member_of(till, who).points_on(till.business_day())


def basket(till: Till, who: MemberId | None, yuan: str, points: int = 0) -> Cart:
    """One piece at a price, for a member who shows the code on their phone."""
    line = CartLine(Sku("T1"), "tea", Quantity.pieces(1), Money.parse(yuan))
    cart = replace(new_cart(till).add(line), member=who)
    return replace(cart, identified_by=ON_PHONE, points_wanted=points) if who is not None else cart


def buy(till: Till, who: MemberId | None, yuan: str, points: int = 0) -> CompletedSale:
    """Sell something at a price, and spend points on it."""
    cart = basket(till, who, yuan, points)
    quote = price_cart(till, cart, member_of(till, who) if who is not None else None)
    assert quote.points_spent == Points(points)
    return complete_sale(till, SaleRequest(cart, quote, till.programme, (cash_tender(quote.due),), CASHIER))


def is_sound(till: Till) -> bool:
    """Whether the database is what its log says."""
    report = verify(till.database)
    assert report.ok, report.differences
    return report.ok


def take_back(till: Till, done: CompletedSale) -> None:
    """All of a sale comes back."""
    with till.database.read() as connection:
        found = sales.find(connection, done.recorded.stream, done.recorded.sequence)
    assert found is not None
    original = open_return(till, found.position)
    request = RefundRequest(
        till.entropy.bytes(16), found.position, original.before, original.everything, CASHIER, MANAGER
    )
    complete_refund(till, request)
