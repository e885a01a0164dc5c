"""The fee of a return at the counter: shown before it is withheld, and what spares it (X-15)."""

from __future__ import annotations

import pytest

from posapp.application.receipt import RefundReceipt
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.sheets import ReturnSheet
from tests.integration.demo_shop import publish
from tests.integration.tills import SteppingClock
from tests.unit.ui.checkout.counter import LIN, scan, words
from tests.unit.ui.checkout.shells import PlainShell

RETURNS = do.FunctionKey(9, shift=True)
FREE = {"id": "free", "name": {"zh_CN": "免费退换", "en": "Free returns"}, "tiers": ["gold"], "grant": "free_returns"}


@pytest.fixture
def charging(till: Till) -> None:
    """A shop that charges 3.00 a piece, and its gold members nothing."""
    publish(till, returns={"fee": [{"amount": "3.00"}]}, entitlements=[FREE])


def opened(desk: CheckoutPresenter, clock: SteppingClock, member: str = "") -> None:
    """A sale of yesterday is open, and two of its pieces are chosen."""
    if member:
        desk.handle(do.MemberKey(member))
    scan(desk, "手工黄油曲奇", "手工黄油曲奇")
    desk.handle(do.CashKey(""))
    number = desk.shell.printed[-1].number  # type: ignore[attr-defined]
    desk.handle(do.NextSale())
    clock.step(days=1)
    desk.handle(do.FunctionKey(9, number, shift=True))
    desk.handle(do.ReturnAll())


def sheet(shell: PlainShell) -> ReturnSheet:
    assert isinstance(shell.state.sheet, ReturnSheet)
    return shell.state.sheet


@pytest.mark.usefixtures("charging")
def test_X15_the_sheet_shows_the_fee_and_the_receipt_says_it(
    desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock
) -> None:
    opened(desk, clock)
    net = sum(row.amount_fen for row in sheet(shell).rows)
    assert (sheet(shell).fee_fen, sheet(shell).total_fen) == (600, net - 600)
    desk.handle(do.EnterPressed())
    receipt = shell.printed[-1]
    assert isinstance(receipt, RefundReceipt)
    assert (receipt.fee, receipt.total) == (Money(600), Money(net - 600))


@pytest.mark.usefixtures("charging")
def test_X15_the_reason_turns_by_a_key_and_faulty_goods_cost_nothing(
    desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock
) -> None:
    opened(desk, clock)
    seen = []
    for _turn in range(4):
        seen.append((words(sheet(shell).reason), sheet(shell).fee_fen))
        desk.handle(do.ReturnReasonTurned())
    assert seen == [("不想要了", 600), ("商品有问题", 0), ("给错商品", 0), ("不想要了", 600)]
    assert words(sheet(shell).reason) == "商品有问题"
    assert [row.coming for row in sheet(shell).rows] == ["×2"], "what is chosen stays chosen"
    desk.handle(do.EnterPressed())
    receipt = shell.printed[-1]
    assert isinstance(receipt, RefundReceipt)
    assert receipt.fee == Money(0)


@pytest.mark.usefixtures("charging")
def test_X15_the_sheet_says_what_a_tier_saves(desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock) -> None:
    opened(desk, clock, LIN)
    assert sheet(shell).fee_fen == 0
    assert words(sheet(shell).sentences[0]) == "免费退换：免退货费 6.00"
