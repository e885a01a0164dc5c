"""What still has to reach the server, as a cashier would tell it (ux.md, Ctrl+U)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from posapp.application.event_words import words_of
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.events import Recorded
from posapp.domain.text import Text
from posapp.storage import unsynced as rows


@dataclass(frozen=True, slots=True)
class Dealing:
    """Something a customer came for: what, its number where one was printed, when, and the money that moved.

    `amount` is below zero where money went out, None where none moved.
    """

    what: Text
    number: str
    at: datetime
    amount: Money | None


def unsynced_dealings(till: Till) -> tuple[Dealing, ...]:
    """The dealings of this till that the server does not have yet, newest first."""
    with till.database.read() as connection:
        return tuple(_told(one) for one in rows.unsynced(connection))


def _told(recorded: Recorded) -> Dealing:
    what, number, amount = words_of(recorded.event)
    return Dealing(what, number, recorded.at, amount)
