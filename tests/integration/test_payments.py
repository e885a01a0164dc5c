"""Payments by scanned code: the real till and database against both simulated providers, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posapp.application import payments
from posapp.application.cash import cash_tender
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.payment import PaymentOpen, Stage
from posapp.domain.sale import TenderMethod
from posapp.storage.verify import verify
from sync.server.providers.simulator.buyers import OPERATIONS, PAY, QUERY, REFUND, REVERSE, Buyer
from sync.server.providers.simulator.clearing import State
from tests.integration.payment_counter import CODES, Counter, open_payment_counter
from tests.integration.tills import CASHIER

both = pytest.mark.parametrize("method", list(CODES))


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = open_payment_counter(tmp_path)
    yield opened
    opened.gateway.close()
    opened.simulator.stop()
    opened.till.database.close()


@both
def test_a_code_is_charged_and_the_sale_carries_the_providers_number(counter: Counter, method: TenderMethod) -> None:
    payment = counter.scan(method)
    assert payment.stage is Stage.PAID
    done = counter.finish(payment.tender)
    (tender,) = done.sale.tenders
    assert (tender.method, tender.amount, tender.reference) == (method, Money(12_800), payment.transaction)
    assert counter.books.net() == 12_800
    assert payments.unfinished(counter.till) == []
    assert verify(counter.till.database).ok


@both
def test_while_the_buyer_confirms_nothing_else_is_taken(counter: Counter, method: TenderMethod) -> None:
    payment = counter.scan(method, Buyer(asked=True, confirms_after=8))
    assert payment.stage is Stage.USER_PAYING
    with pytest.raises(PaymentOpen) as refused:
        counter.finish(cash_tender(counter.due(TenderMethod.CASH)))
    assert "Esc" in refused.value.zh
    assert "Esc" in refused.value.en
    with pytest.raises(PaymentOpen):
        counter.scan(method, code="130012345678900002")
    began = counter.clock.now()
    payment = counter.until(payment, Stage.PAID)
    assert (counter.clock.now() - began).total_seconds() <= 8 + payment.timing.query_every
    counter.finish(payment.tender)
    assert counter.books.net() == 12_800


@both
@pytest.mark.parametrize("reason", ["NOT_ENOUGH", "AUTH_CODE_EXPIRED"])
def test_a_declined_code_takes_nothing_and_cash_is_welcome(counter: Counter, method: TenderMethod, reason: str) -> None:
    payment = counter.scan(method, Buyer(declined=reason))
    assert payment.stage is Stage.DECLINED
    counter.finish(cash_tender(counter.due(TenderMethod.CASH)))
    assert counter.books.net() == 0


@both
@pytest.mark.parametrize("lost", [{PAY: 1}, {PAY: 1, QUERY: 3}])
def test_a_lost_answer_is_asked_for_and_nothing_is_charged_again(
    counter: Counter, method: TenderMethod, lost: dict[str, int]
) -> None:
    payment = counter.scan(method, Buyer(lost=lost))
    assert payment.stage is Stage.UNKNOWN
    payment = counter.until(payment, Stage.PAID)
    counter.finish(payment.tender)
    assert counter.books.net() == 12_800
    assert len(counter.books.accounts()) == 1


def test_a_slow_answer_is_not_waited_for_and_not_charged_again(counter: Counter) -> None:
    payment = counter.scan(TenderMethod.WECHAT_PAY, Buyer(slow=0.8))
    assert payment.stage is Stage.UNKNOWN
    assert counter.until(payment, Stage.PAID).stage is Stage.PAID
    assert counter.books.net() == 12_800


@both
def test_nobody_confirms_and_everything_is_taken_back(counter: Counter, method: TenderMethod) -> None:
    payment = counter.until(counter.scan(method, Buyer(asked=True)), Stage.REVERSED)
    assert (counter.clock.now() - payment.created).total_seconds() <= payment.timing.give_up + 3
    counter.finish(cash_tender(counter.due(TenderMethod.CASH)))
    counter.rest()
    assert counter.books.net() == 0


@both
def test_cancelling_reverses_and_a_new_code_has_a_new_number(counter: Counter, method: TenderMethod) -> None:
    payment = counter.scan(method, Buyer(asked=True))
    counter.clock.step(seconds=5)
    assert payments.cancel(counter.till, counter.cart.id)[0].out_trade_no == payment.out_trade_no
    counter.until(payment, Stage.REVERSED)
    second = counter.scan(method, code="281234567890120002")
    assert second.stage is Stage.PAID
    assert second.out_trade_no != payment.out_trade_no
    counter.finish(second.tender)
    counter.rest()
    assert counter.books.net() == 12_800


@both
def test_a_paid_code_can_be_given_back_until_the_sale_is_complete(counter: Counter, method: TenderMethod) -> None:
    payment = counter.scan(method)
    payments.cancel(counter.till, counter.cart.id)
    with pytest.raises(PaymentOpen):
        counter.finish(payment.tender)
    counter.until(payment, Stage.REVERSED)
    assert counter.books.net() == 0
    again = counter.scan(method, code="281234567890120002")
    counter.finish(again.tender)
    with pytest.raises(InvalidField, match="refund"):
        payments.cancel(counter.till, counter.cart.id)


@both
def test_money_that_comes_after_the_reversal_is_refunded(counter: Counter, method: TenderMethod) -> None:
    payment = counter.scan(method, Buyer(asked=True, late=True))
    payments.cancel(counter.till, counter.cart.id)
    counter.until(payment, Stage.REVERSED)
    assert counter.books.net() == 12_800, "the provider acknowledged, and took it all the same"
    counter.finish(cash_tender(counter.due(TenderMethod.CASH)))
    counter.rest()
    assert counter.books.net() == 0


@both
def test_a_reversal_is_repeated_until_it_is_confirmed(counter: Counter, method: TenderMethod) -> None:
    buyer = Buyer(asked=True, again=2, lost={REVERSE: 3})
    payment = counter.until(counter.scan(method, buyer), Stage.REVERSED)
    (account,) = counter.books.accounts()
    assert account.reversals >= 3
    assert payment.reversals >= 3
    assert account.state is State.CLOSED


@both
def test_a_cut_network_ends_with_a_person_and_mends_itself(counter: Counter, method: TenderMethod) -> None:
    """The payment arrived, and then there was silence for minutes."""
    cut = dict.fromkeys((QUERY, REVERSE, REFUND), 30)
    payment = counter.until(counter.scan(method, Buyer(lost={PAY: 1}, cut=cut)), Stage.MANUAL)
    assert payments.needing_a_person(counter.till) == [payment]
    with pytest.raises(PaymentOpen):
        counter.finish(cash_tender(counter.due(TenderMethod.CASH)))
    counter.rest()
    assert counter.books.net() == 0
    assert payments.needing_a_person(counter.till) == []


@both
def test_without_a_network_nothing_leaves_and_cash_is_welcome_at_once(counter: Counter, method: TenderMethod) -> None:
    counter.simulator.stop()
    payment = counter.scan(method)
    assert (payment.stage, payment.reason) == (Stage.DECLINED, "OFFLINE")
    counter.finish(cash_tender(counter.due(TenderMethod.CASH)))


def test_a_person_settles_what_no_answer_does(counter: Counter) -> None:
    never = dict.fromkeys(OPERATIONS, 10_000)
    payment = counter.until(counter.scan(TenderMethod.WECHAT_PAY, Buyer(cut=never)), Stage.MANUAL)
    settled = payments.settle_by_hand(counter.till, payment.out_trade_no, CASHIER, taken=False)
    assert (settled.stage, settled.by_hand) == (Stage.REVERSED, CASHIER.id)
    with pytest.raises(InvalidField, match="settled"):
        payments.settle_by_hand(counter.till, payment.out_trade_no, CASHIER, taken=True)
    counter.finish(cash_tender(counter.due(TenderMethod.CASH)))


@both
def test_after_a_restart_it_goes_on_with_the_same_number_and_the_same_basket(
    counter: Counter, method: TenderMethod
) -> None:
    payment = counter.scan(method, Buyer(asked=True, confirms_after=20))
    counter.restart()
    (left,) = payments.unfinished(counter.till)
    assert left.payment == payment
    assert left.cart == counter.cart
    payment = counter.until(payment, Stage.PAID)
    counter.restart()
    (left,) = payments.unfinished(counter.till)
    assert left.payment.stage is Stage.PAID, "paid, and its sale is still to be written"
    counter.finish(left.payment.tender)
    counter.restart()
    assert payments.unfinished(counter.till) == []
    assert counter.books.net() == 12_800


def test_a_sale_names_exactly_what_was_paid_by_code(counter: Counter) -> None:
    payment = counter.scan(TenderMethod.WECHAT_PAY)
    with pytest.raises(InvalidField, match="by code"):
        counter.finish(cash_tender(counter.due(TenderMethod.CASH)))
    with pytest.raises(InvalidField, match="by code"):
        counter.finish(Tender(TenderMethod.WECHAT_PAY, Money(12_800), Money(12_800), "another"))
    counter.finish(payment.tender)
    with pytest.raises(InvalidField, match="complete already"):
        counter.scan(TenderMethod.WECHAT_PAY, code="130012345678900002")


def test_nothing_is_charged_for_nothing(counter: Counter) -> None:
    counter.scan(TenderMethod.WECHAT_PAY)
    with pytest.raises(InvalidField, match="nothing is left"):
        counter.scan(TenderMethod.WECHAT_PAY, code="130012345678900002")
