"""Ctrl+E in the real window: what tills did against each other, decided by keys, by a manager where it needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from posapp.application.members import find_members
from posapp.domain.accounts import Account
from posapp.domain.events import ExceptionClosed, Recorded
from posapp.domain.inbox.kinds import ExceptionKind
from posapp.storage import assets, event_log, inbox, settings, streams
from posapp.storage.verify import verify
from posapp.ui.checkout.inbox_modes import CaseMode, InboxMode
from posapp.ui.checkout.inbox_sheet import CaseSheet
from posapp.ui.checkout.session import SyncStatus, TenderMode
from posapp.ui.checkout.sheets import ChoiceSheet
from posapp.ui.checkout.staff_modes import ApprovalMode
from posapp.ui.checkout.state import SyncKind
from posapp.ui.messages import msg
from posapp.ui.widgets.button import Button
from tests.inbox_cases import AT, LOT, THERE, case, line, overspend, owing, paid_by_card
from tests.ui.counters import until
from tests.ui.fitting import misfits

if TYPE_CHECKING:
    from posapp.domain.ids import MemberId
    from tests.ui.counters import Counter

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def xiaomei(counter: Counter) -> MemberId:
    (found,) = find_members(counter.presenter.till, "13857166021").members
    return found.id


def tell(counter: Counter, *cases: inbox.KeptCase) -> None:
    """The server told these."""
    till = counter.presenter.till
    with till.database.write() as connection:
        inbox.replace_all(connection, cases)
        settings.put(connection, inbox.HEARD_AT, round(AT.timestamp() * 1_000_000))
    counter.presenter.sync_changed(SyncStatus(SyncKind.SYNCED, exceptions=len(cases)))


def open_inbox(counter: Counter) -> ChoiceSheet:
    counter.press(Qt.Key.Key_E, CTRL)
    until(lambda: isinstance(counter.session.mode, InboxMode), "the inbox")
    sheet = counter.window.view.sheet
    assert isinstance(sheet, ChoiceSheet)
    return sheet


def open_first(counter: Counter) -> CaseSheet:
    open_inbox(counter)
    counter.type("1")
    until(lambda: isinstance(counter.session.mode, CaseMode), "the exception")
    sheet = counter.window.view.sheet
    assert isinstance(sheet, CaseSheet)
    return sheet


def agree(counter: Counter) -> None:
    """The manager agrees with her PIN."""
    until(lambda: isinstance(counter.session.over, ApprovalMode), "somebody is asked")
    counter.press(Qt.Key.Key_1, ALT)
    until(
        lambda: isinstance(counter.session.over, ApprovalMode) and counter.session.over.number == "2001", "the manager"
    )
    counter.type("8024")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.over is None, "agreed")


def closings(counter: Counter) -> list[Recorded]:
    with counter.presenter.till.database.read() as connection:
        every = [one for each in streams.every(connection) for one in event_log.recorded_events(connection, each.id)]
    return [one for one in every if isinstance(one.event, ExceptionClosed)]


def button(counter: Counter, name: str) -> Button:
    found = counter.window.view.findChild(Button, name)
    assert isinstance(found, Button)
    return found


def test_a_cashier_sees_the_ledger_and_a_manager_agrees_to_the_recommended_way(counter: Counter) -> None:
    tell(counter, overspend(counter.presenter.till, xiaomei(counter)))
    assert not button(counter, "exceptions").isVisible(), "cashiers continue"
    sheet = open_first(counter)
    assert [one.moved for one in sheet.lines] == ["+80.00", "−50.00", "−50.00"]
    assert [one.balance for one in sheet.lines] == [
        msg("inbox.balance", amount=amount) for amount in ("80.00", "30.00", "−20.00")
    ]
    assert len(sheet.options) == 3
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Return)
    agree(counter)
    until(lambda: isinstance(counter.session.mode, InboxMode) and counter.session.mode.count == 0, "closed")
    assert misfits(counter.window) == []
    event = closings(counter)[-1].event
    assert isinstance(event, ExceptionClosed)
    assert (event.remedy, event.approver, event.operator) == ("write_off", "2001", "1001")
    assert event.member == xiaomei(counter)
    till = counter.presenter.till
    with till.database.read() as connection:
        assert assets.balances(connection, LOT)[Account.STORED_PRINCIPAL] == 0
    assert verify(till.database).ok
    assert counter.session.sync.exceptions == 0


def test_a_manager_is_shown_a_red_count_and_decides_alone_by_a_digit(counter: Counter) -> None:
    tell(counter, overspend(counter.presenter.till, xiaomei(counter)))
    counter.press(Qt.Key.Key_L, CTRL)
    until(lambda: counter.session.over is not None, "locked")
    counter.press(Qt.Key.Key_4, ALT)
    counter.type("8024")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.presenter.cashier.id == "2001", "the manager is here")
    red = button(counter, "exceptions")
    assert red.isVisible()
    assert red.text() == "1 项异常待处理"
    assert misfits(counter.window) == []
    red.click()
    until(lambda: isinstance(counter.session.mode, InboxMode), "the inbox")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, CaseMode), "the exception")
    counter.type("3")
    until(lambda: isinstance(counter.session.mode, InboxMode), "closed")
    (recorded,) = closings(counter)
    assert isinstance(recorded.event, ExceptionClosed)
    assert (recorded.event.remedy, recorded.event.approver) == ("paid", "")
    assert not red.isVisible()


def test_what_nobody_agrees_to_stays_open(counter: Counter) -> None:
    tell(counter, overspend(counter.presenter.till, xiaomei(counter)))
    open_first(counter)
    counter.type("2")
    until(lambda: isinstance(counter.session.over, ApprovalMode), "somebody is asked")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.over is None, "refused")
    assert isinstance(counter.session.mode, CaseMode)
    counter.press(Qt.Key.Key_Up)
    mode = counter.session.mode
    assert isinstance(mode, CaseMode)
    assert mode.line == 1
    counter.press(Qt.Key.Key_Escape)
    until(lambda: isinstance(counter.session.mode, InboxMode), "back in the list")
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "closed")
    assert closings(counter) == []


def test_an_empty_inbox_says_why_it_is_empty(counter: Counter) -> None:
    sheet = open_inbox(counter)
    assert sheet.rows == ()
    assert sheet.nothing_detail is not None
    assert sheet.nothing_detail.key == "inbox.never_heard"
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Escape)
    tell(counter)
    sheet = open_inbox(counter)
    assert sheet.nothing_detail is not None
    assert sheet.nothing_detail.key == "inbox.none_detail"
    assert sheet.found is not None


@pytest.mark.parametrize("kind", [one for one in ExceptionKind if one is not ExceptionKind.OVERDRAFT])
def test_every_kind_can_be_read_and_closed(counter: Counter, kind: ExceptionKind) -> None:
    member = xiaomei(counter)
    account = {ExceptionKind.DEBT: Account.MEMBER_DEBT, ExceptionKind.POINTS_OVERSPENT: Account.MEMBER_POINTS}.get(kind)
    holder, amount = (member, 1_00) if account else (b"", 0)
    if kind is ExceptionKind.DEBT:
        till = counter.presenter.till
        with till.database.write() as connection:
            till.log.append(connection, owing(member, amount), AT)
    lines = (line(THERE, 1, paid_by_card(member, 50_00)),)
    tell(counter, case(kind, THERE, 1, lines, holder, account, amount, "what happened / 发生了什么"))
    sheet = open_first(counter)
    assert 1 <= len(sheet.options) <= 3
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Return)
    agree(counter)
    until(lambda: isinstance(counter.session.mode, InboxMode) and counter.session.mode.count == 0, "closed")
    assert verify(counter.presenter.till.database).ok


def test_in_english_every_reason_is_a_sentence(counter: Counter) -> None:
    counter.press(Qt.Key.Key_0, CTRL)
    until(lambda: counter.presenter.language == "en", "English")
    lines = (line(THERE, 1, paid_by_card(xiaomei(counter), 50_00)),)
    tell(
        counter, case(ExceptionKind.REFUND_EXCESS, THERE, 1, lines, b"", None, -50_00, "receipt 7: more / 小票 7：多退")
    )
    sheet = open_first(counter)
    text = counter.window.ctx.text
    assert text(sheet.detail[-1]) == "Receipt 7: more"
    assert [text(one.cost) for one in sheet.options] == [
        "Costs the customer ¥50.00",
        "Costs the shop ¥50.00",
        "Costs the customer ¥50.00",
    ]
    assert misfits(counter.window) == []


def test_what_is_being_paid_is_not_interrupted(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F9)
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    counter.press(Qt.Key.Key_E, CTRL)
    until(lambda: counter.session.toast is not None, "a word")
    assert isinstance(counter.session.mode, TenderMode)
