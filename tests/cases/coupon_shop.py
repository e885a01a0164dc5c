"""A shop that gives coupons, and what a cashier does there, for the cases of the wallet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from posapp.application.cash import cash_tender
from posapp.application.checkout import CompletedSale, SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.members import find_member, open_card
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.application.returnable import open_return
from posapp.application.till import Till
from posapp.application.wallet import load_wallet
from posapp.domain.amounts import Money, Quantity
from posapp.domain.ids import MemberId, Sku, StaffId
from posapp.domain.member import Member
from posapp.domain.pricing import Quote
from posapp.domain.sale import Cart, CartLine, Identification
from posapp.domain.wallet import Wallet
from posapp.storage import sales
from posapp.storage.verify import verify
from tests.integration.tills import CASHIER

PROGRAMME: dict[str, Any] = {
    "version": 1,
    "zone": "Asia/Shanghai",
    "tiers": [
        {"code": "normal"},
        {"code": "gold", "rate": 8500, "any_of": {"spend": "2000.00"}},
    ],
    "points": {"earn": {"points": 1, "per": "1.00"}, "redeem": {"identification": ["dynamic_code", "pin"]}},
    "campaigns": [{"id": "birthday_month", "for": {"birthday": "month"}, "rate": 9500, "points_times": 2}],
    "offers": [
        {"id": "welcome5", "by": "coupon", "give": {"type": "amount", "amount": "5.00"}},
        {"id": "first80", "by": "coupon", "for": {"order_number": 1}, "give": {"type": "rate", "rate": 8000}},
        {"id": "cake", "by": "coupon", "give": {"type": "amount", "amount": "30.00"}},
        {"id": "back15", "by": "coupon", "give": {"type": "amount", "amount": "15.00"}},
        {"id": "friend20", "by": "coupon", "give": {"type": "amount", "amount": "20.00"}},
        {"id": "monthly10", "by": "coupon", "give": {"type": "amount", "amount": "10.00"}},
        {"id": "points5", "by": "coupon", "give": {"type": "amount", "amount": "5.00"}},
        {"id": "big50", "by": "coupon", "give": {"type": "amount", "amount": "50.00"}},
        {"id": "flyer", "by": "code", "code": "QH20", "limits": {"total": 2, "per_member": 1},
         "give": {"type": "amount", "amount": "20.00"}},
    ],
    "coupons": {
        "templates": [
            {"offer": "welcome5", "valid": {"type": "days", "count": 30}, "per_member": 1},
            {"offer": "cake", "valid": {"type": "this_month"}},
            {"offer": "back15", "valid": {"type": "days", "count": 14}},
            {"offer": "monthly10", "valid": {"type": "this_month"}},
            {"offer": "points5", "valid": {"type": "months", "count": 1}, "points": 500},
            {"offer": "big50", "transferable": True, "claim": "TEA50", "per_member": 2},
        ],
        "batches": [{"number": 7, "template": "big50", "codes": 3}],
    },
    "passes": [
        {"id": name, "kind": "benefit", "valid": {"type": "days", "count": 30}}
        for name in ("trial", "benefit", "birthday", "platinum", "newcomer")
    ],
    "triggers": [],
}  # fmt: skip


def programme(*triggers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The shop's rules with these triggers."""
    return {**PROGRAMME, "triggers": list(triggers), **more}


@dataclass(slots=True)
class Counter:
    """A till at which things are sold and given back."""

    till: Till
    opened: list[Member] = field(default_factory=list)

    def join(self, number: int, birthday: str = "") -> Member:
        """Open a card, as the cashier does."""
        card = open_card(self.till, f"139{number:08d}", StaffId("c1"), birthday=birthday)
        self.opened.append(card.member)
        return self.fresh(card.member.id)

    def fresh(self, who: MemberId) -> Member:
        """A member as they stand now."""
        found = find_member(self.till, who)
        if found is None:
            raise LookupError("no such member")
        return found

    def wallet(self, who: MemberId | None, *codes: str, online: bool = True) -> Wallet:
        """What a member may use now."""
        return load_wallet(self.till, who, codes, online=online)

    def held(self, who: MemberId) -> list[str]:
        """The templates of the coupons that a member may use now."""
        return sorted(coupon.template for coupon in self.wallet(who).coupons)

    def basket(self, fen: int, who: MemberId | None = None, *codes: str) -> Cart:
        """One thing at a price."""
        line = CartLine(Sku("T1"), "茶", Quantity.pieces(1), Money(fen))
        how = Identification.PHONE if who is not None else Identification.NONE
        return replace(new_cart(self.till), lines=(line,), member=who, identified_by=how, codes=codes)

    def quote(self, cart: Cart) -> Quote:
        """What it costs now."""
        who = self.fresh(cart.member) if cart.member is not None else None
        return price_cart(self.till, cart, who, (), self.wallet(cart.member, *cart.codes))

    def request(self, cart: Cart, *, online: bool = True) -> SaleRequest:
        """The basket as it would be paid in cash, priced now."""
        quote = self.quote(cart)
        return SaleRequest(cart, quote, self.till.programme, (cash_tender(quote.due),), CASHIER, online=online)

    def sell(self, fen: int, who: MemberId | None = None, *codes: str) -> CompletedSale:
        """Sell one thing."""
        return complete_sale(self.till, self.request(self.basket(fen, who, *codes)))

    def verified(self) -> bool:
        """Whether the database is what its log says."""
        return verify(self.till.database).ok


def give_back(till: Till, done: CompletedSale) -> tuple[str, ...]:
    """Give all of a sale back, as the cashier does.  Returns the codes of the coupons that came back."""
    with till.database.read() as connection:
        sold = sales.find(connection, done.recorded.stream, done.recorded.sequence)
    if sold is None:
        raise LookupError("the sale is not here")
    original = open_return(till, sold.position)
    asked = RefundRequest(till.entropy.bytes(16), sold.position, original.before, original.everything, CASHIER)
    return complete_refund(till, asked).refund.coupons


Open = Callable[..., Counter]
WELCOME = {"id": "welcome", "on": "enrolled", "give": {"coupons": ["welcome5"]}}
FIRST = {"id": "first_order", "on": "enrolled", "give": {"coupons": ["first80"]}}
BIRTHDAY = {"id": "birthday", "on": "birthday", "give": {"coupons": ["cake"]}}
ABSENT = {"id": "absent", "on": "absent_days", "days": 30, "give": {"coupons": ["back15"]}}
MONTHLY = {"id": "monthly", "on": "monthly", "give": {"coupons": ["monthly10"]}}
REFERRAL = {
    "id": "friends", "on": "referral", "give": {"coupons": ["friend20"]}, "inviter": {"coupons": ["friend20"]},
}  # fmt: skip
