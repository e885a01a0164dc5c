"""The keyboard map (standard preset, ux.md §6): a key, its modifiers, what was typed and the open sheet make an intent.

Pure Python, so that it is tested without a window; `posapp.ui.keyboard` translates Qt's events into `KeyStroke`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from posapp.ui.checkout.device_intents import DeviceAct, DevicePage, OpenDevices
from posapp.ui.checkout.file_intents import FileAct, FilePage
from posapp.ui.checkout.intents import (
    CashKey,
    EnterPressed,
    EscPressed,
    FormPicked,
    FunctionKey,
    Intent,
    KeysFor,
    LineMoved,
    LineStep,
    LockSession,
    MemberKey,
    NewItem,
    NextSale,
    OpenDrawer,
    OpenGifts,
    OpenInbox,
    OpenMemberFile,
    OpenShift,
    PayKey,
    PickRow,
    PresetChosen,
    PrintCard,
    PrintGiftReceipt,
    PrintLeft,
    QuantityKey,
    QuickItemChosen,
    RemoveLine,
    ReprintReceipt,
    ReturnAll,
    ReturnDayMoved,
    ReturnReasonTurned,
    RowMoved,
    SetLanguage,
    SetScale,
    ShowUnsynced,
    TenderFinished,
    TenderMethodChosen,
    TopUp,
    Undo,
)
from posapp.ui.checkout.report_intents import OpenReport, ReportDayMoved, ReportSpanChosen
from posapp.ui.strokes import KeyStroke, Mods

PAGE_ROWS = 5
_LAST_DIGITS, _PHONE_DIGITS = 4, 11


class Where(StrEnum):
    """What is open, as far as keys care."""

    CART = "cart"
    TENDER = "tender"
    LOOKUP = "lookup"
    CHOICE = "choice"
    NEW_CARD = "new_card"
    FORM = "form"
    FILE = "file"
    REPORT = "report"
    DEVICES = "devices"
    COMPLETE = "complete"
    RETURN_FIND = "return_find"
    RETURN = "return"
    KEYMAP = "keymap"
    FIRST_START = "first_start"


@dataclass(frozen=True, slots=True)
class SubmitSheet:
    """Enter inside a sheet with fields: the view gathers and sends them."""


@dataclass(frozen=True, slots=True)
class Choose:
    """A number key on the first start: press that tile."""

    number: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """The key does nothing here and must not reach the window either (menus, stray operators)."""


Outcome: TypeAlias = Intent | SubmitSheet | Choose | Ignored | None
"""None leaves the key to the focused widget."""

_CTRL_SHIFT: dict[str, Intent] = {"C": PrintCard(), "P": PrintGiftReceipt(), "R": PrintLeft()}
_CTRL: dict[str, Intent] = {
    "Z": Undo(),
    "P": ReprintReceipt(),
    "D": OpenDrawer(),
    "B": OpenShift(),
    "T": TopUp(),
    "G": OpenGifts(),
    "M": OpenMemberFile(),
    "R": OpenReport(),
    "E": OpenInbox(),
    "L": LockSession(),
    "U": ShowUnsynced(),
    "I": OpenDevices(),
    "0": SetLanguage(),
    "9": SetScale(),
}
_MOVES = {"Up": -1, "Down": 1, "PageUp": -PAGE_ROWS, "PageDown": PAGE_ROWS}
_TURNS = {"Left": -1, "Right": 1}
_RETURN_LINES: dict[str, Intent] = {
    "*": ReturnAll(),
    "+": LineStep(1),
    "-": LineStep(-1),
    "/": ReturnReasonTurned(),
}
_LISTS = {Where.LOOKUP, Where.CHOICE}
_RETURNS = {Where.RETURN_FIND, Where.RETURN}
_PAGED = {Where.FILE, Where.REPORT, Where.KEYMAP, Where.DEVICES}
_FIELDS = {Where.NEW_CARD, Where.FORM, Where.FIRST_START}
_DIGITS = "0123456789"


def resolve(stroke: KeyStroke, typed: str, where: Where, *, handed_over: bool = False) -> Outcome:
    """The intent of a key stroke while `typed` stands in the input and `where` is open.

    `handed_over` says that the sheet was opened with that text and nobody has edited it since.
    """
    if stroke.key.startswith("F") and stroke.key[1:].isdigit():
        return _function_key(int(stroke.key[1:]), stroke.mods, typed, where)
    if Mods.CTRL in stroke.mods:
        return _ctrl(stroke, typed, where)
    if Mods.ALT in stroke.mods:
        return _alt(stroke, typed, where)
    if stroke.key == "Enter":
        return _enter(typed, where)
    if stroke.key == "Esc":
        return EscPressed()
    if stroke.key in _MOVES:
        return _move(_MOVES[stroke.key], where)
    if where in _RETURNS:
        return _return_key(stroke.key, typed, where)
    if where is Where.FILE:
        return _file_key(stroke.key)
    if where is Where.DEVICES:
        return _device_key(stroke.key)
    if where is Where.REPORT:
        return _report_key(stroke.key, typed)
    if where is Where.KEYMAP:
        return _keymap_key(stroke.key)
    if where in _LISTS:
        return _list_key(stroke, typed, where, handed_over=handed_over)
    if where is Where.FIRST_START and stroke.key in ("1", "2", "3") and not typed:
        return Choose(int(stroke.key))
    if where in {Where.CART, Where.COMPLETE, Where.TENDER}:
        return _till_key(stroke, typed, where)
    return None


def _function_key(number: int, mods: Mods, typed: str, where: Where) -> Outcome:
    if where is Where.FIRST_START or not 1 <= number <= 12 or Mods.ALT in mods or Mods.CTRL in mods:
        return Ignored()
    if number == 10:
        return CashKey(typed)
    return FunctionKey(number, typed, shift=Mods.SHIFT in mods)


def _ctrl(stroke: KeyStroke, typed: str, where: Where) -> Outcome:
    if where in _FIELDS and stroke.key == "Z":
        return None  # taking back typing inside a field
    if where is Where.FIRST_START and stroke.key not in ("0", "9"):
        return None
    if Mods.SHIFT in stroke.mods and stroke.key in _CTRL_SHIFT:
        return _CTRL_SHIFT[stroke.key]
    if stroke.key == "N":
        return NewItem(typed=typed if where in {Where.CART, Where.COMPLETE} else "")
    return _CTRL.get(stroke.key)


def _alt(stroke: KeyStroke, typed: str, where: Where) -> Outcome:
    if stroke.key in _DIGITS and where in {Where.CART, Where.COMPLETE}:
        return QuickItemChosen(int(stroke.key) or 10, typed)
    if stroke.key in _DIGITS[1:] and where is Where.FORM:
        return FormPicked(place=int(stroke.key) - 1)
    if stroke.key in _DIGITS[1:] and where is Where.REPORT:
        return ReportSpanChosen(int(stroke.key) - 1)
    if stroke.key == "K" and where in {Where.CART, Where.TENDER, Where.FORM}:
        return TenderMethodChosen("bank_card", typed)
    return Ignored()


def _enter(typed: str, where: Where) -> Outcome:
    if where is Where.TENDER:
        return TenderFinished(typed)
    if where in _FIELDS:
        return SubmitSheet()
    if where is Where.COMPLETE and not typed:
        return NextSale()
    return EnterPressed(typed)


def _move(by: int, where: Where) -> Outcome:
    if where is Where.CART:
        return LineMoved(by)
    return RowMoved(by) if where in _LISTS | _RETURNS | _PAGED | {Where.NEW_CARD} else None


def _return_key(key: str, typed: str, where: Where) -> Outcome:
    """Days in the list of sales; one more, one less and all in the lines of one.  Digits are typed."""
    if where is Where.RETURN:
        return _RETURN_LINES.get(key)
    if key in ("-", "+") and not typed:
        return ReturnDayMoved(-1 if key == "-" else 1)
    if key == "/":
        return MemberKey(typed)
    return Ignored() if key in ("*", "+") else None


def _file_key(key: str) -> Outcome:
    """Pages turn sideways, a digit does what stands beside it."""
    if key in _TURNS:
        return FilePage(by=_TURNS[key])
    return FileAct(int(key) - 1) if len(key) == 1 and key in _DIGITS[1:] else Ignored()


def _device_key(key: str) -> Outcome:
    """As in a file: pages turn sideways, a digit does what stands beside it."""
    if key in _TURNS:
        return DevicePage(by=_TURNS[key])
    return DeviceAct(int(key) - 1) if len(key) == 1 and key in _DIGITS[1:] else Ignored()


def _report_key(key: str, typed: str) -> Outcome:
    """Days turn one by one, or one is typed as a date."""
    if key in ("-", "+") and not typed:
        return ReportDayMoved(-1 if key == "-" else 1)
    return Ignored() if key in ("+", "*", "/") else None


def _keymap_key(key: str) -> Outcome:
    """A digit chooses a preset, or whose keys they are; Del gives a key back."""
    if key in ("1", "2", "3"):
        return PresetChosen(int(key) - 1)
    if key in ("4", "5"):
        return KeysFor(alone=key == "5")
    return RemoveLine() if key == "Delete" else Ignored()


def _list_key(stroke: KeyStroke, typed: str, where: Where, *, handed_over: bool) -> Outcome:
    """A digit picks a row, but only while it cannot be part of what is being typed (ux.md §6).

    A number that came with the sheet is complete; so are letters, four digits that begin no mobile number, and eleven.
    """
    if stroke.key in ("+", "*", "/"):
        return Ignored()
    if len(stroke.key) != 1 or stroke.key not in "123456789":
        return None
    if where is Where.LOOKUP and not (typed and (handed_over or _is_complete(typed))):
        return None
    return PickRow(int(stroke.key) - 1)


def _is_complete(query: str) -> bool:
    return not query.isdigit() or len(query) == _PHONE_DIGITS or (len(query) == _LAST_DIGITS and query[0] != "1")


def _till_key(stroke: KeyStroke, typed: str, where: Where) -> Outcome:
    key = stroke.key
    if key == "+":
        if where is Where.TENDER:
            return TenderFinished(typed)
        return CashKey(typed) if typed else PayKey()
    if where is Where.TENDER:
        return Ignored() if key in ("*", "/", "-") else None
    if key == "*":
        return QuantityKey(typed) if typed else Ignored()
    if key == "/":
        return MemberKey(typed)
    if key == "-" and not typed:
        return LineStep(-1)
    if key == "Delete" and not typed:
        return RemoveLine()
    return None
