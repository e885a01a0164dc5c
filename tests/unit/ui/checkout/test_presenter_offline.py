"""What the cashier reads while the server is out of reach: the limits across the window, and why something waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from posapp.ui.checkout import intents as do
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.sheets import CompleteSheet
from posapp.ui.checkout.state import SyncKind
from tests.unit.ui.checkout.counter import scan, sheet_of, words

if TYPE_CHECKING:
    from posapp.ui.checkout.presenter import CheckoutPresenter
    from tests.integration.tills import SteppingClock
    from tests.unit.ui.checkout.shells import PlainShell

HOUR = timedelta(hours=1)


def silent(desk: CheckoutPresenter, clock: SteppingClock, lasting: timedelta) -> None:
    """The server has been silent for so long, and the till knows it."""
    till = desk.till
    till.has_server = True
    steady = [timedelta(0)]
    till.steady_ns = lambda: steady[0] // timedelta(microseconds=1) * 1_000
    with till.database.write() as connection:
        till.contact.heard(connection, clock.now())
    steady[0] = lasting
    desk.sync_changed(SyncStatus(SyncKind.OFFLINE, offline_since=clock.now() - lasting))


@pytest.mark.parametrize(
    ("lasting", "title"),
    [
        (timedelta(0), "刚断网，照常收银"),
        (37 * HOUR / 60, "断网 37 分钟，照常收银"),
        (5 * HOUR, "断网 5 小时，照常收银"),
        (72 * HOUR, "断网已满 72 小时，只收现金"),
    ],
)
def test_the_banner_says_for_how_long_and_within_what_limits(
    desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock, lasting: timedelta, title: str
) -> None:
    silent(desk, clock, lasting)
    banner = shell.state.banner
    assert banner is not None
    assert banner.detail is not None
    assert words(banner.title) == title
    if lasting < 72 * HOUR:
        assert words(banner.detail) == "每位会员储值限 100.00 元、积分限 20.00 元；充值、扫码付等来网"
    else:
        assert words(banner.detail) == "现金收款、累积积分、开卡照常；其余来网后恢复"


def test_a_wrong_clock_is_said_while_the_server_is_there(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.sync_changed(SyncStatus(SyncKind.SYNCED, drift=-timedelta(minutes=12)))
    assert shell.state.banner is not None
    assert words(shell.state.banner.title) == "本机时钟慢了 12 分钟"
    desk.sync_changed(SyncStatus(SyncKind.SYNCED, drift=timedelta(minutes=7)))
    assert words(shell.state.banner.title) == "本机时钟快了 7 分钟"
    desk.sync_changed(SyncStatus(SyncKind.SYNCED))
    assert shell.state.banner is None


def test_a_bank_card_is_refused_after_72_hours_and_cash_is_not(
    desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock
) -> None:
    silent(desk, clock, 72 * HOUR)
    scan(desk, "明前龙井")
    desk.handle(do.PayKey())
    desk.handle(do.TenderMethodChosen("bank_card", ""))
    toast = shell.state.omnibox.toast
    assert toast is not None
    assert words(toast.title) == "断网已超过 72 小时：只收现金，其余等来网再用"
    desk.handle(do.CashKey("300"))
    assert isinstance(sheet_of(shell), CompleteSheet)


def test_payment_by_code_waits_and_says_what_works(
    desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock
) -> None:
    silent(desk, clock, HOUR)
    desk.payments_ready()
    scan(desk, "明前龙井")
    desk.handle(do.FunctionKey(12, ""))
    toast = shell.state.omnibox.toast
    assert toast is not None
    assert words(toast.title) == "断网时不能扫码收款；现金、银行卡照收，联网后再扫"
    assert not shell.charges
    desk.sync_changed(SyncStatus(SyncKind.SYNCED))
    desk.handle(do.FunctionKey(12, ""))
    assert shell.state.tender is not None


def test_a_till_without_a_server_is_never_offline(desk: CheckoutPresenter) -> None:
    desk.sync_changed(SyncStatus(SyncKind.STANDALONE))
    assert desk.online
