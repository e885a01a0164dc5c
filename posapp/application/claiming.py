"""Naming the buyer of a sale after it was completed: by its receipt, and somebody else agrees (domain.md §5.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from posapp.application.returnable import Returnable, read_returnable
from posapp.application.tiers import record_after_sale
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.errors import InvalidField
from posapp.domain.events import SaleClaimed
from posapp.domain.ids import StaffId
from posapp.domain.refund import Returned, refund
from posapp.domain.staff import Right
from posapp.storage import member_states
from posapp.storage import members as member_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from posapp.application.till import Cashier, Till
    from posapp.domain.ids import MemberId

NOBODY: Final = StaffId("")
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ClaimPreview:
    """What naming somebody would bring: points, growth and counted spend; the sale is so many started hours old."""

    points: Points
    growth: Growth
    spend: Money
    hours: int


def preview_claim(till: Till, original: Returnable, member: MemberId, cashier: Cashier) -> ClaimPreview:
    """What it would bring this member, now.  Writes nothing.  Raises `InvalidField` where nobody may be named."""
    if original.sale.member is not None or original.claims:
        raise InvalidField("sale", "this sale has its member already", "这一单已经记在会员名下")
    if member == cashier.member:
        raise InvalidField(
            "member",
            "the cashier's own card: somebody else signs in (Ctrl+L)",
            "这是收银员本人的会员卡：Ctrl+L 换人收银",
        )
    if original.is_empty:
        raise InvalidField("sale", "all of it came back", "这一单已经全部退回")
    earned = _earned(original, original.everything)
    age = till.clock.now() - original.recorded.at
    return ClaimPreview(earned.points_taken, earned.growth_taken, earned.spend_taken, max(1, -(-age // _HOUR)))


def claim_sale(
    till: Till, position: int, member: MemberId, cashier: Cashier, approver: StaffId = NOBODY
) -> SaleClaimed:
    """Name the member of a sale that was completed without one; when this returns, it is on disk.

    Points are those of the price that was paid: no rate, coupon or multiplier is given afterwards.  Raises
    `InvalidField` where nobody may be named, or where somebody else must agree, and the storage's errors.
    """
    with till.database.write() as connection:
        original = read_returnable(till, connection, position)
        preview = preview_claim(till, original, member, cashier)
        if not cashier.limits.cover(Right.LATE_ATTACH, preview.hours) and approver in (NOBODY, cashier.id):
            raise InvalidField(
                "approver", "somebody else must agree, not the cashier", "须由另一人同意，不能是收银员本人"
            )
        life = till.programme.points_life
        sale = original.sale
        event = SaleClaimed(
            business_day=till.business_day(),
            operator=cashier.id,
            approver=approver,
            original_device=original.recorded.stream.device,
            original_incarnation=original.recorded.stream.incarnation,
            original_sequence=original.recorded.sequence,
            original_receipt=sale.receipt_number,
            original_day=sale.business_day,
            member=member,
            points=preview.points,
            growth=preview.growth,
            spend=preview.spend,
            net=Money(sale.due.fen - sum(back.amount.fen for back in original.refunds)),
            orders=1,
            points_last_day=life.last_day(sale.business_day) if life is not None else None,
            points_free_day=life.free_day(sale.business_day) if life is not None else None,
        )
        before = member_rows.standing(connection, member)
        till.log.append(connection, event, till.clock.now())
        after = member_rows.standing(connection, member)
        record_after_sale(till, connection, member, (before, after), cashier.id)
    till.committed()
    return event


def take_back_claim(
    till: Till, connection: Connection, original: Returnable, coming: Sequence[int], operator: StaffId, net: Money
) -> None:
    """Goods of a claimed sale come back: what they had earned goes with them, in the refund's own transaction."""
    if not original.claims:
        return
    first = original.claims[0]
    gone = _earned(original, coming)
    now = member_states.survivor_of(connection, first.visitor)
    event = replace(
        first,
        business_day=till.business_day(),
        operator=operator,
        approver=NOBODY,
        member=now,
        points=Points(-gone.points_taken.count),
        growth=Growth(-gone.growth_taken.count),
        spend=Money(-gone.spend_taken.fen),
        net=Money(-net.fen),
        orders=-1 if gone.complete else 0,
        named=first.visitor if now != first.visitor else None,
    )
    till.log.append(connection, event, till.clock.now())


def _earned(original: Returnable, coming: Sequence[int]) -> Returned:
    """What so much of the sale earns, as if somebody had been named from the start: by its own rule and price."""
    return refund(replace(original.view, earns=True, recorded=None), original.before, coming)
