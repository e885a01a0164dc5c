"""Places at a workshop: taken, waited for, given up, used, and used by mistake (W-46)."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.ids import MemberId, RuleId, StaffId
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class WorkshopJoined:
    """A member has a place, or waits for one.  Who waited and gets a place joins again, not waiting."""

    business_day: BusinessDay
    operator: StaffId
    member: MemberId
    workshop: RuleId
    waiting: bool


@dataclass(frozen=True, slots=True)
class WorkshopLeft:
    """A member gave up their place, or no longer waits."""

    business_day: BusinessDay
    operator: StaffId
    member: MemberId
    workshop: RuleId
    waiting: bool


@dataclass(frozen=True, slots=True)
class WorkshopAttended:
    """A member came."""

    business_day: BusinessDay
    operator: StaffId
    member: MemberId
    workshop: RuleId


@dataclass(frozen=True, slots=True)
class CheckInUndone:
    """A member was checked in by mistake."""

    business_day: BusinessDay
    operator: StaffId
    member: MemberId
    workshop: RuleId
