"""The checkout while a payment by code is under way, without a window: what is shown, refused, and taken up again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from posapp.application import payments
from posapp.application.checkout import PointsShort
from posapp.application.receipt import Receipt
from posapp.application.till import Till
from posapp.domain.amounts import Money, Points
from posapp.domain.errors import InvalidField
from posapp.domain.payment import Answer, Heard, Payment, Stage, sent
from posapp.domain.sale import TenderMethod
from posapp.storage import payments as rows
from posapp.ui.checkout import intents as do
from posapp.ui.checkout import state as ui
from posapp.ui.checkout.code_paying import ChargeRefused, PaymentMoved
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.session import TenderMode
from posapp.ui.i18n import Language
from tests.integration.tills import CASHIER, SteppingClock, reopened
from tests.unit.ui.checkout.counter import completed, scan, words
from tests.unit.ui.checkout.shells import PlainShell

CODE, SECOND = "130012345678900001", "281234567890120001"


@pytest.fixture
def desk(till: Till, shell: PlainShell) -> CheckoutPresenter:
    presenter = CheckoutPresenter(till, CASHIER, shell)
    presenter.start()
    presenter.payments_ready()
    scan(presenter, "明前龙井")
    return presenter


def begin(desk: CheckoutPresenter, shell: PlainShell, code: str = CODE) -> Payment:
    """Scan a code, and do what the worker does first."""
    desk.handle(do.ScanReceived(code))
    begun = payments.begin(desk.till, shell.charges[-1])
    desk.payment_news(PaymentMoved(begun))
    return begun


def moved(desk: CheckoutPresenter, payment: Payment, heard: Heard, reason: str = "") -> Payment:
    """The worker has an answer."""
    after = sent(payment, Answer(heard, "tx-1" if heard is Heard.PAID else "", reason), desk.till.clock.now())
    with desk.till.database.write() as connection:
        rows.save(connection, after, desk.till.clock.now())
    desk.payment_news(PaymentMoved(after))
    return after


def prompt(shell: PlainShell, language: Language = Language.ZH_CN) -> str:
    notice = shell.state.tender.prompt
    assert notice is not None
    return words(notice.title, language)


def toast(shell: PlainShell) -> str:
    notice = shell.state.omnibox.toast
    return "" if notice is None else words(notice.title)


def is_charging(desk: CheckoutPresenter) -> bool:
    mode = desk.session.mode
    return isinstance(mode, TenderMode) and mode.charging is not None


def test_a_code_with_goods_in_the_basket_is_charged_at_once(desk: CheckoutPresenter, shell: PlainShell) -> None:
    payment = begin(desk, shell)
    assert (payment.method, payment.amount) == (TenderMethod.WECHAT_PAY, Money(12_800))
    assert shell.charges[0].code == CODE
    assert CODE not in repr(shell.charges[0]), "a payment code is in no log"
    moved(desk, payment, Heard.PAID)
    assert completed(shell)
    assert len(shell.printed) == 1


def test_without_goods_or_without_a_provider_a_code_is_refused(till: Till, shell: PlainShell) -> None:
    desk = CheckoutPresenter(till, CASHIER, shell)
    desk.start()
    desk.payments_ready()
    desk.handle(do.ScanReceived(CODE))
    assert shell.charges == []
    assert "没有这个商品" in toast(shell)
    lonely = CheckoutPresenter(till, CASHIER, shell)
    lonely.start()
    scan(lonely, "明前龙井")
    lonely.handle(do.ScanReceived(CODE))
    assert shell.charges == []
    assert "没接通" in toast(shell)
    assert not any(button.enabled for button in shell.state.money.tenders if button.method is ui.TenderMethod.SCAN_PAY)


def test_goods_with_the_digits_of_a_payment_code_stay_goods(desk: CheckoutPresenter, shell: PlainShell) -> None:
    """Trap 12: what the shop sells, and what its scale prints, is never charged as a code."""
    desk.handle(do.ScanReceived("220123400735018735"))
    assert shell.charges == []


@pytest.mark.parametrize(
    "intent",
    [
        do.CashKey("200"),
        do.CashKey(),
        do.PayKey(),
        do.FunctionKey(10, "200"),
        do.QuickCashChosen(20_000),
        do.TenderFinished("200"),
        do.TenderMethodChosen("bank_card"),
        do.TenderMethodChosen("cash", "200"),
        do.FunctionKey(12),
        do.ScanReceived(SECOND),
        do.ScanReceived("6996083915055"),
        do.RemoveLine(),
        do.QuantityKey("9"),
        do.LineStep(1),
        do.Undo(),
        do.FunctionKey(1),
        do.FunctionKey(2, "6021"),
        do.FunctionKey(6, shift=True),
        do.QuickItemChosen(1),
        do.NextSale(),
    ],
)
def test_while_it_is_open_nothing_else_is_taken_and_nothing_changes(
    desk: CheckoutPresenter, shell: PlainShell, intent: do.Intent
) -> None:
    moved(desk, begin(desk, shell), Heard.NOTHING)
    basket = desk.session.basket
    desk.handle(intent)
    assert is_charging(desk)
    assert desk.session.basket == basket
    assert len(shell.charges) == 1
    assert "还没有结果" in toast(shell)


def test_every_stage_has_its_words_in_both_languages(desk: CheckoutPresenter, shell: PlainShell) -> None:
    payment = begin(desk, shell)
    said = set()
    for stage in (Stage.SENDING, Stage.USER_PAYING, Stage.UNKNOWN, Stage.REVERSING, Stage.MANUAL):
        desk.payment_news(PaymentMoved(replace(payment, stage=stage)))
        said.add((prompt(shell), prompt(shell, Language.EN)))
        assert not shell.state.tender.finish.enabled
        assert [key.number for key in shell.state.function_keys if key.enabled] == [6]
    assert len(said) == 5
    notice = shell.state.tender.prompt
    assert notice is not None
    assert notice.tone is Tone.DANGER
    assert payment.out_trade_no in words(notice.detail).replace(" ", "")


def test_a_declined_code_says_why_and_cash_is_welcome(desk: CheckoutPresenter, shell: PlainShell) -> None:
    moved(desk, begin(desk, shell), Heard.DECLINED, "NOT_ENOUGH")
    assert "余额不足" in toast(shell)
    assert not is_charging(desk)
    desk.handle(do.CashKey())
    assert completed(shell)


def test_a_charge_that_could_not_begin_gives_the_basket_back(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.ScanReceived(CODE))
    desk.payment_news(ChargeRefused(shell.charges[0], InvalidField("due", "nothing is left", "没有待收的金额")))
    assert not is_charging(desk)
    assert "没有待收" in toast(shell)


def test_esc_before_it_is_written_down_cancels_it_when_it_is(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.ScanReceived(CODE))
    desk.handle(do.EscPressed())
    assert "撤销" in prompt(shell)
    begun = payments.begin(desk.till, shell.charges[0])
    desk.payment_news(PaymentMoved(begun))
    with desk.till.database.read() as connection:
        assert rows.get(connection, begun.out_trade_no).cancelled is not None
    assert shell.nudges >= 1


def test_news_of_an_earlier_payment_of_the_basket_changes_nothing(desk: CheckoutPresenter, shell: PlainShell) -> None:
    first = moved(desk, begin(desk, shell), Heard.DECLINED, "NOT_ENOUGH")
    assert isinstance(desk.till.clock, SteppingClock)
    desk.till.clock.step(seconds=1)
    moved(desk, begin(desk, shell, SECOND), Heard.USER_PAYING)
    desk.payment_news(PaymentMoved(first))
    assert is_charging(desk)


def test_parked_it_goes_on_and_says_so_when_the_money_comes(desk: CheckoutPresenter, shell: PlainShell) -> None:
    payment = moved(desk, begin(desk, shell), Heard.NOTHING)
    desk.handle(do.FunctionKey(6))
    assert desk.session.basket.cart.lines == ()
    scan(desk, "有机全脂牛奶")
    desk.handle(do.CashKey())
    assert completed(shell)
    desk.handle(do.NextSale())
    paid = moved(desk, payment, Heard.PAID)
    assert "已到账" in toast(shell)
    desk.handle(do.FunctionKey(6, shift=True))
    desk.handle(do.PickRow(0))
    assert completed(shell)
    assert payments.payment_of(desk.till, paid.cart) is None


def test_a_sale_that_is_refused_after_the_money_came_is_completed_at_the_next_enter(
    desk: CheckoutPresenter, shell: PlainShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PointsShort(Points(0))

    payment = begin(desk, shell)
    with monkeypatch.context() as broken:
        broken.setattr("posapp.ui.checkout.paying.complete_sale", refuse)
        moved(desk, payment, Heard.PAID)
    assert not completed(shell)
    assert is_charging(desk)
    assert "已收到" in prompt(shell)
    desk.handle(do.TenderFinished(""))
    assert completed(shell)


@pytest.mark.parametrize(("paid", "said"), [(10_000, "还差 28.00"), (13_000, "多 2.00")])
def test_a_price_that_moved_is_never_settled_behind_the_cashiers_back(
    desk: CheckoutPresenter, shell: PlainShell, paid: int, said: str, tmp_path: Path
) -> None:
    """Less was paid than the basket costs now: Enter takes the rest in cash.  More: it goes back as a whole."""
    cart, now = desk.session.basket.cart, desk.till.clock.now()
    payment = Payment("a" * 32, cart.id, TenderMethod.ALIPAY, Money(paid), now, CASHIER.id, Stage.PAID)
    with desk.till.database.write() as connection:
        rows.add(connection, payment, cart, now)
    again = CheckoutPresenter(reopened(desk.till, tmp_path), CASHIER, shell)
    again.start()
    assert said in toast(shell)
    assert not completed(shell)
    again.handle(do.EnterPressed(""))
    if paid < 12_800:
        assert completed(shell)
        receipt = again.session.last_receipt
        assert isinstance(receipt, Receipt)
        assert [(method, amount.fen) for method, amount, _ in receipt.tenders] == [
            (TenderMethod.ALIPAY, 10_000),
            (TenderMethod.CASH, 2_800),
        ]
    else:
        assert not completed(shell)
        again.handle(do.EscPressed())
        assert payments.unfinished(again.till)[0].payment.stage is Stage.REVERSING
    again.till.database.close()


def test_a_restart_puts_the_payment_and_its_basket_back_on_the_screen(
    desk: CheckoutPresenter, shell: PlainShell, tmp_path: Path
) -> None:
    payment = moved(desk, begin(desk, shell), Heard.USER_PAYING)
    again = CheckoutPresenter(reopened(desk.till, tmp_path), CASHIER, shell)
    again.start()
    assert is_charging(again)
    assert again.session.basket.cart == desk.session.basket.cart
    assert again.session.quote.due == payment.amount
    moved(again, payment, Heard.PAID)
    assert completed(shell)
    again.till.database.close()


def test_a_restart_after_the_money_came_completes_the_sale(
    desk: CheckoutPresenter, shell: PlainShell, tmp_path: Path
) -> None:
    begun = begin(desk, shell)
    with desk.till.database.write() as connection:
        paid = sent(begun, Answer(Heard.PAID, "tx-1"), desk.till.clock.now())
        rows.save(connection, paid, desk.till.clock.now())
    again = CheckoutPresenter(reopened(desk.till, tmp_path), CASHIER, shell)
    again.start()
    assert completed(shell)
    again.till.database.close()
