"""A member's file in the window: opening it, its pages and its dialogs, by keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from posapp.domain.ids import MemberId
from posapp.domain.staff import REVEAL_NUMBER
from posapp.storage.verify import verify
from posapp.ui.checkout.file_modes import FileFormMode, FileMode, Page
from posapp.ui.checkout.file_sheet import MemberFileSheet
from posapp.ui.checkout.form import FormSheet
from posapp.ui.checkout.session import LookupMode
from posapp.ui.checkout.staff_modes import ApprovalMode
from posapp.ui.main_window import MainWindow
from tests.ui.counters import Counter, open_counter, until

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
MANAGER, MANAGERS_PIN = "2001", "8024"


def attach(counter: Counter, name: str = "林晓梅", digits: str = "6021") -> None:
    """A member by the last four digits of their number."""
    counter.type(f"{digits}/")
    until(lambda: isinstance(counter.session.mode, LookupMode) or counter.session.basket.member is not None, "matches")
    mode = counter.session.mode
    if isinstance(mode, LookupMode):
        counter.type(str(1 + next(n for n, one in enumerate(mode.members) if one.profile.name == name)))
    until(lambda: counter.session.basket.member is not None, "the member")


def with_member(folder: Path, window: MainWindow) -> Iterator[Counter]:
    """A cashier with a member at the counter; afterwards the database is what its log says."""
    opened = open_counter(folder, window)
    attach(opened)
    yield opened
    report = verify(opened.presenter.till.database)
    assert report.ok, report.differences
    opened.close()


def open_file(counter: Counter, page: Page = Page.PERSON) -> None:
    """Ctrl+M, and so many pages on."""
    counter.press(Qt.Key.Key_M, CTRL)
    until(lambda: isinstance(counter.session.mode, FileMode), "the file")
    for _ in range(page):
        counter.press(Qt.Key.Key_Right)
    until(lambda: file_of(counter).page is page, f"the page {page.name}")


def file_of(counter: Counter) -> FileMode:
    """The open file."""
    mode = counter.session.mode
    assert isinstance(mode, FileMode), mode
    return mode


def file_sheet(counter: Counter) -> MemberFileSheet:
    """What is shown of it."""
    sheet = counter.window.view.sheet
    assert isinstance(sheet, MemberFileSheet)
    return sheet


def form(counter: Counter) -> FormSheet:
    """The open dialog."""
    sheet = counter.window.view.sheet
    assert isinstance(sheet, FormSheet)
    return sheet


def begin(counter: Counter, digit: int) -> None:
    """Open the dialog of an action."""
    counter.type(str(digit))
    until(lambda: isinstance(counter.session.mode, FileFormMode), f"the dialog of {digit}")


def fill(counter: Counter, **values: str) -> None:
    """What stands in the fields; words are typed with an input method."""
    for name, text in values.items():
        edit = counter.window.view.findChild(QLineEdit, f"form_{name}")
        assert edit is not None, name
        edit.setText(text)


def submit(counter: Counter, *, agreed: bool = False) -> None:
    """Enter, and it is done; where another person must agree, the manager does."""
    counter.press(Qt.Key.Key_Return)
    if agreed:
        agree(counter)
    until(lambda: isinstance(counter.session.mode, FileMode) and counter.session.toast is not None, "done")


def agree(counter: Counter) -> None:
    """The manager, who is named first, types the PIN."""
    until(lambda: isinstance(counter.session.over, ApprovalMode), "another person is asked")
    counter.type(MANAGERS_PIN)
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.over is None, "agreed")


def refused(counter: Counter, *, agreed: bool = False) -> str:
    """Enter, and it is not: the sentence that says why; the dialog stays."""
    counter.press(Qt.Key.Key_Return)
    if agreed:
        agree(counter)
    until(lambda: getattr(counter.session.mode, "error", None) is not None, "refused")
    words = counter.window.ctx.text(form(counter).notice)
    assert words
    return words


def toast(counter: Counter) -> str:
    """What was said."""
    notice = counter.session.toast
    return counter.window.ctx.text(notice.title) if notice is not None else ""


def member_id(counter: Counter, phone: str = "13857166021") -> MemberId:
    """Who has a number in the demo shop."""
    with counter.presenter.till.database.read() as connection:
        return MemberId(
            connection.exec_driver_sql("SELECT member_id FROM member WHERE phone = ?", (phone,)).scalar_one()
        )


def may_reveal(counter: Counter) -> None:
    """The cashier may see whole numbers."""
    cashier = counter.presenter.cashier
    counter.presenter.cashier = replace(cashier, permissions=cashier.permissions | {REVEAL_NUMBER})
