"""Ctrl+U: what still has to reach the server.  There is nothing to do about it but to see it."""

from __future__ import annotations

from typing import get_args

from posapp.application.unsynced import unsynced_dealings
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.intents import ShowUnsynced
from posapp.ui.checkout.list_keys import handle_rows
from posapp.ui.checkout.session import CompleteMode, Listing, UnsyncedMode
from posapp.ui.checkout.words import warning

_GIVES_WAY = (*get_args(Listing), CompleteMode)
"""What may be closed without losing anything; where something is typed or counted, that is finished first."""


class UnsyncedKeys:
    """The list of what waits."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about what waits; then it is done or under way."""
        owner, mode = self._owner, self._owner.session.mode
        match intent:
            case ShowUnsynced() if mode is not None and not isinstance(mode, _GIVES_WAY):
                owner.toast(warning("unsynced.later"))
            case ShowUnsynced():
                owner.work(
                    lambda: unsynced_dealings(owner.till),
                    lambda rows: owner.change(mode=UnsyncedMode(rows), toast=None),
                )
            case do.EnterPressed(typed="") | do.PickRow() if isinstance(mode, UnsyncedMode):
                owner.change(mode=None)
            case _:
                return isinstance(mode, UnsyncedMode) and handle_rows(owner, mode, mode.count, _nothing, intent)
        return True


def _nothing(_row: int) -> None:
    """A row is only there to be read."""
