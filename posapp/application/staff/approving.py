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
    """What the cashier wants to do: how much of which right (in its unit), on what, and why.

    `besides` are further rights that the same person has to have for it, with how much of each.
    """

    right: Right
    amount: int
    reference: str
    reason: str = ""
    besides: tuple[tuple[Right, int], ...] = ()

    @property
    def wanted(self) -> tuple[tuple[Right, int], ...]:
        """Every right that it needs, and how much of it."""
        return ((self.right, self.amount), *self.besides)

    def lies_within(self, person: Staff) -> bool:
        """Whether somebody's word is enough for all of it."""
        return all(person.may_approve(right, amount) for right, amount in self.wanted)


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who may agree.  `by_number`: nobody who ever may has a PIN here, so that a number is enough, as it was before."""

    people: tuple[Staff, ...]
    by_number: bool


def approvers(till: Till, ask: Ask, requester: Cashier) -> Approvers:
    """Who else may agree to this; those who have a PIN."""
    with till.database.read() as connection:
        able = people.with_pins(till, connection)
    enough = tuple(one for one in able if one.id != requester.id and ask.lies_within(one))
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
    if known is not None and not ask.lies_within(known):
        return "rights", InvalidField(
            "approver", f"{known.name} may not agree to this much", f"{known.name}的权限不够，换一位主管"
        )
    return pin_refusal(till, known, pin)


def _record(till: Till, ask: Ask, requester: Cashier, approver: StaffId, refused: str) -> None:
    day = till.business_day()
    with till.database.write() as connection:
        for right, amount in ask.wanted:
            event = ApprovalAnswered(
                business_day=day,
                operator=requester.id,
                approver=approver,
                right=right.value,
                amount=amount,
                limit=requester.limits.most(right),
                reference=ask.reference,
                reason=ask.reason,
                refused=refused,
            )
            till.log.append(connection, event, till.clock.now())
    till.committed()
