"""Who stood at the till, and who agreed to what (domain.md §5.4).  No PIN is ever in an event."""

from __future__ import annotations

from dataclasses import dataclass

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
