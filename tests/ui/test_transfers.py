"""A card and a pass are transferred from the member's file, in a real window, by keys (domain.md §2.9)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from posapp.application.members import open_card
from posapp.application.passes import PassOrder, PassUse, held_passes, sell_pass, use_pass
from posapp.application.stored_value.cards import stored_cards
from posapp.domain.amounts import Money
from posapp.domain.asset import AssetKind
from posapp.domain.events import ApprovalAnswered, ClaimTransferred, Tender
from posapp.domain.ids import MemberId
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage import event_search
from posapp.storage.verify import verify
from posapp.ui.checkout.file_modes import FileFormMode, FilePickMode, Page
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.state import SyncKind
from tests.cases.test_wallet_transfer import CHILDS_PAPER, TAKERS_PAPER
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.member_files import ALT, attach, fill, form, member_id, open_file, refused, submit, toast
from tests.ui.test_member_file_wallet import find_other
from tests.ui.test_stored_value import charge

TRANSFER = "8"
TAKER = "13957160009"


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    """林晓梅 has 1,000 and 200 on her card, and ten coffees; 王小明 has nothing yet."""
    opened = open_counter(tmp_path, make_window())
    till, cashier = opened.presenter.till, opened.presenter.cashier
    paid = (Tender(TenderMethod.CASH, Money(19_900), Money(19_900)),)
    sell_pass(till, PassOrder(b"r", member_id(opened), "latte10", paid, cashier))
    open_card(till, TAKER, cashier.id, name="王小明")
    attach(opened)
    charge(opened)
    open_file(opened, Page.WALLET)
    yield opened
    report = verify(till.database)
    assert report.ok, report.differences
    opened.close()


def taker(counter: Counter) -> MemberId:
    return open_card(counter.presenter.till, TAKER, counter.presenter.cashier.id).member.id


def pick(counter: Counter, name: str) -> None:
    """8, the other member, and the card or pass of this name."""
    counter.type(TRANSFER)
    find_other(counter, TAKER)
    until(lambda: isinstance(counter.session.mode, FilePickMode), "what may be transferred")
    mode = counter.session.mode
    assert isinstance(mode, FilePickMode)
    names = [counter.window.ctx.text(row.title) for row in mode.list.rows("zh_CN")]
    counter.type(str(1 + names.index(name)))
    until(lambda: isinstance(counter.session.mode, FileFormMode), "what it comes to")


def facts(counter: Counter) -> list[tuple[str, str]]:
    text = counter.window.ctx.text
    return [(text(fact.label), text(fact.value)) for fact in form(counter).facts[1:]]


def test_a_card_goes_to_another_member_with_their_paper_and_a_second_persons_word(counter: Counter) -> None:
    till = counter.presenter.till
    (card,) = stored_cards(till, member_id(counter))
    kind = counter.presenter.till.programme.stored_value
    assert kind is not None
    name = kind.cards[0].name.zh
    pick(counter, name)
    assert facts(counter) == [
        ("本金", "1,000.00"),
        ("赠送", "200.00"),
        ("林晓梅", "1,200.00 → 0.00"),
        ("王小明", "0.00 → 1,200.00"),
    ]
    counter.press(Qt.Key.Key_2, ALT)
    until(lambda: form(counter).ways[1].chosen, "in writing")
    assert refused(counter, agreed=True) == "请登记受让人姓名和证件号"
    fill(counter, name=TAKERS_PAPER.name, number=TAKERS_PAPER.number)
    submit(counter, agreed=True)
    assert toast(counter) == f"{name} 已转让给 王小明"
    paper = counter.paper("*T*")
    for words in ("转让单", name, "林** 138 **** 6021", "王** 139 **** 0009", "1000.00", "书面通知", "受让人签名"):
        assert words in paper, words
    with till.database.read() as connection:
        (event,) = event_search.of_kind(connection, ClaimTransferred)
        answered = event_search.of_kind(connection, ApprovalAnswered)
    assert (event.source, event.approver, event.notice) == (card.id, "2001", "written")
    assert {one.right for one in answered} == {"member_records"}
    (theirs,) = stored_cards(till, taker(counter))
    assert (theirs.principal, theirs.balance) == (Money(100_000), Money(120_000))
    until(lambda: not counter.session.has_balance, "the sale knows that she has no balance")


def test_a_pass_goes_without_papers(counter: Counter) -> None:
    pick(counter, "咖啡 10 次卡")
    assert facts(counter) == [("林晓梅", "10 → 0"), ("王小明", "0 → 10")]
    assert form(counter).fields == ()
    submit(counter, agreed=True)
    assert toast(counter) == "咖啡 10 次卡 已转让给 王小明"
    assert [one.left for one in held_passes(counter.presenter.till, taker(counter))] == [10]


def test_a_month_and_a_bundle_go_with_what_is_left_of_them(counter: Counter) -> None:
    """Told before: the days, and each voucher that goes."""
    till, cashier = counter.presenter.till, counter.presenter.cashier
    for template, fen in (("tea_room", 30_000), ("tea_set", 12_800)):
        paid = (Tender(TenderMethod.CASH, Money(fen), Money(fen)),)
        sell_pass(till, PassOrder(template.encode(), member_id(counter), template, paid, cashier))
    tasting = next(one for one in held_passes(till, member_id(counter)) if one.name.en == "Tasting for two")
    use_pass(till, PassUse(b"u", tasting.asset.id, 1, cashier, Identification.DYNAMIC_CODE, online=True))
    pick(counter, "茶室月卡")
    days = next(one.left for one in held_passes(till, member_id(counter)) if one.asset.kind is AssetKind.TIME_PASS)
    assert facts(counter) == [
        ("期限", f"剩 {days} 天 / 共 {days} 天"),
        ("林晓梅", f"{days} → 0"),
        ("王小明", f"0 → {days}"),
    ]
    submit(counter, agreed=True)
    assert toast(counter) == "茶室月卡 已转让给 王小明"
    pick(counter, "品茶套餐券")
    told = facts(counter)
    assert sorted(told[:2]) == [("拿铁一杯", "1"), ("茶点一份", "1")]
    assert told[2:] == [("林晓梅", "2 → 0"), ("王小明", "0 → 2")]
    submit(counter, agreed=True)
    assert toast(counter) == "品茶套餐券 已转让给 王小明"
    assert sorted(one.left for one in held_passes(till, taker(counter))) == [0, 1, 1, days]


def test_a_child_takes_a_card_over_where_a_guardian_stands_by(counter: Counter) -> None:
    till = counter.presenter.till
    pick(counter, till.programme.stored_value.cards[0].name.zh if till.programme.stored_value else "")
    fill(counter, name=CHILDS_PAPER.name, number=CHILDS_PAPER.number)
    assert form(counter).tick is None
    assert refused(counter, agreed=True).endswith("须监护人在场同意")
    box = counter.window.view.findChild(QAbstractButton, "form_tick")
    assert box is not None
    box.click()
    until(lambda: form(counter).ticked is True, "the guardian agrees")
    submit(counter, agreed=True)
    (theirs,) = stored_cards(till, taker(counter))
    assert theirs.balance == Money(120_000)
    with till.database.read() as connection:
        (event,) = event_search.of_kind(connection, ClaimTransferred)
    assert event.guardian


def test_offline_it_waits_for_the_server(counter: Counter) -> None:
    counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=1))
    until(lambda: not counter.presenter.online, "offline")
    counter.type(TRANSFER)
    until(lambda: toast(counter).startswith("断网时不能办理"), "why not")
