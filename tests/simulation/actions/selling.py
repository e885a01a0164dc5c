"""Sales: the heart of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from posapp.application.cash import cash_tender
from posapp.application.checkout import SaleRequest, complete_sale, price_cart
from posapp.application.wallet import load_wallet, open_wallet
from posapp.domain.amounts import Money, Quantity
from posapp.domain.events import Recorded, SaleCompleted
from posapp.domain.ids import Sku
from posapp.domain.programme.passes import PASS_SKU
from posapp.domain.sale import CartLine
from posapp.domain.wallet import EMPTY_WALLET
from tests.simulation.actions.desk import who
from tests.simulation.model import Attempt
from tests.simulation.shop import CASHIER

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from posapp.domain.member import Member
    from posapp.domain.sale import Cart
    from posapp.domain.wallet import Wallet
    from tests.simulation.actions.desk import Desk

_TEMPLATE = "two"


def sell(desk: Desk) -> Attempt | None:
    """A basket for cash, to a member or to nobody."""
    member = desk.member() if desk.draw.random() < 0.5 else None
    return _for_cash(desk, desk.basket(member), member)


def sell_for_points(desk: Desk) -> Attempt | None:
    """A member pays in part with points."""
    member = desk.member()
    if member is None or member.standing.points.count < 100:
        return None
    cart = replace(desk.basket(desk.hold(member), most_lines=3), points_wanted=100 * desk.draw.randint(1, 5))
    return _for_cash(desk, cart, member)


def sell_with_coupon(desk: Desk) -> Attempt | None:
    """A member comes with their wallet, which may bring them something first."""
    wallet, member = EMPTY_WALLET, None
    for each in desk.members():
        member, wallet = each, open_wallet(desk.till, each.id, (), online=desk.online)
        if wallet.coupons:
            break
    if member is None:
        return None
    cart = desk.basket(member, most_lines=4)
    if desk.draw.random() < 0.2:
        cart = replace(cart, codes=("QH88",))
        wallet = load_wallet(desk.till, member.id, cart.codes, online=desk.online)
    return _for_cash(desk, cart, member, wallet)


def sell_pass_with_goods(desk: Desk) -> Attempt | None:
    """A pass as a line of a sale."""
    member = desk.member()
    template = desk.till.programme.pass_template(_TEMPLATE)
    if member is None or template is None:
        return None
    line = CartLine(Sku(PASS_SKU + template.id), template.name.zh, Quantity.pieces(1), Money(template.price_fen))
    return _for_cash(desk, desk.basket(member, most_lines=1).add(line), member)


def _for_cash(desk: Desk, cart: Cart, member: Member | None, wallet: Wallet = EMPTY_WALLET) -> Attempt | None:
    if not cart.lines:
        return None
    quote = price_cart(desk.till, cart, member, (), wallet)
    handed = Money(quote.due.fen + desk.draw.choice((0, 0, 100, 4_990)))
    tenders = (cash_tender(quote.due, handed),) if quote.due else ()
    request = SaleRequest(cart, quote, desk.till.programme, tenders, CASHIER, online=desk.online)

    def run(till: Application) -> Recorded | None:
        return complete_sale(till, request).recorded

    extras = f", {quote.points_spent.count} points" if quote.points_spent.count else ""
    extras += f", coupons {' '.join(quote.coupons)}" if quote.coupons else ""
    buyer = who(member) if member is not None else "nobody known"
    return Attempt(f"sells {quote.due} to {buyer}{extras}", SaleCompleted, run)
