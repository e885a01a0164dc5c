"""The day's gifts, given in the background while the till sells: a few members at a time between two sales."""

from __future__ import annotations

from typing import Protocol

from posapp.application import daily_gifts
from posapp.application.daily_gifts import Round
from posapp.application.till import Till
from posapp.domain.time import BusinessDay
from posapp.ui.checkout.shell import REST_SECONDS, Shell


class Keeper(Protocol):
    """Whoever keeps the till's day."""

    till: Till
    shell: Shell

    def report(self, error: Exception) -> None:
        """Something failed; selling goes on."""
        ...


class DayRound:
    """One round a business day; it waits for nobody and nobody waits for it."""

    def __init__(self, owner: Keeper) -> None:
        self._owner = owner
        self._day: BusinessDay | None = None

    def tick(self) -> None:
        """Begin a round where a new business day has begun; asked every few seconds."""
        today = self._owner.till.business_day()
        if today != self._day:
            self._day = today
            till = self._owner.till
            self._owner.shell.submit(lambda: daily_gifts.begin(till), self._go_on, self._owner.report)

    def _go_on(self, state: Round) -> None:
        if not state.finished:
            self._owner.shell.later(REST_SECONDS, lambda: self._next(state))

    def _next(self, state: Round) -> None:
        till = self._owner.till
        self._owner.shell.submit(lambda: daily_gifts.go_on(till, state), self._go_on, self._owner.report)
