"""A member who is named after the sale, by real keys: the receipt, F2, the number, and a manager's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from posapp.application.phone_code import shown_now
from posapp.storage.claims import claims_of
from posapp.ui.checkout.claim_modes import ClaimMode
from posapp.ui.checkout.session import CompleteMode, ReturnFindMode, ReturnMode
from posapp.ui.checkout.staff_modes import ApprovalMode
from posapp.ui.i18n import Language
from tests.ui.counters import until
from tests.ui.fitting import misfits
from tests.ui.test_staff import SHIFT, pin

if TYPE_CHECKING:
    from posapp.domain.events import Recorded
    from tests.ui.counters import Counter


def claim(counter: Counter) -> ClaimMode:
    mode = counter.session.mode
    assert isinstance(mode, ClaimMode)
    return mode


def sell_and_find(counter: Counter) -> Recorded:
    """A walk-in sale, and its receipt again."""
    counter.scan_goods("明前龙井")
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "sold")
    sold = counter.session.last_sale
    assert sold is not None
    counter.press(Qt.Key.Key_Return)
    counter.press(Qt.Key.Key_F9, SHIFT)
    until(lambda: isinstance(counter.session.mode, ReturnFindMode), "the list")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, ReturnMode), "the sale")
    assert misfits(counter.window) == []
    return sold


def test_f2_and_the_number_name_the_member_when_a_manager_agrees(counter: Counter) -> None:
    sold = sell_and_find(counter)
    counter.press(Qt.Key.Key_F2)
    until(lambda: isinstance(counter.session.mode, ClaimMode), "who")
    counter.type("6021")
    until(lambda: claim(counter).found > 1, "several have it")
    counter.press(Qt.Key.Key_Return)
    assert claim(counter).member is None, "nobody is chosen of several"
    assert misfits(counter.window) == []
    for _ in range(4):
        counter.press(Qt.Key.Key_Backspace)
    counter.type("13857166021")
    until(lambda: claim(counter).preview is not None, "one")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.over, ApprovalMode), "another person")
    pin(counter, "8024")
    until(lambda: counter.session.mode is None, "named")
    toast = counter.session.toast
    assert toast is not None
    assert toast.title.key == "claim.done"
    with counter.presenter.till.database.read() as connection:
        (done,) = claims_of(connection, sold.stream, sold.sequence)
    assert (done.points.count, done.approver) == (128, "2001")


def test_a_scanned_code_names_the_member_too_and_only_once(counter: Counter) -> None:
    sell_and_find(counter)
    QTest.qWait(350)  # an Enter right after a scan is the scanner's own
    scan_into_claim(counter)
    QTest.qWait(350)
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.over, ApprovalMode), "another person")
    pin(counter, "8024")
    until(lambda: counter.session.mode is None, "named")
    counter.press(Qt.Key.Key_F9, SHIFT)
    until(lambda: isinstance(counter.session.mode, ReturnFindMode), "the list")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, ReturnMode), "the sale")
    counter.press(Qt.Key.Key_F2)
    until(lambda: counter.session.toast is not None, "said")
    assert isinstance(counter.session.mode, ReturnMode)


def scan_into_claim(counter: Counter) -> None:
    """The member shows her code over the open sale."""
    till = counter.presenter.till
    with till.database.read() as connection:
        card = connection.exec_driver_sql("SELECT card_number FROM member WHERE phone = '13857166021'").scalar_one()
    counter.scan(code_of(counter, int(card)))
    until(lambda: isinstance(counter.session.mode, ClaimMode) and claim(counter).preview is not None, "who")
    assert misfits(counter.window) == []


def code_of(counter: Counter, card: int) -> str:
    till = counter.presenter.till
    return shown_now(till, card)


def test_the_sheet_fits_in_english(counter: Counter) -> None:
    counter.window.set_language(Language.EN)
    sell_and_find(counter)
    scan_into_claim(counter)
    counter.press(Qt.Key.Key_Escape)
    assert counter.session.mode is None
