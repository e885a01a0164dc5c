"""Coupons at the till: seen with the card, listed by F4, claimed by code, refused when they were used meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posapp.application import coupons
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.demo_members import REGULARS
from posapp.application.demo_wallets import hand_out
from posapp.application.till import Till
from posapp.application.wallet import load_wallet
from posapp.domain.events import Tender
from posapp.domain.ids import DeviceId, StoreId
from posapp.domain.programme import parse_programme
from posapp.domain.sale import TenderMethod
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.sheets import ChoiceSheet, CompleteSheet
from posapp.ui.checkout.state import BenefitRow, SyncKind
from tests.integration.tills import CASHIER, SteppingClock
from tests.unit.ui.checkout.counter import LIN, scan, sheet_of, words
from tests.unit.ui.checkout.shells import PlainShell


@pytest.fixture(autouse=True)
def wallets(till: Till) -> None:
    """The regulars hold what they hold in the demo shop."""
    hand_out(till, [member.profile.phone_e164 for member in REGULARS])


def rows(shell: PlainShell) -> dict[str, BenefitRow]:
    assert shell.state.member is not None
    return {words(row.label): row for row in shell.state.member.benefits}


def toast(shell: PlainShell) -> str:
    notice = shell.state.omnibox.toast
    return words(notice.title) if notice is not None else ""


def listed(shell: PlainShell) -> ChoiceSheet:
    sheet = shell.state.sheet
    assert isinstance(sheet, ChoiceSheet)
    return sheet


def lin(desk: CheckoutPresenter) -> None:
    scan(desk, "明前龙井", "明前龙井")
    desk.handle(do.MemberKey(LIN))


def test_the_members_coupons_are_there_with_days_left_and_the_gap(desk: CheckoutPresenter, shell: PlainShell) -> None:
    lin(desk)
    assert shell.state.member is not None
    tile = next(one for one in shell.state.member.balances if one.icon == "ticket")
    assert (words(tile.value), words(tile.note)) == ("3 张", "2 张可用")
    birthday, save = rows(shell)["生日礼券 满 200 减 30"], rows(shell)["满 300 减 50 券"]
    assert (birthday.applied, birthday.amount_fen, words(birthday.note)) == (True, -3000, "还剩 14 天")
    assert (save.applied, save.usable, words(save.reason)) == (False, False, "差 ¥82.40 可用")
    assert words(save.note) == "还剩 22 天"
    assert shell.state.money.due_fen == 21760 - 3000
    scan(desk, "明前龙井")
    assert rows(shell)["满 300 减 50 券"].applied, "more goods, and another coupon saves more"
    assert shell.state.money.due_fen == 32640 - 5000


def test_f4_lists_them_and_picks_or_leaves_one(desk: CheckoutPresenter, shell: PlainShell) -> None:
    lin(desk)
    desk.handle(do.FunctionKey(4))
    assert [(words(row.title), words(row.detail), row.amount_fen) for row in listed(shell).rows] == [
        ("生日礼券 满 200 减 30", "本单已用 · 还剩 14 天", -3000),
        ("推荐礼 满 100 减 20", "已有更优 · 还剩 27 天", None),
        ("满 300 减 50 券", "差 ¥82.40 可用 · 还剩 22 天", None),
    ]
    desk.handle(do.PickRow(2))
    assert toast(shell) == "差 ¥82.40 可用"
    assert len(listed(shell).rows) == 3, "the list stays"
    desk.handle(do.RowMoved(1))
    desk.handle(do.EnterPressed())
    assert sheet_of(shell) is None
    assert rows(shell)["推荐礼 满 100 减 20"].applied
    assert shell.state.money.due_fen == 21760 - 2000
    desk.handle(do.FunctionKey(4))
    assert words(listed(shell).rows[0].title) == "推荐礼 满 100 减 20"
    desk.handle(do.PickRow(0))
    assert shell.state.money.due_fen == 21760 - 3000, "left, and the next best takes its place"
    desk.handle(do.FunctionKey(4))
    desk.handle(do.EscPressed())
    assert sheet_of(shell) is None
    desk.handle(do.Undo())
    assert shell.state.money.due_fen == 21760 - 2000


def test_f4_with_one_coupon_uses_or_leaves_it_at_once(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.MemberKey(REGULARS[3].profile.phone_e164.removeprefix("+86")))
    assert shell.state.money.due_fen == 12160 - 500
    desk.handle(do.FunctionKey(4))
    assert sheet_of(shell) is None
    assert shell.state.money.due_fen == 12160
    desk.handle(do.FunctionKey(4))
    assert shell.state.money.due_fen == 12160 - 500
    desk.handle(do.DetachMember())
    desk.handle(do.FunctionKey(4))
    assert toast(shell) == "没有能用的券"


def test_a_coupon_used_elsewhere_meanwhile_is_refused_and_the_sale_priced_again(
    desk: CheckoutPresenter, shell: PlainShell, till: Till
) -> None:
    lin(desk)
    basket = desk.session.basket
    assert basket.member is not None
    cart = replace(basket.cart, id=new_cart(till).id)
    quote = price_cart(till, cart, basket.member, (), load_wallet(till, basket.member.id))
    paid = (Tender(TenderMethod.CASH, quote.due, quote.due),)
    complete_sale(till, SaleRequest(cart, quote, till.programme, paid, CASHIER))
    desk.handle(do.CashKey(""))
    assert not isinstance(sheet_of(shell), CompleteSheet)
    assert toast(shell) == "这张券已经用过、作废或被人领走"
    assert shell.state.money.due_fen == 21760 - 2000, "priced again with what is still there"
    desk.handle(do.CashKey(""))
    assert isinstance(sheet_of(shell), CompleteSheet)


def test_a_printed_code_is_used_by_whoever_brings_it_and_once(
    desk: CheckoutPresenter, shell: PlainShell, till: Till
) -> None:
    codes = coupons.open_batch(till, 1, CASHIER)
    scan(desk, "明前龙井", "明前龙井", "明前龙井")
    desk.handle(do.ScanReceived(codes[0]))
    assert shell.state.money.due_fen == 38400 - 5000
    desk.handle(do.CashKey(""))
    scan(desk, "明前龙井", "明前龙井", "明前龙井")
    desk.handle(do.ScanReceived(codes[0]))
    assert toast(shell) == "这张券已经用过、作废或被人领走"
    desk.handle(do.ScanReceived(codes[1][:-1] + str((int(codes[1][-1]) + 1) % 10)))
    assert shell.state.money.due_fen == 38400


def test_a_code_or_a_word_puts_a_coupon_into_the_members_wallet(
    desk: CheckoutPresenter, shell: PlainShell, till: Till
) -> None:
    codes = coupons.open_batch(till, 1, CASHIER)
    scan(desk, "明前龙井", "明前龙井", "明前龙井")
    desk.handle(do.EnterPressed("qh50"))
    assert toast(shell) == "领券要先登记会员"
    desk.handle(do.MemberKey(REGULARS[3].profile.phone_e164.removeprefix("+86")))
    desk.handle(do.EnterPressed("qh50"))
    assert toast(shell) == "已领到卡包：满 300 减 50 券"
    assert shell.state.money.due_fen == 36480 - 5000
    desk.handle(do.EnterPressed("QH50"))
    assert toast(shell) == "这位会员已领过"
    desk.handle(do.ScanReceived(codes[0]))
    assert toast(shell) == "已领到卡包：满 300 减 50 券"
    assert "满 300 减 50 券 ×2" in rows(shell)
    assert shell.state.money.due_fen == 36480 - 5000, "one a sale"
    member = desk.session.basket.member
    assert member is not None
    own = next(coupon for coupon in load_wallet(till, member.id).coupons if coupon.template == "welcome5")
    desk.handle(do.ScanReceived(own.code))
    assert shell.state.money.due_fen == 36480 - 500, "the coupon on her phone is the one she wants"


def test_a_number_and_f4_notes_who_brought_the_customer_once(
    desk: CheckoutPresenter, shell: PlainShell, till: Till
) -> None:
    desk.handle(do.FunctionKey(4, LIN))
    assert toast(shell) == "领券要先登记会员"
    scan(desk, "明前龙井", "明前龙井")
    desk.handle(do.NewCardSubmitted("13957166099"))
    desk.handle(do.FunctionKey(4, "6021"))
    assert toast(shell).startswith("6021 匹配到 4 位会员")
    desk.handle(do.FunctionKey(4, LIN))
    assert toast(shell) == "推荐已记，已送 推荐礼 满 100 减 20"
    assert "推荐礼 满 100 减 20" in rows(shell)
    desk.handle(do.FunctionKey(4, LIN))
    assert toast(shell) == "这位会员的推荐已经记过"
    desk.handle(do.FunctionKey(4, "13957166099"))
    assert toast(shell) == "不能推荐自己"
    desk.handle(do.MemberKey(LIN))
    member = desk.session.basket.member
    assert member is not None
    assert [one.template for one in load_wallet(till, member.id).coupons].count("friend20") == 2


def test_offline_a_large_coupon_of_another_till_waits_and_comes_back(
    desk: CheckoutPresenter, shell: PlainShell, till: Till
) -> None:
    till.identity = replace(till.identity, device=DeviceId(b"d" * 16))
    lin(desk)
    assert shell.state.money.due_fen == 21760 - 3000
    desk.sync_changed(SyncStatus(SyncKind.OFFLINE))
    assert shell.state.money.due_fen == 21760 - 2000, "20 and less of this store is taken"
    assert words(rows(shell)["生日礼券 满 200 减 30"].reason) == "联网后可用"
    assert not rows(shell)["生日礼券 满 200 减 30"].usable
    desk.handle(do.FunctionKey(4))
    assert [words(row.detail) for row in listed(shell).rows][1:] == ["断网：他店发的或大额券，联网后可用"] * 2
    desk.handle(do.PickRow(1))
    desk.handle(do.EscPressed())
    desk.sync_changed(SyncStatus(SyncKind.SYNCED))
    assert shell.state.money.due_fen == 21760 - 3000
    till.identity = replace(till.identity, store=StoreId("elsewhere"))
    desk.sync_changed(SyncStatus(SyncKind.OFFLINE))
    assert shell.state.money.due_fen == 21760


def test_a_finished_sale_says_what_it_brought(desk: CheckoutPresenter, shell: PlainShell, till: Till) -> None:
    trigger = {"id": "thanks", "on": "sale", "min_amount": "200.00", "give": {"coupons": ["points5"], "points": 50}}
    till.programme = parse_programme({**till.programme.to_json(), "triggers": [trigger]})
    lin(desk)
    desk.handle(do.FunctionKey(4))
    desk.handle(do.PickRow(0))
    desk.handle(do.CashKey(""))
    done = shell.state.sheet
    assert isinstance(done, CompleteSheet)
    assert done.offer is None, "188.00 and less is no 200.00"
    scan(desk, "明前龙井", "明前龙井", "明前龙井")
    desk.handle(do.MemberKey(LIN))
    before = desk.session.basket.member
    assert before is not None
    desk.handle(do.CashKey(""))
    done = shell.state.sheet
    assert isinstance(done, CompleteSheet)
    assert done.offer is not None
    assert words(done.offer.title) == "已送 积分换 5 元券、50 积分"
    assert words(done.offer.detail) == "1 月 17 日前有效"
    changes = {row.icon: (words(row.before), words(row.after), row.change) for row in done.balances}
    assert changes["ticket"] == ("2 张", "2 张", "+0")
    points = done.balances[0]
    assert points.change == f"+{(32640 - 5000) // 100 + 50}"


def test_the_day_brings_its_gifts_when_the_till_starts_and_when_it_turns(
    desk: CheckoutPresenter, shell: PlainShell, till: Till, clock: SteppingClock
) -> None:
    """林建国 was born on 15 March and is silver."""
    desk.handle(do.MemberKey("15988216021"))
    assert shell.state.member is not None
    assert "生日礼券 满 200 减 30" not in rows(shell)
    clock.step(days=150)
    desk.tick()
    member = desk.session.basket.member
    assert member is not None

    def held() -> list[str]:
        return [coupon.template for coupon in load_wallet(till, member.id).coupons]

    assert "birthday30" not in held(), "somebody is being served"
    desk.handle(do.DetachMember())
    shell.release()
    assert "birthday30" in held()
