"""What the till is in the middle of with the exceptions inbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

# The screen knows these modes from its first paint on; the inbox behind them is loaded when it is opened.
if TYPE_CHECKING:
    from posapp.application.inbox import Inbox, OpenCase


@dataclass(frozen=True, slots=True)
class InboxMode:
    """Choosing among the open exceptions."""

    inbox: Inbox
    selected: int = 0

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.inbox.cases)


@dataclass(frozen=True, slots=True)
class CaseMode:
    """Deciding about one of them; `line` is the event in sight."""

    back: InboxMode
    opened: OpenCase
    line: int


InboxModes = InboxMode | CaseMode
