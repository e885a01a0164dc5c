"""What lapsed of points, posted in the background while the till sells: a few members at a time between two sales."""

from __future__ import annotations

from typing import Protocol

from posapp.application import points_expiry
from posapp.application.points_expiry import Expiry
from posapp.application.till import Till
from posapp.domain.points_held import month_of
from posapp.ui.checkout.shell import REST_SECONDS, Shell


class Keeper(Protocol):
    """Whoever keeps the till's months."""

    till: Till
    shell: Shell

    def report(self, error: Exception) -> None:
        """Something failed; selling goes on."""
        ...


class MonthRound:
    """One round a month; it waits for nobody and nobody waits for it."""

    def __init__(self, owner: Keeper) -> None:
        self._owner = owner
        self._month = 0

    def tick(self) -> None:
        """Begin a round where a new month has begun; asked every few seconds."""
        month = month_of(self._owner.till.business_day())
        if month != self._month:
            self._month = month
            till = self._owner.till
            self._owner.shell.submit(lambda: points_expiry.begin(till), self._go_on, self._owner.report)

    def _go_on(self, state: Expiry) -> None:
        if not state.finished:
            self._owner.shell.later(REST_SECONDS, lambda: self._next(state))

    def _next(self, state: Expiry) -> None:
        till = self._owner.till
        self._owner.shell.submit(lambda: points_expiry.go_on(till, state), self._go_on, self._owner.report)
