"""A return at the counter takes back what the sale had brought, and says so first (domain.md §2.5)."""

from __future__ import annotations

from posapp.application.receipt import RefundReceipt
from posapp.application.till import Till
from posapp.hardware.receipt_text import render
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.sheets import CompleteSheet, ReturnSheet
from posapp.ui.checkout.state import SyncKind
from posapp.ui.i18n import Language
from tests.integration.demo_shop import publish
from tests.integration.tills import labels
from tests.unit.ui.checkout.counter import LIN, scan, words
from tests.unit.ui.checkout.shells import PlainShell

GIFT = {"id": "first_gift", "on": "first_sale", "give": {"coupons": ["welcome5"], "points": 20}}
GOLD = {"id": "gold", "on": "tier_reached", "give": {"coupons": ["welcome5"]}}


def test_the_sheet_names_the_gift_and_the_points_and_the_receipt_too(
    desk: CheckoutPresenter, shell: PlainShell, till: Till
) -> None:
    publish(till, triggers=[GIFT])
    desk.handle(do.MemberKey(LIN))
    scan(desk, "明前龙井")
    desk.handle(do.CashKey(""))
    desk.handle(do.NextSale())
    desk.handle(do.FunctionKey(9, shift=True))
    desk.handle(do.EnterPressed())
    desk.handle(do.ReturnAll())
    sheet = shell.state.sheet
    assert isinstance(sheet, ReturnSheet)
    assert "此前送的 新人 5 元券 未用，随退货收回" in [words(one) for one in sheet.sentences]
    english = [words(one, Language.EN) for one in sheet.sentences]
    assert any(sentence.startswith("Unused and gone with it: ") for sentence in english)
    (points,) = (fact for fact in sheet.facts if fact.icon == "coins")
    desk.handle(do.EnterPressed())
    done = shell.state.sheet
    assert isinstance(done, CompleteSheet)
    after = {words(one.label): words(one.after) for one in done.balances}
    assert words(points.value) == f"3,610 → {after['积分']}"
    slip = shell.printed[-1]
    assert isinstance(slip, RefundReceipt)
    assert slip.gifts_gone == ("新人 5 元券",)
    assert "收回赠券" in "".join(render(slip, labels()))


def test_without_the_server_it_says_that_another_stores_gift_goes_later(
    desk: CheckoutPresenter, shell: PlainShell, till: Till
) -> None:
    publish(till, triggers=[GOLD])
    desk.handle(do.MemberKey(LIN))
    scan(desk, "明前龙井")
    desk.handle(do.CashKey(""))
    desk.handle(do.NextSale())
    for kind, said in ((SyncKind.OFFLINE, True), (SyncKind.SYNCED, False)):
        desk.sync_changed(SyncStatus(kind))
        desk.handle(do.FunctionKey(9, shift=True))
        desk.handle(do.EnterPressed())
        desk.handle(do.ReturnAll())
        sheet = shell.state.sheet
        assert isinstance(sheet, ReturnSheet)
        told = {words(one) for one in sheet.sentences}
        assert ("断网：其他门店若为此送过礼，联网后收回未用的" in told) is said
        desk.handle(do.EscPressed())
        desk.handle(do.EscPressed())
