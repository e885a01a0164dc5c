"""Stored value is paid in, spent, granted, and paid out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.application.cash import cash_tender
from posapp.application.checkout import SaleRequest, complete_sale, price_cart
from posapp.application.stored_value.bonus import grant_bonus
from posapp.application.stored_value.cards import stored_cards
from posapp.application.stored_value.settlement import CloseRequest, close_card
from posapp.application.stored_value.spending import StoredPayment, payable, plan_payment
from posapp.application.stored_value.top_up import TopUp, top_up
from posapp.domain.amounts import Money
from posapp.domain.events import (
    BonusGranted,
    Ground,
    Recorded,
    SaleCompleted,
    StoredValueClosed,
    StoredValueToppedUp,
    Tender,
)
from posapp.domain.sale import TenderMethod
from tests.simulation.actions.desk import who
from tests.simulation.model import Attempt
from tests.simulation.shop import CASHIER, MANAGER, PAPER

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from posapp.domain.member import Member
    from posapp.domain.stored_card import StoredCard
    from tests.simulation.actions.desk import Desk


def top_up_card(desk: Desk) -> Attempt | None:
    """Money is paid in."""
    member = desk.member()
    if member is None:
        return None
    amount = Money(desk.draw.choice((1_000, 3_000, 20_000)))
    asked = TopUp(
        desk.request(), "main", member.id, CASHIER, amount, TenderMethod.CASH, paper=PAPER, online=desk.online
    )

    def run(till: Application) -> Recorded | None:
        return top_up(till, asked).recorded

    return Attempt(f"takes {amount} for the card of {who(member)}", StoredValueToppedUp, run)


def sell_on_the_card(desk: Desk) -> Attempt | None:
    """A member pays with their card, the rest in cash."""
    found = _card(desk)
    if found is None:
        return None
    member, card = found
    cart = desk.basket(desk.hold(member))
    if not cart.lines:
        return None
    till, day = desk.till, desk.till.business_day()
    most = payable(till, card, online=desk.online)
    plain = price_cart(till, cart, member)
    amount = min(most, plain.due)
    if not amount:
        return None
    quote = price_cart(till, cart, member, plan_payment(card, amount, day))
    amount = min(amount, quote.due)
    rest = quote.due - amount
    tenders = (Tender(TenderMethod.STORED_VALUE, amount, amount), *((cash_tender(rest),) if rest else ()))
    payment = StoredPayment(card.id, amount, online=desk.online)
    request = SaleRequest(cart, quote, till.programme, tenders, CASHIER, online=desk.online, stored=payment)

    def run(till: Application) -> Recorded | None:
        return complete_sale(till, request).recorded

    return Attempt(f"sells {quote.due} to {who(member)}, {amount} of it from the card", SaleCompleted, run)


def grant(desk: Desk) -> Attempt | None:
    """A gesture."""
    found = _card(desk)
    if found is None:
        return None
    member, card = found
    request = desk.request()

    def run(till: Application) -> None:
        grant_bonus(till, request, card.id, Money(500), "sorry", CASHIER, MANAGER)

    return Attempt(f"grants 5.00 to the card of {who(member)}", BonusGranted, run)


def close(desk: Desk) -> Attempt | None:
    """A member wants their money back."""
    found = _card(desk)
    if found is None:
        return None
    member, card = found
    asked = CloseRequest(card.id, Ground.BUYER, CASHIER, payee=PAPER.name, seen=card.balance, online=desk.online)

    def run(till: Application) -> Recorded | None:
        return close_card(till, asked).recorded

    return Attempt(f"closes the card of {who(member)} with {card.balance}", StoredValueClosed, run, by_request=False)


def _card(desk: Desk) -> tuple[Member, StoredCard] | None:
    for member in desk.members():
        cards = stored_cards(desk.till, member.id)
        if cards and cards[0].balance.fen > 0:
            return member, cards[0]
    return None
