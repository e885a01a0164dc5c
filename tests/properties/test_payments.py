"""A payment is never taken twice, in any interleaving: the real use cases and database against a model provider.

Lost and late requests, lost answers, crashes around every request, cancelling, pressing twice, buyers who confirm at
any moment, reversals that race with them: at the end the buyer's money is exactly the sale's due, or none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from posapp.application import payments
from posapp.application.cash import cash_tender
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.goods import line_of, search
from posapp.application.payments import Charge
from posapp.application.till import Till
from posapp.domain import payment as machine
from posapp.domain.errors import InvalidField
from posapp.domain.payment import Action, Answer, Payment, PaymentOpen, Stage
from posapp.domain.pricing import PlannedTender
from posapp.domain.sale import Cart, TenderMethod
from posapp.storage import payments as rows
from tests.integration.tills import CASHIER, SteppingClock, demo_till
from tests.properties.model_bank import Bank, Buyer, Crashed, Held, Network, Road

METHODS = (TenderMethod.WECHAT_PAY, TenderMethod.ALIPAY)
ROADS = st.sampled_from((Road.FINE, Road.FINE, Road.FINE, *(road for road in Road if road is not Road.FINE)))


@dataclass
class Shop:
    """One till for all examples; each example is a sale of its own."""

    till: Till
    clock: SteppingClock
    seen: set[str] = field(default_factory=set)


class Paying(RuleBasedStateMachine):
    """One sale at one till, until its money is settled."""

    shop: Shop

    @initialize(method=st.sampled_from(METHODS))
    def open_sale(self, method: TenderMethod) -> None:
        self.till, self.clock, self.method = self.shop.till, self.shop.clock, method
        self.clock.step(days=10)
        self.bank = Bank(self.clock.now)
        self.network = Network(self.bank)
        self.cart: Cart = new_cart(self.till).add(line_of(search(self.till, "手工黄油曲奇")[0], "zh_CN"))
        self.held: list[Callable[[], Payment]] = []
        self.cash = 0
        self.sold_by_code = False

    @property
    def is_sold(self) -> bool:
        return self.sold_by_code or self.cash > 0

    def stage_moves(self, payment: Payment) -> bool:
        return machine.next_step(payment, self.clock.now()).at is not None

    def stored(self, number: str) -> Payment:
        with self.till.database.read() as connection:
            return rows.get(connection, number)

    def known(self) -> list[Payment]:
        with self.till.database.read() as connection:
            return rows.of_cart(connection, self.cart.id)

    @rule(buyer=st.sampled_from(Buyer), road=st.sampled_from(Road), dies_before_sending=st.booleans())
    def scan(self, buyer: Buyer, road: Road, dies_before_sending: bool) -> None:
        """A code is scanned, perhaps for the second time, perhaps although the first is under way."""
        quote = price_cart(self.till, self.cart, None, (PlannedTender(self.method),))
        charge = Charge(self.cart, quote.due, self.method, CASHIER, self.bank.show_code(buyer))
        was_open = any(payment.is_open for payment in self.known())
        try:
            begun = payments.begin(self.till, charge)
        except PaymentOpen:
            assert was_open
            return
        except InvalidField:
            assert self.is_sold or any(payment.stage is Stage.PAID for payment in self.known())
            return
        assert not was_open, "a second number was given out while the first was open"
        if dies_before_sending and road is Road.CRASH_BEFORE:
            return
        self.network.road = lambda: road
        with suppress(Crashed):
            try:
                self.shop.seen.add(payments.send(self.till, self.network, begun, charge.code).stage.name)
            except Held as held:
                self.hold(begun.out_trade_no, Action.NOTHING, held.answer)

    def hold(self, number: str, action: Action, answer: Answer) -> None:
        """Keep an answer that the till is to hear later; no action means that it answers the payment itself."""

        def apply(payment: Payment, now: datetime) -> Payment:
            if action is Action.NOTHING:
                return machine.sent(payment, answer, now)
            return machine.answered(payment, action, answer, now)

        self.held.append(lambda: payments._apply(self.till, number, apply))

    @precondition(lambda self: bool(self.held))
    @rule(place=st.integers(0, 9))
    def held_answer_is_heard(self, place: int) -> None:
        self.shop.seen.add(self.held.pop(place % len(self.held))().stage.name)

    @precondition(lambda self: any(self.stage_moves(one) for one in self.known()))
    @rule(road=ROADS, punctual=st.booleans())
    def work(self, road: Road, punctual: bool) -> None:
        """The worker does what is due, perhaps just when it is; after a crash it finds everything on disk."""
        self.network.road = lambda: road
        with self.till.database.read() as connection:
            due_at = rows.next_due(connection)
            if punctual and due_at is not None:
                self.clock.instant = max(self.clock.instant, due_at)
            numbers = rows.due(connection, self.clock.now())
        for number in numbers:
            asking = machine.next_step(self.stored(number), self.clock.now()).action
            with suppress(Crashed):
                try:
                    self.shop.seen.add(payments.advance(self.till, self.network, number).stage.name)
                except Held as held:
                    self.hold(number, asking, held.answer)

    @rule(seconds=st.sampled_from((1, 2, 3, 5, 15, 30, 60, 400)))
    def wait(self, seconds: int) -> None:
        self.clock.step(seconds=seconds)

    @precondition(lambda self: bool(self.bank.accounts))
    @rule()
    def buyer_confirms(self) -> None:
        for account in self.bank.accounts.values():
            self.bank.confirm(account)

    @precondition(lambda self: bool(self.network.delayed))
    @rule(place=st.integers(0, 9))
    def late_request_arrives(self, place: int) -> None:
        self.network.deliver(place)

    @precondition(lambda self: any(payment.is_open or payment.stage is Stage.PAID for payment in self.known()))
    @rule()
    def cancel(self) -> None:
        with suppress(InvalidField):
            payments.cancel(self.till, self.cart.id)

    @precondition(lambda self: any(payment.is_open for payment in self.known()))
    @rule(roads=st.lists(ROADS, min_size=1, max_size=4))
    def cancel_and_work_it_off(self, roads: list[Road]) -> None:
        """An impatient cashier and a quick worker: what is late on its way arrives after the reversal."""
        self.cancel()
        for road in roads:
            self.work(road, punctual=True)

    @precondition(lambda self: any(payment.is_open for payment in self.known()))
    @rule(tries=st.integers(len(machine.BACK_OFF), len(machine.BACK_OFF) + 3))
    def the_line_is_dead_for_a_while(self, tries: int) -> None:
        """So long that a reversal under way is put before a person; chance alone hardly ever fails so often."""
        for _ in range(tries):
            self.work(Road.REQUEST_LOST, punctual=True)

    @precondition(lambda self: not self.is_sold and any(one.stage is Stage.PAID for one in self.known()))
    @rule()
    def finish_with_the_code(self) -> None:
        """What the till does once it is told that the money is there."""
        paid = [payment for payment in self.known() if payment.stage is Stage.PAID]
        if not paid or self.is_sold:
            return
        quote = price_cart(self.till, self.cart, None, (PlannedTender(self.method),))
        done = complete_sale(
            self.till,
            SaleRequest(self.cart, quote, self.till.programme, tuple(one.tender for one in paid), CASHIER),
        )
        assert [tender.reference for tender in done.sale.tenders] == [one.transaction for one in paid]
        self.sold_by_code = True

    @precondition(lambda self: not self.is_sold)
    @rule()
    def take_cash(self) -> None:
        """A cashier who is tired of waiting."""
        if self.is_sold:
            return
        quote = price_cart(self.till, self.cart, None, (PlannedTender(TenderMethod.CASH),))
        request = SaleRequest(self.cart, quote, self.till.programme, (cash_tender(quote.due),), CASHIER)
        before = self.known()
        try:
            complete_sale(self.till, request)
        except PaymentOpen:
            assert any(payment.is_open for payment in before)
        except InvalidField:
            assert any(payment.stage is Stage.PAID for payment in before)
        else:
            assert not any(payment.is_open or payment.stage is Stage.PAID for payment in before)
            self.cash = quote.due.fen

    def teardown(self) -> None:
        """The network recovers and everything settles; a paid basket that a crash left is completed."""
        if not hasattr(self, "bank"):
            return
        while self.network.delayed:
            self.network.deliver(0)
        while self.held:
            self.held_answer_is_heard(0)
        for _ in range(400):
            with self.till.database.read() as connection:
                due_at = rows.next_due(connection)
            if due_at is None:
                break
            self.work(Road.FINE, punctual=True)
        else:
            raise AssertionError("it never came to rest")
        self.finish_with_the_code()
        assert self.bank.double == [], "an order was sent twice"
        due = price_cart(self.till, self.cart, None, (PlannedTender(self.method),)).due.fen
        assert self.bank.taken() == (due if self.sold_by_code else 0)
        if self.is_sold:
            with self.till.database.read() as connection:
                assert payments.unfinished(self.till) == []
                assert rows.needing_a_person(connection) == []


def _prove(folder: Path, examples: int) -> set[str]:
    clock = SteppingClock()
    shop = Shop(demo_till(folder, clock), clock)
    machine = type("OneTill", (Paying,), {"shop": shop})
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=30, deadline=None))
    shop.till.database.close()
    return shop.seen


def test_no_interleaving_takes_money_twice_or_loses_it(tmp_path: Path) -> None:
    seen = _prove(tmp_path, 150)
    assert seen >= {"PAID", "REVERSED", "UNKNOWN", "REVERSING"}, "the walk must reach what it is about"


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_no_interleaving_takes_money_twice_or_loses_it_at_length(tmp_path: Path) -> None:
    assert _prove(tmp_path, 5_000) >= {stage.name for stage in Stage} - {"SENDING"}
