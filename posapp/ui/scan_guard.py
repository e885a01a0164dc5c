"""Tells a scanner from a hand at the keyboard (ux.md §6, scanner.md).

A scanner is a keyboard that types at least six characters, half of them no more than 35 ms apart, and then Enter. Pure
Python: times are seconds of any monotonic clock and come from outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from statistics import median

MIN_LENGTH = 6
MAX_GAP_SECONDS = 0.035
QUIET_SECONDS = 0.300
FINGER_SECONDS = 0.018
"""A key that is still down after so long is under a finger.

Scanners let go of a key before they strike the next one, so half-way through a gap at the latest, or strike so fast
that the next one has come; a hand holds a key for 50 ms and more.
"""
_STALL_SECONDS = 0.100
"""A radio scanner that has begun may pause so long between two characters."""
_HOLD_FROM = 3
"""From this character of a fast run on, they are held back: no hand types three keys within 70 ms on purpose."""


class Fate(StrEnum):
    """What becomes of a character."""

    PASS = "pass"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class KeyVerdict:
    """What to do with a character.

    `released` was held back, turned out to be typed by hand and goes in before this one. `starts` is true for the
    first character of a run: what the focused input holds now is what a scan has to leave behind.
    """

    fate: Fate
    released: str = ""
    starts: bool = False


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan. Its first characters may have reached the focused input, to be put back as it was at `starts`."""

    text: str


@dataclass(frozen=True, slots=True)
class Swallowed:
    """An Enter that belongs to a scan just done."""


@dataclass(frozen=True, slots=True)
class Passed:
    """An Enter by hand; `released` was held back and goes in first."""

    released: str = ""


EnterVerdict = Scanned | Swallowed | Passed


class ScanGuard:
    """Fed with every printable key and every Enter, in order."""

    def __init__(self) -> None:
        self._run = ""
        self._gaps: list[float] = []
        self._held = ""
        self._last: float | None = None
        self._last_scan: float | None = None

    @property
    def holding(self) -> bool:
        """Characters are held back; `expire` must be asked after the gap has passed."""
        return bool(self._held)

    def goes_on(self, now: float) -> bool:
        """Whether what is struck now still belongs to the run."""
        if self._last is None:
            return False
        gap = now - self._last
        if len(self._run) < _HOLD_FROM:
            return gap <= MAX_GAP_SECONDS
        return gap <= _STALL_SECONDS and median([*self._gaps, gap]) <= MAX_GAP_SECONDS

    def key(self, character: str, now: float, *, acts: bool = False) -> KeyVerdict:
        """A printable character at a time.

        One that `acts` (picks a row, goes to paying) is held from the start, because an act cannot be taken back when
        it proves to be the first character of a scan.
        """
        released = ""
        if self._last is not None and self.goes_on(now):
            self._gaps.append(now - self._last)
        else:
            released = self._drop()
        # The Enter that follows belongs to this character and no longer to the scan before it.
        self._last_scan = None
        self._last = now
        self._run += character
        starts = len(self._run) == 1
        if len(self._run) < _HOLD_FROM and not self._held and not acts:
            return KeyVerdict(Fate.PASS, released, starts)
        self._held += character
        return KeyVerdict(Fate.HOLD, released, starts)

    def enter(self, now: float) -> EnterVerdict:
        """An Enter at a time.  One right after a scan is the scanner's second (CR LF) and pays for nothing."""
        if len(self._run) >= MIN_LENGTH and self.goes_on(now):
            text = self._run
            self._drop()
            self._last_scan = now
            return Scanned(text)
        released = self._drop()
        if self._last_scan is not None and now - self._last_scan < QUIET_SECONDS:
            return Swallowed()
        return Passed(released)

    def other(self) -> str:
        """A key that no scanner sends: whatever was held goes in first, and the next Enter is the hand's."""
        self._last_scan = None
        return self._drop()

    def expire(self, now: float, *, down: bool = False) -> str:
        """What was held and is not a scan after all, once the gap has passed; else nothing.

        `down` says that the key of the last character has not come up yet: a lone character that a finger holds is
        let go at once.
        """
        if down and len(self._run) == 1 and self._last is not None and now - self._last >= FINGER_SECONDS:
            return self._drop()
        return "" if self.goes_on(now) else self._drop()

    def _drop(self) -> str:
        released, self._held, self._run, self._last = self._held, "", "", None
        self._gaps.clear()
        return released
