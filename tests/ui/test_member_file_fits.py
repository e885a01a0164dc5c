"""Nothing is cut in a member's file, on any page and in any dialog, in both languages (ux.md §9)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from posapp.application.members import open_card
from posapp.application.passes import PassOrder, sell_pass
from posapp.domain.amounts import Money
from posapp.domain.events import Tender
from posapp.domain.sale import TenderMethod
from posapp.ui.checkout.file_modes import FileFormMode, FileMode, FilePickMode, Page
from posapp.ui.checkout.session import OtherMemberMode, SyncStatus
from posapp.ui.checkout.state import SyncKind
from posapp.ui.i18n import Language
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.fitting import misfits
from tests.ui.member_files import CTRL, agree, attach, form, member_id, open_file, submit
from tests.ui.test_stored_value import charge

DIALOGS = {
    Page.PERSON: {
        1: "reveal",
        2: "edit",
        3: "number",
        5: "guardian",
        6: "export",
        7: "leave",
        8: "reassign",
        9: "face",
    },
    Page.WALLET: {2: "void", 4: "card", 9: "bonus"},
    Page.POINTS: {1: "points", 2: "tier"},
}


class Walk:
    """Looks at each page and dialog."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.found: dict[str, list[str]] = {}

    def look(self, name: str) -> None:
        self.found[name] = misfits(self.counter.window)

    def back(self) -> None:
        self.counter.press(Qt.Key.Key_Escape)
        until(lambda: isinstance(self.counter.session.mode, FileMode), "the file again")

    def dialogs(self, page: Page) -> None:
        for digit, name in DIALOGS[page].items():
            self.counter.type(str(digit))
            until(lambda: isinstance(self.counter.session.mode, FileFormMode), name)
            assert form(self.counter).form == f"file_{name}"
            self.look(name)
            if name in {"void", "bonus", "points", "tier", "reveal"}:
                self.counter.press(Qt.Key.Key_Return)
                until(lambda: getattr(self.counter.session.mode, "error", None) is not None, "refused")
                self.look(f"{name} refused")
            self.back()


def _merge(walk: Walk) -> None:
    """The search for another member, what a merge moves, and taking it back."""
    counter = walk.counter
    counter.type("5")
    until(lambda: isinstance(counter.session.mode, OtherMemberMode), "who else")
    walk.look("who else")
    counter.type("13957160009")
    until(lambda: len(getattr(getattr(counter.session.mode, "found", None), "members", ())) == 1, "the other member")
    walk.look("the other member")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, FileFormMode), "what moves")
    walk.look("what a merge moves")
    submit(counter, agreed=True)
    walk.look("merged")
    counter.type("6")
    until(lambda: isinstance(counter.session.mode, FilePickMode), "the merges")
    walk.look("the merges")
    counter.type("1")
    until(lambda: isinstance(counter.session.mode, FileFormMode), "what goes back")
    walk.look("what goes back")
    walk.back()


def _passes(walk: Walk) -> None:
    """The passes that can be given back, and what each comes to."""
    counter = walk.counter
    counter.type("7")
    until(lambda: isinstance(counter.session.mode, FilePickMode), "the passes")
    walk.look("passes to give back")
    counter.type("1")
    until(lambda: isinstance(counter.session.mode, FileFormMode), "what it comes to")
    walk.look("a pass given back")
    walk.back()


def _transfer(walk: Walk) -> None:
    """What another member may take over, and a card with their paper."""
    counter = walk.counter
    counter.type("8")
    until(lambda: isinstance(counter.session.mode, OtherMemberMode), "who takes it over")
    walk.look("who takes it over")
    counter.type("13957160009")
    until(lambda: len(getattr(getattr(counter.session.mode, "found", None), "members", ())) == 1, "the other member")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, FilePickMode), "what there is")
    walk.look("cards and passes to transfer")
    counter.type("1")
    until(lambda: isinstance(counter.session.mode, FileFormMode), "what it comes to")
    walk.look("a card transferred")
    counter.press(Qt.Key.Key_Return)
    agree(counter)
    until(lambda: getattr(counter.session.mode, "error", None) is not None, "no paper")
    walk.look("a card transferred refused")
    walk.back()


def _coupons(walk: Walk) -> None:
    counter = walk.counter
    counter.type("1")
    until(lambda: isinstance(counter.session.mode, FilePickMode), "the coupons")
    walk.look("the coupons of the programme")
    counter.type("1")
    until(lambda: isinstance(counter.session.mode, FileFormMode), "one more")
    walk.look("one coupon more")
    walk.back()
    counter.press(Qt.Key.Key_Down)
    counter.type("3")
    until(lambda: isinstance(counter.session.mode, OtherMemberMode), "who gets it")
    walk.look("who gets it")
    walk.back()


@pytest.mark.parametrize("language", list(Language))
def test_a_members_file_fits(tmp_path: Path, make_window: MakeWindow, language: Language) -> None:
    counter = open_counter(tmp_path, make_window())
    try:
        if language is Language.EN:
            counter.press(Qt.Key.Key_0, CTRL)
            until(lambda: counter.presenter.language == "en", "English")
        open_card(counter.presenter.till, "13957160009", counter.presenter.cashier.id, name="欧阳小梅")
        paid = (Tender(TenderMethod.CASH, Money(19_900), Money(19_900)),)
        order = PassOrder(b"r", member_id(counter), "latte10", paid, counter.presenter.cashier)
        sell_pass(counter.presenter.till, order)
        attach(counter)
        charge(counter)
        walk = Walk(counter)
        open_file(counter)
        walk.look("person")
        walk.dialogs(Page.PERSON)
        counter.type("4")
        until(lambda: counter.session.toast is not None, "agreed to offers")
        walk.look("agreed to offers")
        counter.press(Qt.Key.Key_Right)
        walk.look("wallet")
        walk.dialogs(Page.WALLET)
        _passes(walk)
        _transfer(walk)
        _coupons(walk)
        _merge(walk)
        counter.press(Qt.Key.Key_Right)
        walk.look("points")
        walk.dialogs(Page.POINTS)
        counter.press(Qt.Key.Key_Right)
        walk.look("events")
        counter.type("1")
        until(lambda: counter.session.toast is not None, "signed up")
        walk.look("signed up")
        counter.press(Qt.Key.Key_Right)
        until(lambda: getattr(counter.session.mode, "history", None) is not None, "the history")
        walk.look("history")
        counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=3))
        counter.press(Qt.Key.Key_Right)
        counter.type("3")
        until(lambda: counter.session.toast is not None, "needs the server")
        walk.look("offline")
        counter.press(Qt.Key.Key_Escape)
        counter.press(Qt.Key.Key_F1)
        walk.look("the keys")
        assert {name: cuts for name, cuts in walk.found.items() if cuts} == {}
        assert len(walk.found) == 41
    finally:
        counter.close()
