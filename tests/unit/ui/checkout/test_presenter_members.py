"""Members, cards, benefits, coupons and points at the till, over a real till and without a window."""

from __future__ import annotations

from dataclasses import replace

from posapp.application.goods import line_of, search
from posapp.application.passes import PassOrder, sell_pass
from posapp.application.phone_code import shown_now
from posapp.application.receipt import Receipt
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.events import Tender
from posapp.domain.programme import parse_programme
from posapp.domain.sale import TenderMethod
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.basket_edits import add_line
from posapp.ui.checkout.intents import SetLanguage
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.sheets import (
    CompleteSheet,
    LookupSheet,
    NewCardSheet,
)
from posapp.ui.faces import Face
from posapp.ui.i18n import Language
from tests.integration.tills import SteppingClock
from tests.unit.ui.checkout.counter import LIN, member_of, scan, sheet_of, words
from tests.unit.ui.checkout.shells import PlainShell


def test_last_four_with_several_matches_lists_and_never_chooses(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.MemberKey("6021"))
    sheet = shell.state.sheet
    assert isinstance(sheet, LookupSheet)
    assert len(sheet.rows) == 4
    assert all(row.phone_match == "6021" for row in sheet.rows)
    assert member_of(shell) is None
    place = next(index for index, row in enumerate(sheet.rows) if row.name == "林晓梅")
    desk.handle(do.PickRow(place))
    assert sheet_of(shell) is None
    assert shell.state.member is not None
    assert shell.state.member.name == "林晓梅"
    assert shell.state.member.face == Face("gold")
    assert words(shell.state.member.tier_name) == "金卡"


def test_one_match_is_attached_at_once(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.MemberKey("7166021"))
    assert shell.state.member is not None
    assert sheet_of(shell) is None


def test_a_phone_code_attaches_and_lets_points_be_spent(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.MemberKey(LIN))
    desk.handle(do.FunctionKey(5, "800"))
    assert shell.state.omnibox.toast is not None, "by phone alone, points are not spent"
    assert desk.session.quote.points_spent.count == 0
    member = desk.session.basket.member
    assert member is not None
    shown = shown_now(desk.till, int(member.card_number))
    desk.handle(do.ScanReceived(shown))
    desk.handle(do.FunctionKey(5, "800"))
    assert desk.session.quote.points_spent.count == 800
    assert shell.state.money.due_fen == 10880 - 800
    ladder = {words(row.label): row.amount_fen for row in shell.state.money.ladder}
    assert ladder == {"商品原价": 12800, "会员折扣": -1920, "积分抵现": -800}
    desk.handle(do.FunctionKey(5))
    assert desk.session.quote.points_spent.count == 0, "F5 again spends none"


def test_the_screen_says_the_same_in_english(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.MemberKey(LIN))
    desk.handle(SetLanguage("en"))
    (line,) = shell.state.cart.lines
    assert line.name.isascii()
    assert words(line.adjustments[0].label, Language.EN) == "Gold 15% off"


