"""What the cashier does and what the screen then shows, over a real till and without a window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posapp.application.goods import line_of, search
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.card import dynamic_code
from posapp.domain.programme import parse_programme
from posapp.storage import sales
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.basket_edits import add_line
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.sheets import (
    ChoiceSheet,
    CompleteSheet,
    KeymapSheet,
    LookupSheet,
    NewCardSheet,
    TenderSheet,
)
from posapp.ui.i18n import Language, Translator
from posapp.ui.messages import Words
from tests.integration.tills import CASHIER, SteppingClock, demo_till
from tests.unit.ui.checkout.shells import PlainShell

LIN = "13857166021"


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = demo_till(tmp_path, clock)
    yield made
    made.database.close()


@pytest.fixture
def shell() -> PlainShell:
    return PlainShell()


@pytest.fixture
def desk(till: Till, shell: PlainShell) -> CheckoutPresenter:
    presenter = CheckoutPresenter(till, CASHIER, shell)
    presenter.start()
    return presenter


def words(text: Words | None, language: Language = Language.ZH_CN) -> str:
    return Translator(language).text(text)


def barcode(till: Till, name: str) -> str:
    return search(till, name)[0].barcode


def sheet_of(shell: PlainShell) -> object:
    return shell.state.sheet


def member_of(shell: PlainShell) -> object:
    return shell.state.member


def names(shell: PlainShell) -> list[str]:
    return [line.name for line in shell.state.cart.lines]


def completed(shell: PlainShell) -> bool:
    return isinstance(shell.state.sheet, CompleteSheet)


def scan(desk: CheckoutPresenter, *names: str) -> None:
    for name in names:
        desk.handle(do.ScanReceived(barcode(desk.till, name)))


def test_scan_and_cash_is_a_whole_sale(desk: CheckoutPresenter, shell: PlainShell, till: Till) -> None:
    scan(desk, "明前龙井", "明前龙井")
    assert [(line.quantity, line.net_fen) for line in shell.state.cart.lines] == [("2", 25600)]
    desk.handle(do.CashKey("300"))
    done = shell.state.sheet
    assert isinstance(done, CompleteSheet)
    assert (done.paid_fen, done.change_fen) == (25600, 4400)
    assert len(shell.state.cart.lines) == 0
    assert [copy for _receipt, copy in shell.printed] == [False]
    with till.database.read() as connection:
        assert [sale.due.fen for sale in sales.recent(connection)] == [25600]


def test_the_next_scan_opens_the_next_sale(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.CashKey(""))
    assert completed(shell)
    scan(desk, "手工黄油曲奇")
    assert sheet_of(shell) is None
    assert [line.name for line in shell.state.cart.lines] == ["手工黄油曲奇 180g"]


def test_keys_typed_while_a_scan_is_looked_up_wait_for_it(desk: CheckoutPresenter, shell: PlainShell) -> None:
    """Cash must never be taken for a basket that lacks the goods just scanned."""
    code = barcode(desk.till, "明前龙井")
    shell.held = True
    desk.handle(do.ScanReceived(code))
    desk.handle(do.ScanReceived(code))
    desk.handle(do.CashKey("300"))
    assert len(shell.state.cart.lines) == 0
    shell.release()
    shell.release()
    done = shell.state.sheet
    assert isinstance(done, CompleteSheet)
    assert done.paid_fen == 25600


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
    assert shell.state.member.tier_style == "gold"
    assert words(shell.state.member.tier_name) == "金卡"


def test_one_match_is_attached_at_once(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.MemberKey("7166021"))
    assert shell.state.member is not None
    assert sheet_of(shell) is None


def test_a_phone_code_attaches_and_lets_points_be_spent(
    desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock
) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.MemberKey(LIN))
    desk.handle(do.FunctionKey(5, "800"))
    assert shell.state.omnibox.toast is not None, "by phone alone, points are not spent"
    assert desk.session.quote.points_spent.count == 0
    member = desk.session.basket.member
    assert member is not None
    shown = dynamic_code(desk.till.keys.member_key, int(member.card_number), int(clock.now().timestamp()))
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
    desk.handle(do.SetLanguage("en"))
    (line,) = shell.state.cart.lines
    assert line.name.isascii()
    assert words(line.adjustments[0].label, Language.EN) == "Gold 15% off"


def test_a_new_card_is_opened_and_used(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    assert shell.state.join.saves_fen == 640
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
    assert sheet.saves_fen == 640
    desk.handle(do.NewCardSubmitted("13957166099"))
    assert sheet_of(shell) is None
    assert shell.state.member is not None
    assert shell.state.money.due_fen == 12160


def test_opening_a_card_for_a_known_number_says_so_and_uses_it(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.FunctionKey(3, LIN))
    desk.handle(do.NewCardEdited(LIN))
    sheet = shell.state.sheet
    assert isinstance(sheet, NewCardSheet)
    assert words(sheet.phone_status).startswith("已是会员")
    desk.handle(do.NewCardSubmitted(LIN))
    assert shell.state.member is not None
    assert shell.state.member.name == "林晓梅"


def test_a_card_with_a_bad_birthday_is_refused_in_place(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.FunctionKey(3))
    desk.handle(do.NewCardSubmitted("13957166099", birthday="0631"))
    assert shell.state.omnibox.toast is not None
    assert "0631" in words(shell.state.omnibox.toast.title)
    assert shell.state.member is None


def test_quantity_steps_removal_and_undo(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井", "手工黄油曲奇")
    desk.handle(do.QuantityKey("3"))
    assert [line.quantity for line in shell.state.cart.lines] == ["1", "3"]
    desk.handle(do.LineMoved(-1))
    desk.handle(do.LineStep(1))
    assert [line.quantity for line in shell.state.cart.lines] == ["2", "3"]
    desk.handle(do.RemoveLine())
    assert [line.number for line in shell.state.cart.lines] == [1]
    assert shell.state.omnibox.toast is not None
    for expected in (["2", "3"], ["1", "3"], ["1", "1"], ["1"], []):
        desk.handle(do.Undo())
        assert [line.quantity for line in shell.state.cart.lines] == expected


@pytest.mark.parametrize("typed", ["", "x", "1.5"])
def test_a_bad_quantity_is_refused_in_a_sentence(desk: CheckoutPresenter, shell: PlainShell, typed: str) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.QuantityKey(typed))
    assert shell.state.cart.lines[0].quantity == "1"
    assert shell.state.omnibox.toast is not None


def test_cash_that_does_not_reach_is_refused(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.CashKey("100"))
    assert shell.state.omnibox.toast is not None
    assert words(shell.state.omnibox.toast.title) == "还差 ¥28.00"
    desk.handle(do.CashKey("1x"))
    assert "1x" in words(shell.state.omnibox.toast.title)
    assert not completed(shell)


def test_enter_goes_to_paying_and_finishes_with_the_exact_amount(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.EnterPressed())
    assert isinstance(shell.state.sheet, TenderSheet)
    assert shell.state.tender.quick_cash_fen == (12800, 13000, 14000, 15000)
    desk.handle(do.TenderEdited("150"))
    assert shell.state.tender.change_fen == 2200
    desk.handle(do.EscPressed())
    assert sheet_of(shell) is None
    assert len(shell.state.cart.lines) == 1
    desk.handle(do.EnterPressed())
    desk.handle(do.EnterPressed())
    done = shell.state.sheet
    assert isinstance(done, CompleteSheet)
    assert done.change_fen == 0
    desk.handle(do.EnterPressed())
    assert sheet_of(shell) is None


def test_an_empty_basket_cannot_be_paid(desk: CheckoutPresenter, shell: PlainShell) -> None:
    for intent in (do.EnterPressed(), do.PayKey(), do.CashKey("10"), do.FunctionKey(10)):
        desk.handle(intent)
        assert sheet_of(shell) is None
        assert shell.state.omnibox.toast is not None


def test_parking_and_taking_up_again_swaps_sales(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.MemberKey(LIN))
    desk.handle(do.FunctionKey(6))
    assert len(shell.state.cart.lines) == 0
    assert shell.state.top.parked == 1
    scan(desk, "手工黄油曲奇")
    desk.handle(do.FunctionKey(6, shift=True))
    sheet = shell.state.sheet
    assert isinstance(sheet, ChoiceSheet)
    desk.handle(do.EnterPressed())
    assert shell.state.member is not None
    assert names(shell) == ["明前龙井 特级 50g 罐装"]
    assert shell.state.top.parked == 1, "what was on the counter is parked in its place"


def test_an_unknown_code_is_said_and_never_opened(desk: CheckoutPresenter, shell: PlainShell) -> None:
    for text in ("6999999999995", "https://example.com/steal?x=1", "98" + "1" * 29, "97" + "1" * 39):
        desk.handle(do.ScanReceived(text))
        assert len(shell.state.cart.lines) == 0
        assert shell.state.omnibox.toast is not None
        desk.handle(do.EscPressed())
        assert shell.state.omnibox.toast is None


def test_a_name_with_several_matches_is_listed(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.EnterPressed("燕麦拿铁"))
    sheet = shell.state.sheet
    assert isinstance(sheet, ChoiceSheet)
    desk.handle(do.RowMoved(1))
    wanted = sheet.rows[1].title
    desk.handle(do.EnterPressed())
    assert [line.name for line in shell.state.cart.lines] == [wanted]


def test_a_plu_and_a_quick_item(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.EnterPressed("102"))
    desk.handle(do.QuickItemChosen(8))
    assert [line.name for line in shell.state.cart.lines] == ["美式 大杯", "购物袋 中"]
    assert len(shell.state.cart.quick_items) == 10


def test_reprinting_prints_the_same_receipt_as_a_copy(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.ReprintReceipt())
    assert shell.printed == []
    scan(desk, "明前龙井")
    desk.handle(do.CashKey(""))
    desk.handle(do.ReprintReceipt())
    assert [(receipt.number, copy) for receipt, copy in shell.printed] == [
        (shell.printed[0][0].number, False), (shell.printed[0][0].number, True),
    ]  # fmt: skip


def test_member_day_shows_in_the_top_bar(desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock) -> None:
    assert shell.state.top.occasion is None
    clock.step(days=1)
    desk.tick()
    assert words(shell.state.top.occasion) == "会员日"


def test_help_opens_and_closes(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.FunctionKey(1))
    assert isinstance(shell.state.sheet, KeymapSheet)
    desk.handle(do.EscPressed())
    assert sheet_of(shell) is None


def test_a_failing_commit_keeps_the_sale_on_the_screen(desk: CheckoutPresenter, shell: PlainShell, till: Till) -> None:
    """A full disk: nothing is written, nothing is lost, and the cashier is told."""
    scan(desk, "明前龙井")
    with till.database.write() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages}")
    for _attempt in range(40):
        desk.handle(do.CashKey(""))
        if not completed(shell):
            break
        scan(desk, "明前龙井")
    assert not completed(shell), "a disk without room cannot take sales for ever"
    assert len(shell.state.cart.lines) == 1
    toast = shell.state.omnibox.toast
    assert toast is not None
    with till.database.read() as connection:
        before = len(sales.recent(connection, 100))
    with till.database.write() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA max_page_count = 1000000")
    desk.handle(do.CashKey(""))
    assert completed(shell)
    with till.database.read() as connection:
        assert len(sales.recent(connection, 100)) == before + 1


def test_state_of_an_offline_till(desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock) -> None:
    since = clock.now()
    clock.step(minutes=37)
    status = replace(desk.session.sync, kind=type(desk.session.sync.kind).OFFLINE, pending=12, offline_since=since)
    desk.sync_changed(status)
    assert shell.state.top.sync.pending == 12
    assert shell.state.banner is not None
    assert words(shell.state.banner.title) == "断网 37 分钟，照常收银"


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
    assert desk.session.last_receipt is not None
    assert desk.session.last_receipt.ladder == (("传单券 满 150 减 20", Money(2000)),)


def test_two_codes_on_one_order_leave_the_better_one(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井", "手工黄油曲奇")
    for code in ("QH88", "QH20"):
        desk.handle(do.EnterPressed(code))
    assert shell.state.money.due_fen == 16000 - 2000, "20.00 beats 12 % of 160.00, one coupon an order"
