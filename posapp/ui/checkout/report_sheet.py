"""The report of what is owed, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.ui.checkout.notice import Notice
from posapp.ui.messages import Message, Words


@dataclass(frozen=True, slots=True)
class OwedRow:
    """One liability as text: open + came − went = close; below it what moved it, and what it is worth."""

    name: Words
    open: str
    came: str
    went: str
    close: str
    moved: tuple[Words, ...] = ()
    worth: Message | None = None


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """The liabilities of a span that ends with a day; `span` is the place of the chosen one among `spans`.

    While it is reckoned there are no rows, and `ready` is False.
    """

    day: str
    listed: Message
    spans: tuple[Message, ...]
    span: int
    rows: tuple[OwedRow, ...] = ()
    ready: bool = False
    selected: int = 0
    revision: int = 0
    notice: Notice | None = None
