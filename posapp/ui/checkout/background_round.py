"""Work that comes with the calendar, done while the till sells: a few members at a time between two sales."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from posapp.application import assets_in_time, daily_gifts, points_expiry
from posapp.application.till import Till
from posapp.ui.checkout.shell import Shell

REST_SECONDS = 0.1
"""Between two pieces of work: without a rest they would keep the keys waiting."""


class Progress(Protocol):
    """Where a round stands."""

    @property
    def finished(self) -> bool:
        """Whether nothing of it is left."""
        ...


class Keeper(Protocol):
    """Whoever keeps the till."""

    till: Till
    shell: Shell

    @property
    def is_idle(self) -> bool:
        """Whether no sale and no question is open."""
        ...

    def report(self, error: Exception) -> None:
        """Something failed; selling goes on."""
        ...


P = TypeVar("P", bound=Progress)


class BackgroundRound(Generic[P]):
    """One round a period, such as a day or a month; it waits for every sale, and no sale waits for it.

    `period` is the number of the period of now; `begin` says what is to do in it, `go_on` does the next piece.
    """

    def __init__(
        self, owner: Keeper, period: Callable[[Till], int], begin: Callable[[Till], P], go_on: Callable[[Till, P], P]
    ) -> None:
        self._owner, self._period, self._begin, self._go_on = owner, period, begin, go_on
        self._current: int | None = None

    def tick(self) -> None:
        """Begin a round where a new period has begun; asked every few seconds."""
        till = self._owner.till
        now = self._period(till)
        if now != self._current:
            self._current = now
            self._owner.shell.submit(lambda: self._begin(till), self._rest, self._owner.report)

    def _rest(self, progress: P) -> None:
        if not progress.finished:
            self._owner.shell.later(REST_SECONDS, lambda: self._next(progress))

    def _next(self, progress: P) -> None:
        if not self._owner.is_idle:
            self._rest(progress)
            return
        till = self._owner.till
        self._owner.shell.submit(lambda: self._go_on(till, progress), self._rest, self._owner.report)


def rounds_of(owner: Keeper) -> tuple[BackgroundRound[Any], ...]:
    """Everything that comes with the calendar."""
    return (
        BackgroundRound(owner, daily_gifts.period, daily_gifts.begin, daily_gifts.go_on),
        BackgroundRound(owner, points_expiry.period, points_expiry.begin, points_expiry.go_on),
        BackgroundRound(owner, assets_in_time.period, assets_in_time.begin, assets_in_time.go_on),
    )
