"""Bonus by hand from the member's file, in a real window: shown first, agreed to, in the history (domain.md §5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from posapp.application.stored_value.cards import stored_cards
from posapp.domain.events import ApprovalAnswered, BonusGranted
from posapp.storage import event_search
from posapp.ui.checkout.file_modes import FileFormMode, FilePickMode, Page
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.sheets import ChoiceSheet
from posapp.ui.checkout.state import SyncKind
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, until
from tests.ui.member_files import (
    MANAGER,
    agree,
    begin,
    file_of,
    file_sheet,
    fill,
    form,
    member_id,
    open_file,
    refused,
    submit,
    toast,
    with_member,
)
from tests.ui.test_stored_value import charge

BONUS = 9


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    yield from with_member(tmp_path, make_window())


def may_alone(counter: Counter, fen: int | None) -> None:
    """The cashier's own limit."""
    cashier = counter.presenter.cashier
    counter.presenter.cashier = replace(cashier, limits=replace(cashier.limits, bonus_by_hand=fen))


def facts(counter: Counter) -> list[str]:
    return [counter.window.ctx.text(fact.value) for fact in form(counter).facts]


def spendable(counter: Counter) -> int:
    till = counter.presenter.till
    (card,) = stored_cards(till, member_id(counter))
    return card.spendable(till.business_day()).fen


def test_a_cashier_gives_bonus_once_the_manager_agrees_and_the_history_says_why(counter: Counter) -> None:
    charge(counter)
    open_file(counter, Page.WALLET)
    begin(counter, BONUS)
    assert facts(counter)[1:] == ["1,000.00", "200.00 → 200.00", "1,200.00 → 1,200.00"]
    assert refused(counter) == "请输入金额，如 20 或 20.50"
    fill(counter, bonus="20")
    until(lambda: facts(counter)[1:] == ["1,000.00", "200.00 → 220.00", "1,200.00 → 1,220.00"], "before and after")
    assert refused(counter) == "请写明原因", "nobody is asked without one"
    fill(counter, bonus="20", note="茶洒了")
    submit(counter, agreed=True)
    assert toast(counter) == "储值 1,200.00 → 1,220.00"
    assert spendable(counter) == 122_000
    with counter.presenter.till.database.read() as connection:
        (given,) = event_search.of_kind(connection, BonusGranted)
        (answered,) = event_search.of_kind(connection, ApprovalAnswered)
    assert (given.approver, given.reason) == (MANAGER, "茶洒了")
    assert (answered.right, answered.amount, answered.limit, answered.reason) == ("bonus_by_hand", 2_000, 0, "茶洒了")
    for _ in range(3):
        counter.press(Qt.Key.Key_Right)
    until(lambda: file_of(counter).history is not None, "the history")
    newest = file_sheet(counter).rows[0]
    text = counter.window.ctx.text
    assert text(newest.title).endswith("储值赠送")
    assert [text(part) for part in newest.detail] == ["储值 +20.00", "茶洒了"]


def test_within_ones_own_limit_it_is_done_at_once_also_offline_and_above_it_somebody_is_asked(
    counter: Counter,
) -> None:
    charge(counter)
    may_alone(counter, 1_000)
    counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=1))
    open_file(counter, Page.WALLET)
    begin(counter, BONUS)
    fill(counter, bonus="10", note="漏送")
    submit(counter)
    assert spendable(counter) == 121_000
    begin(counter, BONUS)
    fill(counter, bonus="10.01", note="漏送")
    counter.press(Qt.Key.Key_Return)
    agree(counter)
    until(lambda: spendable(counter) == 122_001, "agreed to")


def test_without_a_card_it_says_what_to_do_first(counter: Counter) -> None:
    open_file(counter, Page.WALLET)
    counter.type(str(BONUS))
    until(lambda: isinstance(counter.session.mode, FilePickMode), "the cards")
    sheet = counter.window.view.sheet
    assert isinstance(sheet, ChoiceSheet)
    assert counter.window.ctx.text(sheet.nothing) == "没有储值卡，先充值开卡"
    counter.press(Qt.Key.Key_Return)
    assert not isinstance(counter.session.mode, FileFormMode)


def test_a_card_never_holds_more_than_the_law_lets_it(counter: Counter) -> None:
    charge(counter)
    may_alone(counter, None)
    open_file(counter, Page.WALLET)
    begin(counter, BONUS)
    fill(counter, bonus="4000", note="赔付")
    assert refused(counter) == "这种卡余额（含赠送）不得超过 5000.00 元，还可充 3800.00 元"
