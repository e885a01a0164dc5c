"""An exception as a till knows it: what it is about, and the events concerned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from posapp.domain.accounts import Account
from posapp.domain.events import Recorded
from posapp.domain.ids import AssetId, MemberId, StreamId
from posapp.domain.inbox.kinds import ExceptionKind


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An event concerned: where it was recorded, and the event where this program can read it."""

    store: str
    stream: StreamId
    sequence: int
    recorded: Recorded | None

    def moved(self, account: Account, holder: bytes) -> int:
        """What it moved on a holder's balance."""
        if self.recorded is None:
            return 0
        postings = self.recorded.transaction.postings
        return sum(each.amount for each in postings if each.account is account and each.holder == holder)


@dataclass(frozen=True, slots=True)
class Case:
    """An open exception.

    `stream` and `sequence` are the place of the event that it was opened for.  `holder` and `account` are the balance
    that is wrong, where it is one, and `amount` by how much, in the account's unit; where it is none, `amount` is in
    fen, below zero where the shop got too little, and zero where nothing can be said.  `lines` are oldest first;
    `earlier` says that there were more before them.  `detail` is the server's sentence in both languages.
    """

    item: AssetId
    kind: ExceptionKind
    store: str
    opened_at: datetime
    stream: StreamId
    sequence: int
    detail: str
    holder: bytes
    account: Account | None
    amount: int
    lines: tuple[LedgerLine, ...]
    earlier: bool = False

    @property
    def concerned(self) -> Recorded | None:
        """The event that it was opened for."""
        for line in self.lines:
            if (line.stream, line.sequence) == (self.stream, self.sequence):
                return line.recorded
        return None

    @property
    def member(self) -> MemberId | None:
        """Whom it concerns, as far as the event says."""
        if self.kind is ExceptionKind.DEBT:
            return MemberId(self.holder)
        event = self.concerned.event if self.concerned is not None else None
        return getattr(event, "member", None)
