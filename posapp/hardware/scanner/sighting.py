"""When a code that a camera sees counts: once, until it was out of sight for a while."""

from __future__ import annotations

from collections.abc import Iterable

ABSENT_SECONDS = 1.5
"""A code has to be gone for so long before it counts again (scanner.md, Capture)."""


class Sightings:
    """Remembers when each code was last seen.  Times are seconds of any monotonic clock."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def new(self, texts: Iterable[str], now: float) -> list[str]:
        """Those of the codes in sight that came into it now."""
        fresh = []
        for text in texts:
            if now - self._last.get(text, now - ABSENT_SECONDS) >= ABSENT_SECONDS:
                fresh.append(text)
            self._last[text] = now
        self._last = {text: seen for text, seen in self._last.items() if now - seen < ABSENT_SECONDS}
        return fresh
