"""Signing up for a workshop from the member's file, in a real window, by keys alone (W-46)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from posapp.application.members import open_card
from posapp.application.workshops import join_workshop
from posapp.domain.events import CheckInUndone, WorkshopAttended, WorkshopJoined, WorkshopLeft
from posapp.domain.time import BusinessDay
from posapp.storage import event_search
from posapp.storage.verify import verify
from posapp.ui.checkout.file_modes import Page
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.state import SyncKind
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.fitting import misfits
from tests.ui.member_files import attach, file_of, file_sheet, member_id, open_file, toast

TEA_DAY = date(2026, 12, 19)


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    opened = open_counter(tmp_path, make_window())
    attach(opened)
    open_file(opened, Page.EVENTS)
    yield opened
    report = verify(opened.presenter.till.database)
    assert report.ok, report.differences
    opened.close()


def shown(counter: Counter) -> list[tuple[str, str]]:
    text = counter.window.ctx.text
    return [
        (f"{text(row.title)}：{text(row.value)}", " · ".join(text(part) for part in row.detail))
        for row in file_sheet(counter).rows
    ]


def strike(counter: Counter, digit: int) -> str:
    """A digit, and what is said then."""
    counter.presenter.toast(None)
    counter.type(str(digit))
    until(lambda: counter.session.toast is not None, "something is said")
    return toast(counter)


def detail(counter: Counter) -> str:
    notice = counter.session.toast
    return counter.window.ctx.text(notice.detail) if notice is not None else ""


def test_a_place_is_taken_given_up_and_taken_again_with_one_key_each(counter: Counter) -> None:
    assert shown(counter) == [
        ("冬茶品鉴会：余 20 / 20 位", "12-19 周六"),
        ("新春雅集：余 8 / 8 位", "01-16 周六 · 面向钻石卡"),
    ]
    assert strike(counter, 2) == "这位会员没有报名"
    assert strike(counter, 1) == "已报名 冬茶品鉴会，第 1 / 20 位"
    assert shown(counter)[0] == ("冬茶品鉴会：余 19 / 20 位", "已报名 · 12-19 周六")
    assert strike(counter, 1) == "这位会员已报名"
    assert strike(counter, 2) == "已取消报名：冬茶品鉴会"
    assert strike(counter, 1) == "已报名 冬茶品鉴会，第 1 / 20 位", "cancelling is taken back by signing up"
    counter.press(Qt.Key.Key_Right)
    until(lambda: file_of(counter).history is not None, "the history")
    texts = [(title.rsplit(" ", 1)[-1], detail) for title, detail in shown(counter)][:3]
    assert texts == [("活动报名：", "冬茶品鉴会"), ("取消报名：", "冬茶品鉴会"), ("活动报名：", "冬茶品鉴会")]


def test_who_is_not_meant_is_told_for_whom_it_is(counter: Counter) -> None:
    counter.press(Qt.Key.Key_Down)
    until(lambda: file_of(counter).selected == 1, "the gathering")
    assert strike(counter, 1) == "活动面向：钻石卡"


def test_a_full_workshop_queues_and_who_cancels_hands_the_place_on_by_name(counter: Counter) -> None:
    till, cashier = counter.presenter.till, counter.presenter.cashier
    guests = [open_card(till, f"139571600{number:02d}", cashier.id, name=f"客{number}").member for number in range(21)]
    for guest in guests[:19]:
        join_workshop(till, guest.id, "winter_tea", cashier, online=True)
    assert strike(counter, 1) == "已报名 冬茶品鉴会，第 20 / 20 位"
    join_workshop(till, guests[19].id, "winter_tea", cashier, online=True)
    assert strike(counter, 2) == "已取消报名：冬茶品鉴会"
    assert detail(counter) == "名额给了候补的 客19（139 **** 0019），请告知"
    assert strike(counter, 1) == "名额已满，冬茶品鉴会 候补第 1 位"
    assert shown(counter)[0] == ("冬茶品鉴会：20 位已满 · 候补 1 人", "候补中 · 12-19 周六")
    assert strike(counter, 3) == "这位会员没有名额"


def test_coming_is_recorded_on_the_day_alone_also_without_the_network(counter: Counter) -> None:
    strike(counter, 1)
    assert strike(counter, 3) == "活动当天（2026-12-19）才能签到"
    till = counter.presenter.till
    counter.clock.step(days=BusinessDay.of(TEA_DAY).ordinal - till.business_day().ordinal)
    counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=1))
    until(lambda: not counter.presenter.online, "offline")
    assert strike(counter, 2) == "名额与其他收银机共用，联网后再报名或取消；签到照常"
    assert strike(counter, 3) == "冬茶品鉴会：已签到"
    assert shown(counter)[0][1].startswith("已到场")
    assert strike(counter, 3) == "这位会员已签到，Ctrl Z 撤销"
    counter.presenter.sync_changed(SyncStatus(SyncKind.SYNCED))
    until(lambda: counter.presenter.online, "online")
    assert strike(counter, 2) == "这位会员已签到，不能取消报名"
    with till.database.read() as connection:
        (came,) = event_search.of_kind(connection, WorkshopAttended)
        assert len(event_search.of_kind(connection, WorkshopJoined)) == 1
        assert event_search.of_kind(connection, WorkshopLeft) == []
    assert (came.member, came.workshop) == (member_id(counter), "winter_tea")


def test_a_mistaken_check_in_is_taken_back_with_the_chord_of_undo_also_later(counter: Counter) -> None:
    strike(counter, 1)
    till = counter.presenter.till
    counter.clock.step(days=BusinessDay.of(TEA_DAY).ordinal - till.business_day().ordinal)
    counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=1))
    assert strike(counter, 3) == "冬茶品鉴会：已签到"
    notice = counter.session.toast
    assert notice is not None
    assert notice.action is not None
    assert notice.action.key_hint == "Ctrl Z"
    assert misfits(counter.window) == []
    assert undo(counter) == "冬茶品鉴会：已撤销签到"
    assert shown(counter)[0][1].startswith("已报名")
    assert undo(counter) == "这位会员没有签到"
    assert strike(counter, 3) == "冬茶品鉴会：已签到"
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "the file closed")
    open_file(counter, Page.EVENTS)
    assert undo(counter) == "冬茶品鉴会：已撤销签到", "as long as it stands there"
    with till.database.read() as connection:
        came = event_search.of_kind(connection, WorkshopAttended)
        undone = event_search.of_kind(connection, CheckInUndone)
    assert [(one.member, one.workshop) for one in undone] == [(one.member, one.workshop) for one in came]
    assert len(undone) == 2


def undo(counter: Counter) -> str:
    """Ctrl+Z, and what is said then."""
    counter.presenter.toast(None)
    counter.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: counter.session.toast is not None, "something is said")
    return toast(counter)
