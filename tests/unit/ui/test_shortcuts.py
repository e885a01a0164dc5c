"""The keyboard map, without a window (ux.md §6)."""

from __future__ import annotations

import pytest

from posapp.ui.checkout import intents as i
from posapp.ui.checkout.file_intents import FileAct, FilePage
from posapp.ui.checkout.intents import OpenInbox, ShowUnsynced
from posapp.ui.checkout.report_intents import OpenReport, ReportDayMoved, ReportSpanChosen
from posapp.ui.shortcuts import Choose, Ignored, Outcome, SubmitSheet, Where, resolve
from posapp.ui.strokes import KeyStroke, Mods

CTRL, ALT, SHIFT = Mods.CTRL, Mods.ALT, Mods.SHIFT


@pytest.mark.parametrize(
    ("key", "mods", "typed", "where", "expected"),
    [
        ("F1", Mods.NONE, "", Where.CART, i.FunctionKey(1)),
        ("F2", Mods.NONE, "6021", Where.CART, i.FunctionKey(2, "6021")),
        ("F5", Mods.NONE, "800", Where.CART, i.FunctionKey(5, "800")),
        ("F6", SHIFT, "", Where.CART, i.FunctionKey(6, shift=True)),
        ("F9", Mods.NONE, "", Where.CART, i.FunctionKey(9)),
        ("F9", SHIFT, "", Where.CART, i.FunctionKey(9, shift=True)),
        ("F9", SHIFT, "147", Where.COMPLETE, i.FunctionKey(9, "147", shift=True)),
        ("-", Mods.NONE, "", Where.RETURN_FIND, i.ReturnDayMoved(-1)),
        ("+", Mods.NONE, "", Where.RETURN_FIND, i.ReturnDayMoved(1)),
        ("-", Mods.NONE, "261118", Where.RETURN_FIND, None),
        ("/", Mods.NONE, "6021", Where.RETURN_FIND, i.MemberKey("6021")),
        ("*", Mods.NONE, "", Where.RETURN_FIND, Ignored()),
        ("Enter", Mods.NONE, "147", Where.RETURN_FIND, i.EnterPressed("147")),
        ("*", Mods.NONE, "", Where.RETURN, i.ReturnAll()),
        ("+", Mods.NONE, "2", Where.RETURN, i.LineStep(1)),
        ("-", Mods.NONE, "2", Where.RETURN, i.LineStep(-1)),
        ("/", Mods.NONE, "", Where.RETURN, i.ReturnReasonTurned()),
        ("Down", Mods.NONE, "2", Where.RETURN, i.RowMoved(1)),
        ("Enter", Mods.NONE, "2", Where.RETURN, i.EnterPressed("2")),
        ("Delete", Mods.NONE, "2", Where.RETURN, None),
        ("F10", Mods.NONE, "", Where.CART, i.CashKey()),
        ("F10", Mods.NONE, "200", Where.CART, i.CashKey("200")),
        ("F11", Mods.NONE, "50", Where.TENDER, i.FunctionKey(11, "50")),
        ("K", ALT, "", Where.CART, i.TenderMethodChosen("bank_card")),
        ("1", ALT, "", Where.CART, i.QuickItemChosen(1)),
        ("0", ALT, "", Where.COMPLETE, i.QuickItemChosen(10)),
        ("*", Mods.NONE, "3", Where.CART, i.QuantityKey("3")),
        ("*", Mods.NONE, "", Where.CART, Ignored()),
        ("/", Mods.NONE, "6021", Where.CART, i.MemberKey("6021")),
        ("/", Mods.NONE, "", Where.CART, i.MemberKey("")),
        ("+", Mods.NONE, "200", Where.CART, i.CashKey("200")),
        ("+", Mods.NONE, "", Where.CART, i.PayKey()),
        ("+", Mods.NONE, "150", Where.TENDER, i.TenderFinished("150")),
        ("-", Mods.NONE, "", Where.CART, i.LineStep(-1)),
        ("-", Mods.NONE, "0571", Where.CART, None),
        ("Delete", Mods.NONE, "", Where.CART, i.RemoveLine()),
        ("Delete", Mods.NONE, "12", Where.CART, None),
        ("Up", Mods.NONE, "", Where.CART, i.LineMoved(-1)),
        ("PageDown", Mods.NONE, "", Where.CART, i.LineMoved(5)),
        ("Down", Mods.NONE, "6021", Where.LOOKUP, i.RowMoved(1)),
        ("Down", Mods.NONE, "", Where.NEW_CARD, i.RowMoved(1)),
        ("Enter", Mods.NONE, "1024", Where.CART, i.EnterPressed("1024")),
        ("Enter", Mods.NONE, "", Where.COMPLETE, i.NextSale()),
        ("Enter", Mods.NONE, "1024", Where.COMPLETE, i.EnterPressed("1024")),
        ("Enter", Mods.NONE, "100", Where.TENDER, i.TenderFinished("100")),
        ("Enter", Mods.NONE, "139", Where.NEW_CARD, SubmitSheet()),
        ("Enter", Mods.NONE, "", Where.KEYMAP, i.EnterPressed()),
        ("Down", Mods.NONE, "", Where.KEYMAP, i.RowMoved(1)),
        ("2", Mods.NONE, "", Where.KEYMAP, i.PresetChosen(1)),
        ("4", Mods.NONE, "", Where.KEYMAP, i.KeysFor(alone=False)),
        ("5", Mods.NONE, "", Where.KEYMAP, i.KeysFor(alone=True)),
        ("Delete", Mods.NONE, "", Where.KEYMAP, i.RemoveLine()),
        ("N", CTRL, "12.5", Where.CART, i.NewItem(typed="12.5")),
        ("4", ALT, "0.75", Where.CART, i.QuickItemChosen(4, "0.75")),
        ("Esc", Mods.NONE, "12", Where.CART, i.EscPressed()),
        ("Z", CTRL, "", Where.CART, i.Undo()),
        ("Z", CTRL, "139", Where.NEW_CARD, None),
        ("P", CTRL, "", Where.COMPLETE, i.ReprintReceipt()),
        ("P", CTRL | Mods.SHIFT, "", Where.COMPLETE, i.PrintGiftReceipt()),
        ("R", CTRL | SHIFT, "", Where.CART, i.PrintLeft()),
        ("D", CTRL, "", Where.CART, i.OpenDrawer()),
        ("T", CTRL, "", Where.CART, i.TopUp()),
        ("G", CTRL, "", Where.CART, i.OpenGifts()),
        ("M", CTRL, "", Where.CART, i.OpenMemberFile()),
        ("M", CTRL, "", Where.FILE, i.OpenMemberFile()),
        ("Right", Mods.NONE, "", Where.FILE, FilePage(by=1)),
        ("Left", Mods.NONE, "", Where.FILE, FilePage(by=-1)),
        ("Right", Mods.NONE, "12", Where.CART, None),
        ("7", Mods.NONE, "", Where.FILE, FileAct(6)),
        ("0", Mods.NONE, "", Where.FILE, Ignored()),
        ("Down", Mods.NONE, "", Where.FILE, i.RowMoved(1)),
        ("R", CTRL, "", Where.CART, OpenReport()),
        ("-", Mods.NONE, "", Where.REPORT, ReportDayMoved(-1)),
        ("-", Mods.NONE, "2026", Where.REPORT, None),
        ("+", Mods.NONE, "2026", Where.REPORT, Ignored()),
        ("2", ALT, "", Where.REPORT, ReportSpanChosen(1)),
        ("Enter", Mods.NONE, "", Where.REPORT, i.EnterPressed("")),
        ("N", CTRL, "", Where.CART, i.NewItem()),
        ("L", CTRL, "", Where.CART, i.LockSession()),
        ("U", CTRL, "", Where.CART, ShowUnsynced()),
        ("E", CTRL, "", Where.CART, OpenInbox()),
        ("0", CTRL, "", Where.FIRST_START, i.SetLanguage()),
        ("1", Mods.NONE, "", Where.FIRST_START, Choose(1)),
        ("F9", Mods.NONE, "", Where.FIRST_START, Ignored()),
        ("2", Mods.NONE, "", Where.CHOICE, i.PickRow(1)),
        ("+", Mods.NONE, "", Where.CHOICE, Ignored()),
        ("2", Mods.NONE, "6021", Where.LOOKUP, i.PickRow(1)),
        ("2", Mods.NONE, "1021", Where.LOOKUP, None),
        ("2", Mods.NONE, "13957166021", Where.LOOKUP, i.PickRow(1)),
        ("2", Mods.NONE, "林", Where.LOOKUP, i.PickRow(1)),
        ("2", Mods.NONE, "602", Where.LOOKUP, None),
        ("2", Mods.NONE, "13957", Where.LOOKUP, None),
        ("7", Mods.NONE, "12", Where.CART, None),
        ("X", ALT, "", Where.CART, Ignored()),
        ("A", CTRL, "", Where.CART, None),
    ],
)
def test_the_standard_map(key: str, mods: Mods, typed: str, where: Where, expected: Outcome) -> None:
    assert resolve(KeyStroke(key, mods), typed, where) == expected


@pytest.mark.parametrize("where", list(Where))
def test_escape_never_deletes_and_always_answers(where: Where) -> None:
    assert resolve(KeyStroke("Esc"), "12", where) == i.EscPressed()


@pytest.mark.parametrize("where", list(Where))
@pytest.mark.parametrize("digit", list("0123456789"))
def test_digits_can_be_typed_wherever_a_number_is_asked_for(where: Where, digit: str) -> None:
    if where in {Where.CART, Where.TENDER, Where.COMPLETE, Where.NEW_CARD, Where.RETURN_FIND, Where.RETURN}:
        assert resolve(KeyStroke(digit), "", where) is None
        assert resolve(KeyStroke(digit), "12", where) is None


def test_a_number_that_came_with_the_sheet_is_complete() -> None:
    """`1021` typed before F2 is a last four; the same digits typed into the sheet may begin a phone number."""
    assert resolve(KeyStroke("2"), "1021", Where.LOOKUP, handed_over=True) == i.PickRow(1)
    assert resolve(KeyStroke("2"), "", Where.LOOKUP, handed_over=True) is None
