"""The quote that was made last: most keys change nothing of what it depends on, and then it still holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from posapp.domain.pricing import Quote


class LastQuote:
    """Prices again only where the basket, the rules, the way to pay or the minute are others.

    Rules know days and minutes, so a quote holds for the minute in which it was made.
    """

    def __init__(self) -> None:
        self._made: tuple[tuple[object, ...], object, datetime, Quote] | None = None

    def held(self, parts: tuple[object, ...], plan: object, now: datetime) -> Quote | None:
        """The quote of these parts, which are told apart by identity (they are frozen), and of an equal plan."""
        made = self._made
        if made is None or made[1:3] != (plan, _minute(now)):
            return None
        return made[3] if all(old is new for old, new in zip(made[0], parts, strict=True)) else None

    def of(self, parts: tuple[object, ...], plan: object, now: datetime, price: Callable[[], Quote]) -> Quote:
        """The same, priced where it is not held."""
        held = self.held(parts, plan, now)
        if held is None:
            held = price()
            self._made = parts, plan, _minute(now), held
        return held


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
