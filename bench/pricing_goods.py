"""What `bench.pricing` prices: programmes of so many offers, long baskets, ordinary sales, and recorded sales."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from posapp.domain.amounts import Money, Points, Quantity
from posapp.domain.catalogue import Product
from posapp.domain.events import SaleCompleted, Tender
from posapp.domain.ids import CartId, MemberId, Sku, StaffId
from posapp.domain.pricing import Context, MemberView, PlannedTender, earn, price, sale_lines
from posapp.domain.programme import Programme, parse_programme
from posapp.domain.sale import Cart, CartLine, TenderMethod

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 11, 17, 4, tzinfo=UTC)
WHO = MemberId(b"bench-member-000")
STORE = "S1"
CATEGORIES = 10
BATCH = (8, 3, 12, 6) * 2
"""How many lines each of eight ordinary sales has, which are timed together."""

ORDINARY: dict[str, Any] = {
    "version": 1,
    "tiers": [{"code": "gold", "rate": 8500}],
    "points": {"earn": {}, "redeem": {}},
    "campaigns": [{"id": "day", "for": {"members": True}, "rate": 9000, "points_times": 2}],
    "offers": [
        {"id": "bread", "on": {"categories": ["c1"]}, "give": {"type": "percent", "percent": "10"}},
        {"id": "save10", "when": {"min_amount": "100.00"}, "give": {"type": "amount", "amount": "10.00"}},
        {"id": "vip", "for": {"tags": ["vip"]}, "give": {"type": "percent", "percent": "5"}},
    ],
}
"""A tier, a member day, two promotions, and one that is not for this member."""


def offers(count: int) -> list[dict[str, Any]]:
    """Percentages and fixed amounts, on the order and on categories, all of which apply together."""
    made: list[dict[str, Any]] = []
    for index in range(count):
        give = {"type": "percent", "percent": "1"} if index % 2 else {"type": "amount", "amount": "0.50"}
        on = "order" if index % 4 < 2 else {"categories": [f"c{index % CATEGORIES}"]}
        made.append({"id": f"o{index}", "on": on, "give": give})
    return made


def programme(count: int) -> Programme:
    """A programme with so many running offers."""
    return parse_programme(
        {"version": 1, "tiers": [{"code": "gold", "rate": 8500}], "points": {"earn": {}}, "offers": offers(count)}
    )


def line(index: int, turn: int = 0) -> CartLine:
    """One line; each turn has a price of its own."""
    fen = 500 + 37 * index + 11 * turn % 997
    return CartLine(Sku(f"s{index}"), "", Quantity.pieces(1 + index % 3), Money(fen), category=f"c{index % CATEGORIES}")


def basket(lines: int, turn: int = 0) -> Cart:
    """A basket of so many lines, none of which was in the basket of another turn."""
    return Cart(CartId(UUID(int=1)), tuple(line(index, turn) for index in range(lines)), WHO)


def ordinary_baskets(turn: int) -> list[Cart]:
    """Eight baskets of three to twelve lines."""
    return [basket(lines, turn * len(BATCH) + place) for place, lines in enumerate(BATCH)]


class SoldBefore:
    """A shop of three hundred products with a day's ordinary sales, recorded as tills record them."""

    def __init__(self, sales: int) -> None:
        self.programme = parse_programme(ORDINARY)
        self._products = {place: self._product(place) for place in range(300)}
        self._by_sku = {(product.sku, product.revision): product for product in self._products.values()}
        self.sales = [self._sell(place) for place in range(sales)]

    def product_of(self, sku: Sku, revision: int) -> Product | None:
        """One revision of a product."""
        return self._by_sku.get((sku, revision))

    @staticmethod
    def _product(place: int) -> Product:
        sold = line(place)
        return Product(sold.sku, 1, sold.sku, "", sold.category, sold.unit_price)

    def _lines(self, place: int) -> Sequence[CartLine]:
        chosen = [(place * 31 + number * 7) % len(self._products) for number in range(BATCH[place % len(BATCH)])]
        return [replace(line(index), revision=1, quantity=Quantity.pieces(1 + (index + place) % 3)) for index in chosen]

    def _sell(self, place: int) -> SaleCompleted:
        cart = Cart(CartId(UUID(int=1)), tuple(self._lines(place)), WHO)
        member = MemberView(WHO, "gold", spendable=Points(4000))
        cash = (PlannedTender(TenderMethod.CASH),)
        quote = price(cart, self.programme, NOW, member, tenders=cash, context=Context(store=STORE))
        tenders = (Tender(TenderMethod.CASH, quote.due, quote.due),)
        earning = earn(quote, self.programme, tenders)
        rules, lines = sale_lines(cart, quote)
        return SaleCompleted(
            receipt_number=str(place),
            business_day=quote.business_day,
            cashier=StaffId("u1"),
            member=WHO,
            identified_by=cart.identified_by,
            tier=quote.tier,
            programme_version=self.programme.version,
            programme_hash=self.programme.hash,
            engine_version=quote.engine_version,
            rules=rules,
            lines=lines,
            tenders=tenders,
            points_spent=quote.points_spent,
            points_base=earning.base,
            points_bonus=earning.bonus,
            growth=earning.growth,
            spend=earning.spend,
            coupons=quote.coupons,
        )
