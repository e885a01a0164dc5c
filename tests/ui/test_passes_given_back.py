"""A pass is given back from the member's file, in a real window: what the law returns, shown first (domain.md §3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from posapp.application.passes import PassOrder, PassUse, held_passes, sell_pass, use_pass
from posapp.domain.amounts import Money
from posapp.domain.events import ApprovalAnswered, PassRefunded, Tender
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage import event_search
from posapp.storage.verify import verify
from posapp.ui.checkout.file_modes import FileFormMode, FilePickMode, Page
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.state import SyncKind
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.member_files import ALT, CTRL, attach, form, member_id, open_file, submit, toast


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    """林晓梅 has ten coffees for 199.00, of which she had three, and a month of the tea room."""
    opened = open_counter(tmp_path, make_window())
    till, cashier = opened.presenter.till, opened.presenter.cashier
    for template, fen in (("latte10", 19_900), ("tea_room", 30_000)):
        paid = (Tender(TenderMethod.CASH, Money(fen), Money(fen)),)
        sell_pass(till, PassOrder(template.encode(), member_id(opened), template, paid, cashier))
    coffee = next(one for one in held_passes(till, member_id(opened)) if one.asset.template == "latte10")
    use_pass(till, PassUse(b"u", coffee.asset.id, 3, cashier, Identification.DYNAMIC_CODE, online=True))
    attach(opened)
    open_file(opened, Page.WALLET)
    yield opened
    report = verify(till.database)
    assert report.ok, report.differences
    opened.close()


def pick(counter: Counter, name: str) -> None:
    """7, and the pass of this name."""
    counter.type("7")
    until(lambda: isinstance(counter.session.mode, FilePickMode), "the passes")
    mode = counter.session.mode
    assert isinstance(mode, FilePickMode)
    names = [counter.window.ctx.text(row.title) for row in mode.list.rows("zh_CN")]
    assert sorted(names) == ["咖啡 10 次卡", "茶室月卡"]
    counter.type(str(1 + names.index(name)))
    until(lambda: isinstance(counter.session.mode, FileFormMode), "what it comes to")


def facts(counter: Counter) -> list[str]:
    return [counter.window.ctx.text(fact.value) for fact in form(counter).facts]


def test_at_the_members_wish_what_was_used_counts_at_its_full_price(counter: Counter) -> None:
    pick(counter, "咖啡 10 次卡")
    assert facts(counter)[1:] == ["199.00", "7", "121.00"], "three coffees at 26.00 each"
    counter.press(Qt.Key.Key_3, ALT)
    until(lambda: facts(counter)[-1] == "139.30", "by the shop's fault they count at the pass's price")
    ways = [counter.window.ctx.text(way.label) for way in form(counter).ways]
    assert ways == ["会员要退 · 现金", "会员要退 · 银行卡", "本店原因 · 现金", "本店原因 · 银行卡"], (
        "used: no cooling off"
    )
    counter.press(Qt.Key.Key_1, ALT)
    until(lambda: facts(counter)[-1] == "121.00", "her wish again")
    submit(counter, agreed=True)
    assert toast(counter) == "已退卡，退款 121.00"
    paper = counter.paper("*P000*")
    for words in ("退卡单", "咖啡 10 次卡", "林** 138 **** 6021", "7 / 10", "会员要退（第 19 条）", "￥121.00", "签名"):
        assert words in paper, words
    counter.press(Qt.Key.Key_P, CTRL)
    until(lambda: "补打 第 1 次" in counter.paper("*P000*"), "it is reprinted as every slip is")
    till = counter.presenter.till
    with till.database.read() as connection:
        (back,) = event_search.of_kind(connection, PassRefunded)
        (answered,) = event_search.of_kind(connection, ApprovalAnswered)
    assert (back.refund, back.basis, back.approver) == (Money(12_100), "art19", "2001")
    assert back.tenders == (Tender(TenderMethod.CASH, Money(12_100), Money(12_100)),)
    assert (answered.right, answered.amount) == ("cash_refund", 12_100)
    counter.type("7")
    until(lambda: isinstance(counter.session.mode, FilePickMode), "the passes")
    mode = counter.session.mode
    assert isinstance(mode, FilePickMode)
    assert mode.count == 1, "the tea room is left"


def test_an_unused_pass_goes_back_whole_within_seven_days_to_the_bank_card(counter: Counter) -> None:
    pick(counter, "茶室月卡")
    counter.press(Qt.Key.Key_6, ALT)
    until(lambda: facts(counter)[-1] == "300.00", "cooling off")
    submit(counter, agreed=True)
    with counter.presenter.till.database.read() as connection:
        (back,) = event_search.of_kind(connection, PassRefunded)
    assert (back.basis, back.tenders[0].method) == ("art14", TenderMethod.BANK_CARD)


def test_offline_it_waits_for_the_server(counter: Counter) -> None:
    counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=1))
    until(lambda: not counter.presenter.online, "offline")
    counter.type("7")
    until(lambda: toast(counter).startswith("断网时不能办理"), "why not")
