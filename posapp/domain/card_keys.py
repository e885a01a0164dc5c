"""The keys that codes on members' phones are made with: one a week, all from a root that no till of a server has.

A till holds the keys of two weeks, so a stolen one makes no codes for longer than those (scanner.md, Member code).  A
code is good for a minute to either side of when it was made; a till that changes to the next two weeks a minute after
the week has turned reads the codes of both weeks at the turn, and still holds no third key.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final

from posapp.domain.errors import InvalidField

STEP_SECONDS: Final = 30
STEPS_OF_TOLERANCE: Final = 2
WEEK_SECONDS: Final = 7 * 24 * 3600
WEEKS_HELD: Final = 2
KEY_BYTES: Final = 32


class NoWeekKey(InvalidField):
    """A code of a week whose key is not held here: nothing can be said of whose it is."""

    def __init__(
        self,
        reason_en: str = "this till has no key for this week's phone codes; find the member by phone number, "
        "last four digits or printed card, and restart the till",
        reason_zh: str = "本机没有本周会员码的密钥；按手机号、后四位或实体卡找会员，重启本机再试",
    ) -> None:
        super().__init__("code", reason_en, reason_zh)


@dataclass(frozen=True, slots=True)
class WeekKey:
    """The key of one week; weeks are counted from 1970 UTC."""

    week: int
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardKeys:
    """The keys that are held, of two weeks at most."""

    held: tuple[WeekKey, ...] = ()

    def __post_init__(self) -> None:
        if len(self.held) > WEEKS_HELD or any(len(one.key) != KEY_BYTES for one in self.held):
            raise ValueError("keys of two weeks at most, of 32 bytes each")

    def of_week(self, week: int) -> bytes:
        """The key of a week.  Raises `NoWeekKey`."""
        for one in self.held:
            if one.week == week:
                return one.key
        raise NoWeekKey

    def suffice_at(self, unix_seconds: int) -> bool:
        """Whether these are all that a till holds at an instant, so that there is none to ask for."""
        return {one.week for one in self.held} >= set(weeks_at(unix_seconds))


def week_of_step(step: int) -> int:
    """The week that a 30-second step lies in, both counted from 1970 UTC."""
    return step * STEP_SECONDS // WEEK_SECONDS


def weeks_at(unix_seconds: int) -> tuple[int, int]:
    """The weeks whose keys a till holds at an instant: that of the oldest code which is still good, and the next."""
    week = week_of_step(unix_seconds // STEP_SECONDS - STEPS_OF_TOLERANCE)
    return week, week + 1


def keys_from(root: bytes, unix_seconds: int) -> CardKeys:
    """The keys of the weeks at an instant, from the root that they all come from."""
    return CardKeys(tuple(WeekKey(week, _week_key(root, week)) for week in weeks_at(unix_seconds)))


def _week_key(root: bytes, week: int) -> bytes:
    return hmac.digest(root, b"week of cards\0" + week.to_bytes(8, "big", signed=True), "sha256")
