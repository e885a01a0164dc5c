"""Another person agrees to what the cashier may not do alone; every answer is recorded (domain.md §5.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from posapp.application.staff import people
from posapp.application.staff.signing_in import UNKNOWN, pin_refusal
from posapp.domain.errors import InvalidField
from posapp.domain.events import ApprovalAnswered
from posapp.domain.ids import StaffId

if TYPE_CHECKING:
    from posapp.application.till import Cashier, Till
    from posapp.domain.staff import Right, Staff

_NOBODY = StaffId("")


@dataclass(frozen=True, slots=True)
class Ask:
    """What the cashier wants to do: how much of which right (in its unit), on what, and why."""

    right: Right
    amount: int
    reference: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who may agree.  `by_number`: nobody who ever may has a PIN here, so that a number is enough, as it was before."""

    people: tuple[Staff, ...]
    by_number: bool


def approvers(till: Till, ask: Ask, requester: Cashier) -> Approvers:
    """Who else may agree to this; those who have a PIN."""
    with till.database.read() as connection:
        able = people.with_pins(till, connection)
    enough = tuple(one for one in able if one.id != requester.id and one.may_approve(ask.right, ask.amount))
    return Approvers(enough, not any(one.may_approve(ask.right, 0) for one in able))


def approve(till: Till, ask: Ask, requester: Cashier, number: str, pin: str) -> StaffId:
    """Somebody else agrees; returns who.  Recorded before this returns, also where the answer is no.

    Raises `InvalidField` where it is the same person, nobody's number, somebody with too narrow limits, or a PIN that
    is wrong or locked.
    """
    number = number.strip()
    with till.database.read() as connection:
        known = people.find(till, connection, number)
    by_number = approvers(till, ask, requester).by_number
    refused, error = _refusal(till, ask, requester, number, known, None if by_number else pin)
    who = known.id if known is not None else StaffId(number) if by_number else _NOBODY
    _record(till, ask, requester, who, refused)
    if error is not None:
        raise error
    return who


def withdraw(till: Till, ask: Ask, requester: Cashier) -> None:
    """Nobody agreed, and the cashier gave it up."""
    _record(till, ask, requester, _NOBODY, "withdrawn")


def _refusal(
    till: Till, ask: Ask, requester: Cashier, number: str, known: Staff | None, pin: str | None
) -> tuple[str, InvalidField | None]:
    if number == requester.id:
        return "same", InvalidField(
            "approver", "somebody else must agree, not the cashier", "须由另一人同意，不能是收银员本人"
        )
    if pin is None:
        return ("", None) if number else ("unknown", UNKNOWN)
    if known is not None and not known.may_approve(ask.right, ask.amount):
        return "rights", InvalidField(
            "approver", f"{known.name} may not agree to this much", f"{known.name}的权限不够，换一位主管"
        )
    return pin_refusal(till, known, pin)


def _record(till: Till, ask: Ask, requester: Cashier, approver: StaffId, refused: str) -> None:
    event = ApprovalAnswered(
        business_day=till.business_day(),
        operator=requester.id,
        approver=approver,
        right=ask.right.value,
        amount=ask.amount,
        limit=requester.limits.most(ask.right),
        reference=ask.reference,
        reason=ask.reason,
        refused=refused,
    )
    with till.database.write() as connection:
        till.log.append(connection, event, till.clock.now())
    till.committed()
