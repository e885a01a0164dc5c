"""Keys inside an open list to pick one row from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.file_modes import FilePickMode
from posapp.ui.checkout.inbox_modes import InboxMode
from posapp.ui.checkout.session import HeldMode, UnsyncedMode
from posapp.ui.checkout.wallet_modes import CouponsMode, GiftsMode, PassesMode

RowsMode = CouponsMode | GiftsMode | HeldMode | PassesMode | UnsyncedMode | FilePickMode | InboxMode


def handle_rows(owner: Desk, mode: RowsMode, count: int, pick: Callable[[int], None], intent: do.Intent) -> bool:
    """Whether the intent was about the `count` rows of a list: moving among them, or picking one; then it is done."""
    match intent:
        case do.RowMoved(by=by) | do.LineMoved(by=by):
            owner.change(mode=replace(mode, selected=max(0, min(count - 1, mode.selected + by))))
        case do.PickRow(index=index) if 0 <= index < count:
            pick(index)
        case do.EnterPressed(typed="") if count:
            pick(mode.selected)
        case do.EnterPressed(typed=""):
            pass
        case _:
            return False
    return True
