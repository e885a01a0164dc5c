"""Points that wait until returns end: panel, finished sale and receipt count alike (domain.md §2.4, §2.7)."""

from __future__ import annotations

import pytest

from posapp.application.receipt import Receipt, RefundReceipt
from posapp.application.till import Till
from posapp.hardware.receipt_text import render
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.sheets import CompleteSheet, ReturnSheet
from posapp.ui.i18n import Language
from tests.integration.demo_shop import publish
from tests.integration.tills import SteppingClock, labels
from tests.unit.ui.checkout.counter import LIN, scan, words
from tests.unit.ui.checkout.shells import PlainShell


@pytest.fixture(autouse=True)
def freezing(till: Till) -> None:
    publish(till, points_life={"months": 12, "freeze_days": 7})


def tile(shell: PlainShell) -> tuple[str, str]:
    """The points of the member's panel, and what is said of them."""
    assert shell.state.member is not None
    one = shell.state.member.balances[0]
    return words(one.value), words(one.note)


def changes(shell: PlainShell) -> dict[str, tuple[str, str]]:
    sheet = shell.state.sheet
    assert isinstance(sheet, CompleteSheet)
    return {words(one.label): (words(one.before), words(one.after)) for one in sheet.balances}


def sell(desk: CheckoutPresenter) -> None:
    desk.handle(do.MemberKey(LIN))
    scan(desk, "明前龙井")
    desk.handle(do.CashKey(""))


def test_what_may_be_spent_and_what_waits_are_said_apart_and_alike(
    desk: CheckoutPresenter, shell: PlainShell, clock: SteppingClock
) -> None:
    sell(desk)
    earned = desk.session.last_receipt
    assert isinstance(earned, Receipt)
    assert earned.member is not None
    waits = str(earned.member.points_earned.count)
    assert changes(shell)[f"积分（另冻结 {waits}）"] == ("3,482", "3,482")
    assert (earned.member.points_before.count, earned.member.points_after.count) == (3482, 3482)
    paper = render(earned, labels())
    assert any("积分" in row and "3482 → 3482" in row for row in paper)
    assert any(row.startswith("冻结积分") and row.endswith(waits) for row in paper)
    english = render(earned, labels("en"))
    assert any(row.startswith("Frozen until returns end") and row.endswith(waits) for row in english)
    desk.handle(do.NextSale())
    desk.handle(do.MemberKey(LIN))
    assert tile(shell) == ("3,482", f"冻结 {waits} 分")
    clock.step(days=7)
    desk.handle(do.DetachMember())
    desk.handle(do.MemberKey(LIN))
    assert tile(shell)[0] == f"{3482 + int(waits):,}", "seven days later it may be spent"


def test_a_return_says_that_it_counts_frozen_points_too(desk: CheckoutPresenter, shell: PlainShell) -> None:
    sell(desk)
    desk.handle(do.NextSale())
    desk.handle(do.FunctionKey(9, shift=True))
    desk.handle(do.EnterPressed())
    desk.handle(do.ReturnAll())
    sheet = shell.state.sheet
    assert isinstance(sheet, ReturnSheet)
    (points,) = (fact for fact in sheet.facts if fact.icon == "coins")
    assert words(points.label) == "积分（含冻结）"
    assert words(points.label, Language.EN) == "All points"
    desk.handle(do.EnterPressed())
    before, after = changes(shell)["积分（含冻结）"]
    assert words(points.value) == f"{before} → {after}"
    slip = shell.printed[-1]
    assert isinstance(slip, RefundReceipt)
    assert any(row.startswith("积分（含冻结）") for row in render(slip, labels()))
