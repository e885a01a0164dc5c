"""Who stood at the till, and who agreed to what (domain.md §5.4).  No PIN is ever in an event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, unique

from posapp.domain.ids import StaffId
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class ApprovalAnswered:
    """Somebody was asked to agree to what the cashier may not do alone, and did or did not.

    `right` and `amount` are what was asked (`domain.staff.Right`, in its unit), `limit` is what the cashier may alone;
    None is without one, where two persons are needed however much it is.  `reference` says on what: a receipt, a
    request.  `refused` is empty where it was granted, else ``same``, ``unknown``, ``rights``, ``wrong``, ``locked``,
    ``unset`` or ``withdrawn``.  `approver` is empty where the number is nobody's: what was typed may have been a PIN.
    """

    business_day: BusinessDay
    operator: StaffId
    approver: StaffId
    right: str
    amount: int
    limit: int | None
    reference: str
    reason: str
    refused: str


@dataclass(frozen=True, slots=True)
class SignInAnswered:
    """Somebody wanted to be the cashier; `before` is who was.  `refused` is as in `ApprovalAnswered`."""

    business_day: BusinessDay
    person: StaffId
    before: StaffId
    refused: str


@unique
class StaffStep(IntEnum):
    """What was changed of somebody who works here; the numbers are recorded."""

    ADDED = 1
    PIN = 2
    ROLE = 3
    LIMITS = 4
    LEFT = 5


@dataclass(frozen=True, slots=True)
class StaffChanged:
    """Somebody was added, given a PIN, another role or other limits, or taken off the list.

    `operator` is who did it, empty where it was done on the till's command line.  `role` is theirs from then on, and
    `before` what it was; empty for whoever is new.  Neither a name nor anything of a PIN is in it.
    """

    business_day: BusinessDay
    operator: StaffId
    person: StaffId
    step: StaffStep
    role: str
    before: str
