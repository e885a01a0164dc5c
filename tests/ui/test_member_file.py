"""The member's file in a real window: the person, by keys and clicks (domain.md X-01, §2.9, §3.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from posapp.domain.events import CardReplaced, NumberClaimed, NumberRevealed
from posapp.domain.member import MemberState
from posapp.storage import event_search, member_states
from posapp.ui.checkout.file_modes import FileFormMode, FileMode, Page
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.state import SyncKind
from posapp.ui.widgets.card_face import CardFace
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, until
from tests.ui.member_files import (
    CTRL,
    MANAGER,
    begin,
    file_of,
    file_sheet,
    fill,
    form,
    may_reveal,
    member_id,
    open_file,
    refused,
    submit,
    toast,
    with_member,
)


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    yield from with_member(tmp_path, make_window())


def button(counter: Counter, name: str) -> QWidget:
    found = counter.window.view.findChild(QWidget, name)
    assert found is not None, name
    return found


def click(counter: Counter, widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    counter.window.view.repaint()


def rows(counter: Counter) -> dict[str, str]:
    text = counter.window.ctx.text
    return {text(row.title): text(row.value) for row in file_sheet(counter).rows}


def test_x01_one_sheet_shows_identity_wallets_events_and_what_was_agreed_to(counter: Counter) -> None:
    open_file(counter)
    shown = rows(counter)
    assert shown["手机号"] == "138 **** 6021"
    assert shown["姓名"] == "林晓梅"
    assert shown["专属客服"] == "王敏 0571-8800 1234", "the adviser of her tier (W-47)"
    assert {"入会授权", "营销消息", "监护人"} <= set(shown)
    counter.press(Qt.Key.Key_Right)
    assert {"优惠券", "储值", "次卡与时卡", "实体卡号"} <= set(rows(counter))
    counter.press(Qt.Key.Key_Right)
    shown = rows(counter)
    assert shown["可用积分"] == "3,482"
    assert shown["等级"] == "金卡"
    assert any(title.startswith("再积") for title in shown), "the way up (W-19)"
    counter.press(Qt.Key.Key_Right)
    assert "冬茶品鉴会" in rows(counter)
    counter.press(Qt.Key.Key_Right)
    until(lambda: file_of(counter).history is not None, "the history")
    assert any(title.endswith("期初导入") for title in rows(counter))
    counter.press(Qt.Key.Key_Left)
    counter.press(Qt.Key.Key_Left)
    assert file_of(counter).page is Page.POINTS
    counter.press(Qt.Key.Key_Escape)
    assert counter.session.mode is None


def test_without_a_member_the_key_says_what_to_do(counter: Counter) -> None:
    counter.presenter.next_sale()
    counter.press(Qt.Key.Key_M, CTRL)
    until(lambda: toast(counter) == "先带出会员", "what to do")


def test_the_card_the_tabs_and_the_actions_are_there_for_a_finger(counter: Counter) -> None:
    card = counter.window.view.findChild(CardFace)
    assert card is not None
    click(counter, card)
    until(lambda: isinstance(counter.session.mode, FileMode), "the file")
    click(counter, button(counter, "file_page_3"))
    assert file_of(counter).page is Page.POINTS
    click(counter, button(counter, "file_do_1"))
    until(lambda: isinstance(counter.session.mode, FileFormMode), "points by hand")
    assert form(counter).form == "file_points"
    click(counter, button(counter, "form_cancel"))
    assert isinstance(counter.session.mode, FileMode)
    click(counter, button(counter, "back"))
    assert not isinstance(counter.window.view.focusWidget(), QPushButton)


def test_the_whole_number_needs_a_permission_and_a_reason_and_is_recorded(counter: Counter) -> None:
    open_file(counter)
    begin(counter, 1)
    fill(counter, reason="快递")
    assert refused(counter) == "没有查看完整手机号的权限"
    may_reveal(counter)
    fill(counter, reason="")
    assert refused(counter) == "请填写查看原因"
    fill(counter, reason="快递")
    submit(counter)
    assert rows(counter)["手机号"] == "138 5716 6021"
    with counter.presenter.till.database.read() as connection:
        (seen,) = event_search.of_kind(connection, NumberRevealed)
    assert (seen.reason, seen.operator) == ("快递", counter.presenter.cashier.id)
    counter.press(Qt.Key.Key_Escape)
    open_file(counter)
    assert rows(counter)["手机号"] == "138 **** 6021", "closing the file hides it again"


def test_name_and_birthday_change_and_the_birthday_once_a_year(counter: Counter) -> None:
    open_file(counter)
    begin(counter, 2)
    fill(counter, name="林小梅", birthday="0608")
    assert counter.window.ctx.text(form(counter).facts[1].value) == "林小梅", "after stands below before"
    submit(counter)
    assert (rows(counter)["姓名"], rows(counter)["生日"]) == ("林小梅", "06-08")
    assert counter.session.basket.member is not None
    assert counter.session.basket.member.profile.name == "林小梅", "the sale knows it too"
    begin(counter, 2)
    fill(counter, birthday="0609")
    assert refused(counter).startswith("生日一年只能改一次")
    counter.press(Qt.Key.Key_Escape)
    counter.clock.step(days=365)
    begin(counter, 2)
    fill(counter, birthday="0609")
    submit(counter)
    assert rows(counter)["生日"] == "06-09"


def test_another_number_needs_somebody_else_and_must_be_free(counter: Counter) -> None:
    who = member_id(counter)
    open_file(counter)
    begin(counter, 3)
    with counter.presenter.till.database.read() as connection:
        other = connection.exec_driver_sql("SELECT phone FROM member WHERE phone <> '13857166021'").scalars().first()
    fill(counter, phone=str(other))
    assert refused(counter, agreed=True) == "该号码已有会员卡，请改用合并"
    fill(counter, phone="13957160007")
    counter.press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    submit(counter, agreed=True)
    assert rows(counter)["手机号"] == "139 **** 0007"
    assert member_id(counter, "13957160007") == who
    with counter.presenter.till.database.read() as connection:
        (claimed,) = event_search.of_kind(connection, NumberClaimed)
    assert (claimed.proof, claimed.approver) == ("id", MANAGER)


def test_offers_are_agreed_to_and_declined_with_one_key(counter: Counter) -> None:
    open_file(counter)
    counter.type("4")
    until(lambda: toast(counter) == "已同意营销消息", "agreed")
    assert rows(counter)["营销消息"] == "同意"
    counter.type("4")
    until(lambda: toast(counter) == "已退订营销消息", "declined")
    assert rows(counter)["营销消息"] == "不同意"


def test_a_guardian_is_recorded_and_a_child_keeps_one(counter: Counter) -> None:
    open_file(counter)
    begin(counter, 2)
    fill(counter, birthday="20200101")
    assert refused(counter) == "未满 14 周岁，先办理监护人同意"
    counter.press(Qt.Key.Key_Escape)
    begin(counter, 5)
    fill(counter, guardian="林国强")
    submit(counter)
    assert rows(counter)["监护人"] == "林国强"
    begin(counter, 2)
    fill(counter, birthday="20200101")
    submit(counter)
    begin(counter, 5)
    fill(counter, guardian="")
    assert refused(counter).startswith("未满 14 周岁须有监护人")


def test_her_own_data_goes_into_a_file_in_a_folder_of_choice(counter: Counter, tmp_path: Path) -> None:
    open_file(counter)
    begin(counter, 6)
    fill(counter, folder=str(tmp_path / "nowhere"))
    assert refused(counter).startswith("不能写入")
    folder = tmp_path / "out"
    folder.mkdir()
    fill(counter, folder=str(folder))
    submit(counter)
    (written,) = folder.iterdir()
    data = json.loads(written.read_text("utf-8"))
    assert data["profile"]["phone"] == "+8613857166021"
    assert data["balances"]["points"] == 3482
    assert "13857166021" not in written.name


def test_leaving_is_confirmed_and_then_nothing_is_left_of_her(counter: Counter) -> None:
    who = member_id(counter)
    counter.scan_goods("明前龙井")
    open_file(counter)
    begin(counter, 7)
    facts = {counter.window.ctx.text(one.label): one.value for one in form(counter).facts}
    assert facts["放弃积分"] == "3,482"
    assert refused(counter) == "先由会员确认，再勾选"
    click(counter, button(counter, "form_tick"))
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None and counter.session.basket.member is None, "gone")
    assert len(counter.session.quote.lines) == 1, "the sale on the counter goes on without her"
    with counter.presenter.till.database.read() as connection:
        assert member_states.membership(connection, who).state is MemberState.FORGOTTEN


def test_offline_what_needs_the_server_says_so_in_one_sentence_and_the_rest_works(counter: Counter) -> None:
    counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=1))
    until(lambda: not counter.presenter.online, "offline")
    sentence = "断网时不能办理，以免两台收银机同时改；收银不受影响，联网后再办"
    open_file(counter)
    for digit in "37":
        counter.type(digit)
        until(lambda: toast(counter) == sentence, f"why not {digit}")
        counter.presenter.toast(None)
    counter.press(Qt.Key.Key_Right)
    for digit in "56":
        counter.type(digit)
        until(lambda: toast(counter) == sentence, f"why not {digit}")
        counter.presenter.toast(None)
    begin(counter, 4)
    submit(counter)
    with counter.presenter.till.database.read() as connection:
        (replaced,) = event_search.of_kind(connection, CardReplaced)
    assert file_of(counter).file.member.card_number == replaced.new_card
