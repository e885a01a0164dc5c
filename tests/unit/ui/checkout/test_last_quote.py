"""A key that changes no price asks for none; whatever a price depends on does."""

from __future__ import annotations

from posapp.ui.checkout import intents as do
from posapp.ui.checkout.presenter import CheckoutPresenter
from tests.integration.tills import SteppingClock
from tests.unit.ui.checkout.counter import LIN, scan
from tests.unit.ui.checkout.shells import PlainShell


def test_paying_and_going_back_keep_the_quote_and_the_lines(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井", "手工黄油曲奇")
    quote, lines = desk.session.quote, shell.state.cart.lines
    desk.handle(do.PayKey())
    desk.handle(do.EscPressed())
    desk.handle(do.LineMoved(-1))
    assert desk.session.quote is quote
    assert shell.state.cart.lines is lines


def test_another_basket_member_or_way_to_pay_is_priced_anew(desk: CheckoutPresenter) -> None:
    scan(desk, "明前龙井")
    first = desk.session.quote
    desk.handle(do.QuantityKey("2"))
    assert desk.session.quote.list_total.fen == 2 * first.list_total.fen
    alone = desk.session.quote
    desk.handle(do.MemberKey(LIN))
    assert desk.session.quote.has_member
    assert desk.session.quote.due < alone.due


def test_a_quote_holds_for_its_minute_and_no_longer(desk: CheckoutPresenter, clock: SteppingClock) -> None:
    scan(desk, "明前龙井")
    first = desk.session.quote
    clock.step(minutes=1)
    desk.tick()
    assert desk.session.quote is not first
    assert desk.session.quote == first
