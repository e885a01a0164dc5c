"""A number that was silent for 180 days, in a real window: who is it, or has it changed hands (domain.md §2.9)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from posapp.application.members import open_card
from posapp.application.stored_value.pin import set_pin
from posapp.domain.events import ApprovalAnswered, NumberClaimed
from posapp.domain.sale import Identification
from posapp.storage import event_search
from posapp.storage.verify import verify
from posapp.ui.checkout.file_modes import FileFormMode
from posapp.ui.checkout.session import (
    CompleteMode,
    LookupMode,
    NewCardMode,
    ReassignMode,
    RecogniseMode,
    SyncStatus,
    TenderMode,
)
from posapp.ui.checkout.sheets import LookupSheet
from posapp.ui.checkout.state import SyncKind
from posapp.ui.i18n import Language
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, scan_member, until
from tests.ui.fitting import misfits
from tests.ui.member_files import ALT, CTRL, agree, attach, begin, file_of, fill, form, member_id, open_file, submit

LIN = "13857166021"


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    opened = open_counter(tmp_path, make_window())
    opened.clock.step(days=181)
    yield opened
    report = verify(opened.presenter.till.database)
    assert report.ok, report.differences
    opened.close()


def ask(counter: Counter, phone: str = LIN) -> RecogniseMode:
    """The number and `/`: three taps less than a sale that is held up."""
    counter.type(f"{phone}/")
    until(lambda: isinstance(counter.session.mode, RecogniseMode), "who is it")
    return asked(counter)


def asked(counter: Counter) -> RecogniseMode:
    mode = counter.session.mode
    assert isinstance(mode, RecogniseMode)
    return mode


def attached(counter: Counter) -> None:
    until(lambda: counter.session.basket.member is not None and counter.session.mode is None, "the member")


def screen_words(counter: Counter) -> str:
    """Everything that can be read in the window."""
    return " ".join(child.accessibleName() for child in counter.window.findChildren(QWidget) if child.isVisible())


def notice(counter: Counter) -> str:
    return counter.window.ctx.text(form(counter).notice)


def test_the_surname_puts_the_card_on_the_sale_and_nothing_is_told_before(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.type("6021/")
    until(lambda: isinstance(counter.session.mode, LookupMode), "the matches")
    sheet = counter.window.view.sheet
    assert isinstance(sheet, LookupSheet)
    assert {(row.points, row.stored_value_fen) for row in sheet.rows} == {(None, None)}, "no balance in the list"
    counter.type(str(1 + next(n for n, row in enumerate(sheet.rows) if row.name == "林晓梅")))
    until(lambda: isinstance(counter.session.mode, RecogniseMode), "who is it")
    assert counter.session.basket.member is None
    facts = {counter.window.ctx.text(one.label): counter.window.ctx.text(one.value) for one in form(counter).facts}
    assert facts == {"手机号": "138 **** 6021", "上次到店": "没有记录", "余额、积分、券": "核对后显示"}
    shown = screen_words(counter)
    assert "林晓梅" not in shown
    assert "3,482" not in shown
    fill(counter, answer="王")
    counter.press(Qt.Key.Key_Return)
    until(lambda: asked(counter).error is not None, "wrong")
    assert notice(counter) == "与登记的不符；换一项核对，或不带会员收款"
    fill(counter, answer="林")
    counter.press(Qt.Key.Key_Return)
    attached(counter)
    assert counter.session.basket.cart.identified_by is Identification.LAST_FOUR, "a name opens no balance to spend"
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "sold")
    counter.press(Qt.Key.Key_Return)
    counter.type(f"{LIN}/")
    attached(counter)


def test_a_birthday_is_asked_for_by_alt_2_and_costs_six_keys(counter: Counter) -> None:
    ask(counter)
    counter.keys = 0
    counter.press(Qt.Key.Key_2, ALT)
    until(lambda: asked(counter).factor == "birthday", "the birthday")
    counter.type("1126")
    counter.press(Qt.Key.Key_Return)
    attached(counter)
    assert counter.keys == 6


def test_the_pin_also_lets_the_balance_be_spent(counter: Counter) -> None:
    set_pin(counter.presenter.till, member_id(counter), "246802")
    ask(counter)
    counter.press(Qt.Key.Key_3, ALT)
    until(lambda: asked(counter).factor == "pin", "the PIN")
    counter.type("246802")
    counter.press(Qt.Key.Key_F10)
    assert isinstance(counter.session.mode, RecogniseMode), "a PIN is no amount"
    counter.press(Qt.Key.Key_Return)
    attached(counter)
    assert counter.session.basket.cart.identified_by is Identification.PIN


def test_the_members_code_answers_the_question_by_itself(counter: Counter) -> None:
    ask(counter)
    scan_member(counter)
    attached(counter)


def test_the_sale_goes_on_without_the_member_and_goods_are_scanned_under_the_question(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    ask(counter)
    counter.scan_goods("手工黄油曲奇")
    asked(counter)
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "the basket")
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "sold")
    done = counter.session.mode
    assert isinstance(done, CompleteMode)
    assert done.done.sale.member is None
    assert len(done.done.sale.lines) == 2


def test_a_number_scanned_while_paying_goes_back_to_paying(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F9)
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    counter.scan(LIN)
    until(lambda: isinstance(counter.session.mode, RecogniseMode), "who is it")
    fill(counter, answer="林晓梅")
    QTest.qWait(350)  # an Enter right after a scan is the scanner's own
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.basket.member is not None, "the member")
    assert isinstance(counter.session.mode, TenderMode)


def test_of_a_card_without_a_name_a_manager_says_whose_it_is(counter: Counter) -> None:
    open_card(counter.presenter.till, "13957160031", counter.presenter.cashier.id)
    counter.clock.step(days=181)
    ask(counter, "13957160031")
    counter.press(Qt.Key.Key_Return)
    agree(counter)
    attached(counter)
    with counter.presenter.till.database.read() as connection:
        (answered,) = event_search.of_kind(connection, ApprovalAnswered)
    assert (answered.reason, answered.refused) == ("second factor", "")


def test_a_number_that_changed_hands_becomes_the_new_customers_card(counter: Counter) -> None:
    """F3 with a silent number, F3 again for the new person: the manager agrees, and Enter opens the card."""
    old = member_id(counter)
    counter.scan_goods("明前龙井")
    counter.type(LIN)
    counter.press(Qt.Key.Key_F3)
    until(lambda: getattr(counter.session.mode, "known", None) is not None, "the number is somebody's")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, RecogniseMode), "who is it")
    counter.press(Qt.Key.Key_F3)
    until(lambda: isinstance(counter.session.mode, ReassignMode), "what becomes of whom")
    values = [counter.window.ctx.text(one.value) for one in form(counter).facts]
    assert values[0] == "138 **** 6021"
    assert values[2:] == ["新顾客", "全部保留", "清空"]
    counter.press(Qt.Key.Key_Escape)
    until(lambda: isinstance(counter.session.mode, RecogniseMode), "one step back")
    counter.press(Qt.Key.Key_F3)
    until(lambda: isinstance(counter.session.mode, ReassignMode), "what becomes of whom")
    counter.press(Qt.Key.Key_Return)
    agree(counter)
    until(lambda: isinstance(counter.session.mode, NewCardMode), "the new card")
    assert "".join(filter(str.isdigit, counter.window.view.typed())) == LIN
    counter.press(Qt.Key.Key_Return)
    attached(counter)
    newcomer = counter.session.basket.member
    assert newcomer is not None
    assert newcomer.id != old
    assert newcomer.standing.points.count == 0
    assert counter.session.basket.cart.identified_by is Identification.NEW_CARD
    with counter.presenter.till.database.read() as connection:
        (claimed,) = event_search.of_kind(connection, NumberClaimed)
    assert (claimed.member, claimed.approver) == (newcomer.id, "2001")


def test_offline_the_question_is_asked_and_the_number_stays_whose_it_was(counter: Counter) -> None:
    counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=1))
    until(lambda: not counter.presenter.online, "offline")
    ask(counter)
    counter.press(Qt.Key.Key_F3)
    until(lambda: asked(counter).error is not None, "why not")
    assert notice(counter) == "断网时不能办理，以免两台收银机同时改；收银不受影响，联网后再办"
    fill(counter, answer="linxiaomei")
    counter.press(Qt.Key.Key_Return)
    attached(counter)


def test_in_the_file_a_number_goes_to_a_new_person_too(counter: Counter) -> None:
    who = member_id(counter)
    scan_member(counter)
    attached(counter)
    open_file(counter)
    begin(counter, 8)
    submit(counter, agreed=True)
    assert file_of(counter).file.member.id == who
    assert file_of(counter).file.member.profile.phone_e164 == ""
    counter.type("8")
    QTest.qWait(50)
    assert not isinstance(counter.session.mode, FileFormMode), "there is no number left to give"


@pytest.mark.parametrize("language", list(Language))
def test_both_questions_fit(counter: Counter, language: Language) -> None:
    set_pin(counter.presenter.till, member_id(counter), "246802")
    if language is Language.EN:
        counter.press(Qt.Key.Key_0, CTRL)
        until(lambda: counter.presenter.language == "en", "English")
    counter.scan_goods("明前龙井")
    counter.type("6021/")
    until(lambda: isinstance(counter.session.mode, LookupMode), "the matches")
    found = {"the matches": misfits(counter.window)}
    counter.press(Qt.Key.Key_Escape)
    ask(counter)
    for place, key in enumerate((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)):
        counter.press(key, ALT)
        until(lambda place=place: asked(counter).factor is asked(counter).factors[place], "the next")  # type: ignore[misc]
        found[asked(counter).factor.value] = misfits(counter.window)
    counter.press(Qt.Key.Key_1, ALT)
    counter.press(Qt.Key.Key_Return)
    until(lambda: asked(counter).error is not None, "wrong")
    found["wrong"] = misfits(counter.window)
    counter.press(Qt.Key.Key_F3)
    until(lambda: isinstance(counter.session.mode, ReassignMode), "what becomes of whom")
    found["reassigning"] = misfits(counter.window)
    counter.press(Qt.Key.Key_Escape)
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "the basket")
    found["without"] = misfits(counter.window)
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_nobody_is_asked_who_was_here_lately(tmp_path: Path, make_window: MakeWindow) -> None:
    lately = open_counter(tmp_path, make_window())
    try:
        attach(lately)
    finally:
        lately.close()
