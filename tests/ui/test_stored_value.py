"""Stored value in a real window: Ctrl+T pays in, F11 pays with the PIN or the phone's code, closing is shown first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from posapp.application.phone_code import shown_now
from posapp.application.stored_value.cards import card_by_code, stored_cards
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage.verify import verify
from posapp.ui.checkout.form import FormSheet
from posapp.ui.checkout.session import CompleteMode, LookupMode, ReturnedMode, SyncStatus, TenderMode
from posapp.ui.checkout.sheets import LookupSheet
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.stored_modes import ClosingMode, PinMode, TopUpMode
from posapp.ui.i18n import Language
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.fitting import misfits

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
PAPER = ("林晓梅", "11010519491231002X")


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    opened = open_counter(tmp_path, make_window())
    yield opened
    till = opened.presenter.till
    report = verify(till.database)
    assert report.ok, report.differences
    opened.close()


def attach(counter: Counter) -> None:
    """林晓梅 by the last four digits of her number: that proves nothing."""
    counter.type("6021/")
    until(lambda: isinstance(counter.session.mode, LookupMode), "the matches")
    mode = counter.session.mode
    assert isinstance(mode, LookupMode)
    counter.type(str(1 + next(n for n, one in enumerate(mode.members) if one.profile.name == "林晓梅")))
    until(lambda: counter.session.basket.member is not None, "the member")


def sheet(counter: Counter) -> FormSheet:
    found = counter.window.view.sheet
    assert isinstance(found, FormSheet)
    return found


def fill(counter: Counter, **values: str) -> None:
    """What stands in the fields; a name is typed with an input method."""
    for name, text in values.items():
        edit = counter.window.view.findChild(QLineEdit, f"form_{name}")
        assert edit is not None
        edit.setText(text)


def balance(counter: Counter) -> int:
    with counter.presenter.till.database.read() as connection:
        who = connection.exec_driver_sql("SELECT member_id FROM member WHERE phone = '13857166021'").scalar_one()
    return sum(card.balance.fen for card in stored_cards(counter.presenter.till, who))


def charge(counter: Counter, pin: str = "246802") -> None:
    """1,000 is paid in by the third plan, with her paper and a PIN."""
    counter.press(Qt.Key.Key_T, CTRL)
    until(lambda: isinstance(counter.session.mode, TopUpMode), "the top-up")
    counter.press(Qt.Key.Key_3, ALT)
    until(lambda: bool(sheet(counter).facts[1:]), "what it changes")
    fill(counter, name=PAPER[0], number=PAPER[1], pin=pin)
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "paid in")


def test_top_up_then_the_balance_pays_with_the_pin(counter: Counter) -> None:
    attach(counter)
    charge(counter)
    assert balance(counter) == 120_000
    assert counter.session.toast is not None
    until(lambda: counter.session.has_balance, "the balance on the screen")
    counter.type("6021/")
    until(lambda: isinstance(counter.session.mode, LookupMode), "the matches")
    listed = counter.window.view.sheet
    assert isinstance(listed, LookupSheet)
    assert sorted(row.stored_value_fen or 0 for row in listed.rows) == [0, 0, 0, 120_000]
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "the sale again")
    counter.scan_goods("明前龙井")
    counter.keys = 0
    counter.press(Qt.Key.Key_F11)
    until(lambda: isinstance(counter.session.mode, PinMode), "the PIN")
    counter.type("999999")
    counter.press(Qt.Key.Key_Return)
    until(lambda: getattr(counter.session.mode, "error", None) is not None, "wrong")
    counter.type("246802")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    sale = mode.done.sale
    assert [tender.method for tender in sale.tenders] == [TenderMethod.STORED_VALUE]
    assert sale.identified_by is Identification.PIN
    assert balance(counter) == 120_000 - sale.due.fen
    assert counter.keys == 15, "F11, two PINs with Enter"
    counter.press(Qt.Key.Key_Z, CTRL)
    until(lambda: isinstance(counter.session.mode, ReturnedMode), "the sale undone")
    assert balance(counter) == 120_000
    assert misfits(counter.window) == []


def show_phone(counter: Counter) -> None:
    """She shows the code on her phone."""
    till = counter.presenter.till
    with till.database.read() as connection:
        number = connection.exec_driver_sql("SELECT card_number FROM member WHERE phone = '13857166021'").scalar_one()
    counter.scan(shown_now(till, int(number)))


def test_the_phones_code_in_place_of_the_pin_pays_at_once(counter: Counter) -> None:
    attach(counter)
    charge(counter)
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F11)
    until(lambda: isinstance(counter.session.mode, PinMode), "the PIN")
    show_phone(counter)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    assert mode.done.sale.identified_by is Identification.DYNAMIC_CODE
    assert balance(counter) == 120_000 - mode.done.sale.due.fen


def test_a_part_by_the_card_and_the_rest_in_cash_with_the_phones_code(counter: Counter) -> None:
    attach(counter)
    charge(counter, pin="")
    counter.scan_goods("明前龙井")
    show_phone(counter)
    until(lambda: counter.session.basket.cart.identified_by is Identification.DYNAMIC_CODE, "the code")
    counter.keys = 0
    counter.type("50")
    counter.press(Qt.Key.Key_F11)
    until(lambda: isinstance(counter.session.mode, TenderMode), "the rest to pay")
    due = counter.session.quote.due.fen
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    assert counter.keys == 7
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    sale = mode.done.sale
    assert [(t.method, t.amount.fen) for t in sale.tenders] == [
        (TenderMethod.STORED_VALUE, 5000),
        (TenderMethod.CASH, due - 5000),
    ]
    assert (sale.change.fen, balance(counter)) == (20_000 - (due - 5000), 115_000)


def test_what_the_card_pays_can_be_taken_back(counter: Counter) -> None:
    attach(counter)
    charge(counter)
    counter.scan_goods("明前龙井")
    counter.type("50")
    counter.press(Qt.Key.Key_F11)
    until(lambda: isinstance(counter.session.mode, PinMode), "the PIN")
    counter.type("246802")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, TenderMode), "the rest to pay")
    mode = counter.session.mode
    assert isinstance(mode, TenderMode)
    assert mode.stored is not None
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "the basket again")
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    assert balance(counter) == 120_000


def test_a_closed_card_leaves_a_slip_with_what_was_paid_out_and_by_which_article(counter: Counter) -> None:
    attach(counter)
    charge(counter)
    counter.press(Qt.Key.Key_T, CTRL)
    until(lambda: isinstance(counter.session.mode, TopUpMode), "the top-up")
    counter.press(Qt.Key.Key_T, CTRL)
    until(lambda: isinstance(counter.session.mode, ClosingMode), "the closing")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "paid out")
    paper = counter.paper("*V0002")
    for words in ("储值退卡单", "青禾储值卡", "林** 138 **** 6021", "1200.00", "会员要退", "￥1000.00", "银行转账"):
        assert words in paper, words
    by = next(line for line in paper.splitlines() if line.startswith("按第几条"))
    assert by.endswith(" 14"), "paid in today and unused: by that article, whatever ground was given"


def test_offline_the_till_says_in_a_sentence_what_still_works(counter: Counter) -> None:
    attach(counter)
    charge(counter)
    counter.presenter.till.has_server = True
    counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=1))
    counter.scan_goods("明前龙井")
    counter.type("101")
    counter.press(Qt.Key.Key_F11)
    until(lambda: counter.session.toast is not None, "why not")
    counter.press(Qt.Key.Key_T, CTRL)
    until(lambda: isinstance(counter.session.mode, TopUpMode), "the top-up")
    counter.press(Qt.Key.Key_1, ALT)
    until(lambda: not sheet(counter).can_submit and sheet(counter).notice is not None, "why not")
    assert balance(counter) == 120_000


def test_an_unnamed_card_is_charged_and_pays_for_whoever_shows_it(counter: Counter) -> None:
    counter.press(Qt.Key.Key_T, CTRL)
    until(lambda: isinstance(counter.session.mode, TopUpMode), "the top-up")
    counter.type("200")
    counter.scan("88800017")
    until(lambda: isinstance(counter.session.mode, TopUpMode) and counter.session.mode.request.code != "", "the card")
    assert misfits(counter.window) == []
    QTest.qWait(350)  # an Enter right after a scan is the scanner's own
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "paid in")
    counter.scan("88800017")
    until(lambda: counter.session.toast is not None, "what it holds")
    counter.scan_goods("明前龙井")
    counter.keys = 0
    counter.scan("88800017")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    assert counter.keys == 0
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    left = card_by_code(counter.presenter.till, "88800017").balance.fen
    assert left == 22_000 - mode.done.sale.due.fen
    counter.scan_goods("明前龙井")
    counter.scan("88800017")
    until(lambda: isinstance(counter.session.mode, TenderMode), "the rest to pay")
    counter.press(Qt.Key.Key_F10)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    assert card_by_code(counter.presenter.till, "88800017").balance.fen == 0


@pytest.mark.parametrize("language", list(Language))
def test_the_dialogs_fit(tmp_path: Path, make_window: MakeWindow, language: Language) -> None:
    counter = open_counter(tmp_path, make_window())
    try:
        if language is Language.EN:
            counter.press(Qt.Key.Key_0, CTRL)
            until(lambda: counter.presenter.language == "en", "English")
        found: dict[str, list[str]] = {}
        attach(counter)
        counter.press(Qt.Key.Key_T, CTRL)
        until(lambda: isinstance(counter.session.mode, TopUpMode), "the top-up")
        found["nothing chosen"] = misfits(counter.window)
        counter.press(Qt.Key.Key_4, ALT)
        until(lambda: len(sheet(counter).facts) > 5, "a bonus in parts")
        found["a bonus in parts"] = misfits(counter.window)
        counter.press(Qt.Key.Key_Return)
        until(lambda: sheet(counter).notice is not None, "the paper is missing")
        found["the paper is missing"] = misfits(counter.window)
        counter.press(Qt.Key.Key_Escape)
        until(lambda: counter.session.mode is None, "the basket again")
        charge(counter)
        found["topped up"] = misfits(counter.window)
        counter.scan_goods("明前龙井")
        counter.type("50")
        counter.press(Qt.Key.Key_F11)
        until(lambda: isinstance(counter.session.mode, PinMode), "the PIN")
        found["the PIN"] = misfits(counter.window)
        counter.type("246802")
        counter.press(Qt.Key.Key_Return)
        until(lambda: isinstance(counter.session.mode, TenderMode), "the rest to pay")
        found["a part is paid"] = misfits(counter.window)
        counter.type("200+")
        until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
        found["complete"] = misfits(counter.window)
        attach(counter)
        counter.clock.step(days=20)
        counter.press(Qt.Key.Key_T, CTRL)
        until(lambda: isinstance(counter.session.mode, TopUpMode), "the top-up")
        counter.press(Qt.Key.Key_T, CTRL)
        until(lambda: isinstance(counter.session.mode, ClosingMode), "the closing")
        found["closing"] = misfits(counter.window)
        counter.press(Qt.Key.Key_2, ALT)
        until(lambda: sheet(counter).ways[1].chosen, "the other ground")
        found["closing by the merchant"] = misfits(counter.window)
        counter.press(Qt.Key.Key_Return)
        until(lambda: counter.session.mode is None, "paid out")
        assert balance(counter) == 0
        assert {name: cuts for name, cuts in found.items() if cuts} == {}
    finally:
        counter.close()
