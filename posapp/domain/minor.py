"""Children: how old somebody is, and what they may do alone (民法典 19-20; PIPL 31; domain.md §3.3)."""

from __future__ import annotations

from enum import Enum, unique
from typing import Final

from posapp.domain.time import BusinessDay

NO_CAPACITY_BELOW: Final = 8
CONSENT_OF_GUARDIAN_BELOW: Final = 14
ADULT_FROM: Final = 18
_WITH_YEAR: Final = 8


@unique
class Capacity(Enum):
    """What the law lets somebody do alone."""

    NONE = "none"
    LIMITED = "limited"
    FULL = "full"


def age_on(birthday: str, day: BusinessDay) -> int | None:
    """Full years on a day, of a birthday ``YYYYMMDD``; None where the year is not known."""
    if len(birthday) != _WITH_YEAR:
        return None
    year, month_and_day = int(birthday[:4]), int(birthday[4:])
    today = day.date
    return today.year - year - ((today.month * 100 + today.day) < month_and_day)


def capacity(birthday: str, day: BusinessDay) -> Capacity:
    """What somebody may do alone; whoever did not give a year of birth is taken as grown up."""
    age = age_on(birthday, day)
    if age is None or age >= ADULT_FROM:
        return Capacity.FULL
    return Capacity.LIMITED if age >= NO_CAPACITY_BELOW else Capacity.NONE


def needs_guardian(birthday: str, day: BusinessDay) -> bool:
    """Whether personal data may be taken only with a guardian's consent: under fourteen (PIPL 28, 31)."""
    age = age_on(birthday, day)
    return age is not None and age < CONSENT_OF_GUARDIAN_BELOW
