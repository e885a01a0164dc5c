"""Pictures of each dialog of the member's file, with what a cashier would have typed into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench.key_screens import Studio
from posapp.application.members import open_card
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.file_intents import FileAct, FilePage
from posapp.ui.checkout.file_modes import FileFormMode, FileMode, FilePickMode, Page
from posapp.ui.checkout.session import OtherMemberMode

_OTHER: Final = "13957160009"
_BACK = do.EscPressed()
_FORM, _LIST, _FIND = "form_", "choice_sheet", "lookup_sheet"
_FORMS: Final[tuple[tuple[Page, int, str, dict[str, str]], ...]] = (
    (Page.PERSON, 0, "reveal", {"reason": "快递要联系本人"}),
    (Page.PERSON, 1, "edit", {"name": "林晓梅", "birthday": "1990-06-08"}),
    (Page.PERSON, 2, "number", {"phone": "13957166021"}),
    (Page.PERSON, 4, "guardian", {"guardian": "林建国"}),
    (Page.PERSON, 5, "export", {"folder": "D:/会员资料"}),
    (Page.PERSON, 6, "leave", {"reason": "本人要求"}),
    (Page.PERSON, 7, "reassign", {}),
    (Page.WALLET, 1, "void", {"reason": "重复发放"}),
    (Page.WALLET, 3, "card", {}),
    (Page.POINTS, 1, "tier", {"until": "2027-12-31", "note": "老顾客迁店"}),
)
"""Page, place of the action, name of the picture, and what is typed."""


def take_dialogs(studio: Studio) -> None:
    """Each of them over the member's file, which nothing has changed afterwards."""
    presenter = studio.presenter
    open_card(presenter.till, _OTHER, presenter.cashier.id, name="王小明")
    studio.ask(do.OpenMemberFile(), until=_in(studio, FileMode))
    for page, place, name, values in _FORMS:
        studio.ask(FilePage(page=page), FileAct(place), until=_in(studio, FileFormMode))
        studio.fill(**values)
        if name == "tier":
            studio.ask(do.FormPicked("diamond"), until=lambda: True)
        studio.take_both(f"wallet_{name}", _FORM)
        studio.ask(_BACK, until=_in(studio, FileMode))
    studio.ask(FilePage(page=Page.WALLET), until=_in(studio, FileMode))
    _from_list(studio, 0, "give")
    _from_list(studio, 6, "pass_back")
    _with_other(studio, 4, "merge")
    _transfer(studio)
    studio.ask(_BACK, until=lambda: presenter.session.mode is None)


def take_review(studio: Studio) -> None:
    """The reward for a review of the sale that was just completed."""
    presenter = studio.presenter
    studio.ask(do.OpenMemberFile(), until=_in(studio, FileMode))
    studio.ask(FilePage(page=Page.HISTORY), until=lambda: getattr(presenter.session.mode, "history", None) is not None)
    mode = presenter.session.mode
    entries = mode.history.entries if isinstance(mode, FileMode) and mode.history is not None else ()
    sale = next(place for place, one in enumerate(entries) if one.is_sale)
    studio.ask(do.PickRow(sale), FileAct(0), until=_in(studio, FileFormMode))
    studio.take_both("wallet_review", _FORM)
    studio.ask(_BACK, _BACK, until=lambda: presenter.session.mode is None)


def _in(studio: Studio, kind: type) -> Callable[[], bool]:
    return lambda: isinstance(studio.presenter.session.mode, kind)


def _from_list(studio: Studio, place: int, name: str) -> None:
    """A list, and the dialog of its first row."""
    studio.ask(FileAct(place), until=_in(studio, FilePickMode))
    studio.take_both(f"wallet_{name}_list", _LIST)
    studio.ask(do.EnterPressed(), until=_in(studio, FileFormMode))
    studio.take_both(f"wallet_{name}", _FORM)
    studio.ask(_BACK, until=_in(studio, FileMode))


def _with_other(studio: Studio, place: int, name: str) -> None:
    """The search for another member, and the dialog about both."""
    _find(studio, place, name)
    studio.ask(do.EnterPressed(), until=_in(studio, FileFormMode))
    studio.take_both(f"wallet_{name}", _FORM)
    studio.ask(_BACK, until=_in(studio, FileMode))


def _find(studio: Studio, place: int, name: str) -> None:
    def found() -> bool:
        mode = studio.presenter.session.mode
        return isinstance(mode, OtherMemberMode) and len(mode.found.members) == 1

    studio.ask(FileAct(place), until=_in(studio, OtherMemberMode))
    studio.type_into("lookup_entry", _OTHER)
    studio.ask(until=found)
    studio.take_both(f"wallet_{name}_find", _FIND)


def _transfer(studio: Studio) -> None:
    """The search, what the other member may take over, and one of them."""
    _find(studio, 7, "transfer")
    studio.ask(do.EnterPressed(), until=_in(studio, FilePickMode))
    studio.take_both("wallet_transfer_list", _LIST)
    studio.ask(do.EnterPressed(), until=_in(studio, FileFormMode))
    studio.fill(name="王小明", number="110101199003078134")
    studio.take_both("wallet_transfer", _FORM)
    studio.ask(_BACK, until=_in(studio, FileMode))