def test_a_new_card_is_opened_and_used(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    assert shell.state.join.saves_fen == 640 + 2432, "the first card's rate, then the first order's coupon"
    assert words(shell.state.join.detail) == "普通卡 9.5 折 省 6.40，开卡礼券 省 24.32"
    desk.handle(do.FunctionKey(3))
    desk.handle(do.NewCardEdited("139571660"))
    sheet = shell.state.sheet
    assert isinstance(sheet, NewCardSheet)
    assert words(sheet.phone_status) == "少 2 位"
    assert not sheet.can_submit
    desk.handle(do.NewCardEdited("13957166099"))
    sheet = shell.state.sheet
    assert isinstance(sheet, NewCardSheet)
    assert sheet.can_submit
    assert sheet.saves_fen == 3072
    assert [(words(row.label), row.amount) for row in sheet.gains] == [
        ("普通卡 9.5 折", "−6.40"), ("首单 8 折券", "−24.32"), ("本单得积分", "+97"),
    ]  # fmt: skip
    desk.handle(do.NewCardSubmitted("13957166099"))
    assert sheet_of(shell) is None
    assert shell.state.member is not None
    assert shell.state.money.due_fen == 9728, "what was promised"
    toast = shell.state.omnibox.toast
    assert toast is not None
    assert words(toast.detail) == "已送 新人 5 元券、首单 8 折券"
    desk.handle(do.CashKey(""))
    done = shell.state.sheet
    assert isinstance(done, CompleteSheet)
    assert [(words(row.label), row.change) for row in done.balances if row.icon == "ticket"] == [("优惠券", "−1")]


def test_opening_a_card_for_a_known_number_says_so_and_uses_it(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.FunctionKey(3, LIN))
    for _typed_again in range(2):
        sheet = shell.state.sheet
        assert isinstance(sheet, NewCardSheet)
        assert words(sheet.phone_status).startswith("已是会员")
        desk.handle(do.NewCardEdited(LIN))
    desk.handle(do.NewCardSubmitted(LIN))
    assert shell.state.member is not None
    assert shell.state.member.name == "林晓梅"


def test_a_card_with_a_bad_birthday_is_refused_in_place(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.FunctionKey(3))
    desk.handle(do.NewCardSubmitted("13957166099", birthday="0631"))
    assert shell.state.omnibox.toast is not None
    assert "0631" in words(shell.state.omnibox.toast.title)
    assert shell.state.member is None


def test_member_day_shows_in_the_top_bar(desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock) -> None:
    assert shell.state.top.occasion is None
    clock.step(days=1)
    desk.tick()
    assert words(shell.state.top.occasion) == "会员日"


def test_only_cash_is_rounded_down(desk: CheckoutPresenter, shell: PlainShell, till: Till) -> None:
    """A shop without fen coins gives them to the buyer, and never the other way (trap 1); a card pays to the fen."""
    till.programme = parse_programme({**till.programme.to_json(), "round_off": "jiao"})
    for handled, paid in ((do.CashKey(""), 12880), (do.TenderMethodChosen("bank_card"), 12887)):
        line = replace(line_of(search(till, "明前龙井")[0], "zh_CN"), unit_price=Money(12887))
        desk.edit(add_line(desk.session.basket, line))
        assert shell.state.money.due_fen == 12880
        desk.handle(handled)
        done = shell.state.sheet
        assert isinstance(done, CompleteSheet)
        assert done.paid_fen == paid
        desk.handle(do.NextSale())


def test_a_coupon_code_is_used_refused_with_its_gap_and_declined(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.EnterPressed("qh20"))
    assert shell.state.money.due_fen == 12800
    assert shell.state.omnibox.toast is not None
    assert words(shell.state.omnibox.toast.title) == "差 ¥22.00 可用"
    scan(desk, "手工黄油曲奇")
    assert shell.state.money.due_fen == 16000 - 2000
    desk.handle(do.FunctionKey(4))
    assert shell.state.money.due_fen == 16000
    desk.handle(do.FunctionKey(4))
    assert shell.state.money.due_fen == 14000
    desk.handle(do.CashKey(""))
    assert isinstance(desk.session.last_receipt, Receipt)
    assert desk.session.last_receipt.ladder == (("传单券 满 150 减 20", Money(2000)),)


def test_two_codes_on_one_order_leave_the_better_one(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井", "手工黄油曲奇")
    for code in ("QH88", "QH20"):
        desk.handle(do.EnterPressed(code))
    assert shell.state.money.due_fen == 16000 - 2000, "20.00 beats 12 % of 160.00, one coupon an order"


def test_what_passes_settle_goes_with_the_member_and_never_exceeds_the_line(desk: CheckoutPresenter) -> None:
    desk.handle(do.EnterPressed("109"))
    desk.handle(do.QuantityKey("2"))
    desk.handle(do.MemberKey(LIN))
    member = desk.session.basket.member
    assert member is not None
    price = Money(19_900)
    order = PassOrder(b"r", member.id, "latte10", (Tender(TenderMethod.CASH, price, price),), desk.cashier)
    sell_pass(desk.till, order)
    shown = shown_now(desk.till, int(member.card_number))
    desk.handle(do.ScanReceived(shown))
    desk.handle(do.FunctionKey(8, "2"))
    assert [each.units for each in desk.session.quote.passes] == [2]
    desk.handle(do.LineStep(-1))
    assert [each.units for each in desk.session.quote.passes] == [1]
    desk.handle(do.ToggleBenefit("pass:latte10"))
    assert desk.session.basket.cart.pass_uses == 0
    desk.handle(do.ToggleBenefit("pass:latte10"))
    desk.handle(do.FunctionKey(6))
    desk.handle(do.FunctionKey(6, shift=True))
    desk.handle(do.EnterPressed(""))
    assert [each.units for each in desk.session.quote.passes] == [1], "a parked sale keeps it"
    desk.handle(do.DetachMember())
    assert desk.session.basket.cart.pass_uses == 0
