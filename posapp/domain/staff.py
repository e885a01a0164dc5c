"""Who works here, and how far each may go alone (domain.md §5.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId, StaffId

if TYPE_CHECKING:
    from collections.abc import Mapping

REVEAL_NUMBER: Final = "reveal_number"
"""The permission to see a member's whole phone number (domain.md §3.3)."""
SEE_EXCEPTIONS: Final = "see_exceptions"
"""The permission to be told, while selling, that exceptions wait for somebody to decide (ux.md §7, Conflict)."""
_LONGEST_NUMBER, _LONGEST_NAME = 12, 24


class Role(StrEnum):
    """What somebody is in the shop."""

    CASHIER = "cashier"
    MANAGER = "manager"
    OWNER = "owner"


class Right(StrEnum):
    """What is limited; each is a field of `Limits`, and in its unit."""

    LINE_DISCOUNT = "line_discount"
    ORDER_DISCOUNT = "order_discount"
    BELOW_COST = "below_cost"
    CASH_REFUND = "cash_refund"
    POINTS_BY_HAND = "points_by_hand"
    LATE_ATTACH = "late_attach"
    MEMBER_RECORDS = "member_records"
    EXCEPTIONS = "exceptions"
    OPEN_PRICE = "open_price"
    BONUS_BY_HAND = "bonus_by_hand"


@dataclass(frozen=True, slots=True)
class Limits:
    """How far somebody goes without another person; None is without a limit, 0 is not at all.

    Discounts by hand and how far a price may lie below cost are in basis points, cash back of one sale in fen, points
    by hand in points a shift (beside the programme's `manual_most`), a member attached after the sale in hours,
    members' records that are changed for good (another number, a merge, a tier by hand) one by one, what an exception
    costs the shop or its member in fen, one fen at least, prices that are typed for goods the shop does not know and
    bonus on a card that nobody paid for in fen.  The defaults are a cashier's (domain.md §5.4).
    """

    line_discount: int | None = 1_000
    order_discount: int | None = 1_000
    below_cost: int | None = 0
    cash_refund: int | None = 20_000
    points_by_hand: int | None = None
    late_attach: int | None = 0
    member_records: int | None = 0
    exceptions: int | None = 0
    open_price: int | None = 20_000
    bonus_by_hand: int | None = 0

    def most(self, right: Right) -> int | None:
        """The limit of a right."""
        limit: int | None = getattr(self, right.value)
        return limit

    def cover(self, right: Right, amount: int) -> bool:
        """Whether so much lies within the limit."""
        most = self.most(right)
        return most is None or amount <= most


CASHIER_LIMITS: Final = Limits()
LIMITS: Final[Mapping[Role, Limits]] = {
    Role.CASHIER: CASHIER_LIMITS,
    Role.MANAGER: Limits(None, None, 0, None, None, 24, None, None, None, 20_000),
    Role.OWNER: Limits(None, None, None, None, None, None, None, None, None, None),
}
"""What a role may where a person's own document says nothing else."""
PERMISSIONS: Final[Mapping[Role, frozenset[str]]] = {
    Role.CASHIER: frozenset(),
    Role.MANAGER: frozenset({REVEAL_NUMBER, SEE_EXCEPTIONS}),
    Role.OWNER: frozenset({REVEAL_NUMBER, SEE_EXCEPTIONS}),
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who works here.  `member` is their own membership, which they may not serve."""

    id: StaffId
    name: str
    role: Role
    limits: Limits
    member: MemberId | None = None
    active: bool = True

    def may_approve(self, right: Right, amount: int) -> bool:
        """Whether their word is enough for what somebody else asks: cashiers agree to nothing."""
        return self.active and self.role is not Role.CASHIER and self.limits.cover(right, amount)


def staff_member(
    number: str, name: str, role: str, limits: Mapping[str, int | None] | None = None, member: MemberId | None = None
) -> Staff:
    """Somebody as they are typed in; `limits` differ from the role's by name.  Raises `InvalidField`."""
    tidy = " ".join(name.split())
    if not (number.isascii() and number.isalnum() and len(number) <= _LONGEST_NUMBER):
        raise InvalidField("number", "up to 12 digits or letters", "工号为 12 位以内的数字或字母")
    if not tidy or len(tidy) > _LONGEST_NAME:
        raise InvalidField("name", "a name of up to 24 characters", "姓名为 1 到 24 个字")
    if role not in list(Role):
        raise InvalidField("role", f"one of {', '.join(Role)}", "角色为 cashier、manager 或 owner")
    known = {right.value for right in Right}
    if limits and not limits.keys() <= known:
        raise InvalidField("limits", f"limits are {', '.join(sorted(known))}", "没有这种权限上限")
    return Staff(StaffId(number), tidy, Role(role), replace(LIMITS[Role(role)], **(limits or {})), member)
