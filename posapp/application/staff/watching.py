"""The report on people: what each did in a period, and what is worth a look (domain.md §5.4)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posapp.application.staff import people
from posapp.domain.amounts import Money, sum_money
from posapp.domain.events import ApprovalAnswered, DrawerOpened, NumbersListed, SignInAnswered
from posapp.domain.staff_watch import MOST_A_DAY, BusyMember, Pair, Tally, close_pairs, outliers
from posapp.storage import staff_watch as rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from posapp.application.till import Till
    from posapp.domain.events import Recorded
    from posapp.domain.ids import MemberId, StaffId
    from posapp.domain.time import BusinessDay

_WRONG = frozenset({"wrong", "locked"})


@dataclass(frozen=True, slots=True)
class StaffReport:
    """`names` are those of people who are written down; `outliers` have a refund rate far above the shop's.

    `changes` are `StaffChanged` as they were recorded.
    """

    tallies: dict[StaffId, Tally]
    names: dict[StaffId, str]
    busy: tuple[BusyMember, ...]
    pairs: tuple[Pair, ...]
    outliers: tuple[StaffId, ...]
    changes: tuple[Recorded, ...] = ()


def staff_report(till: Till, first: BusinessDay, last: BusinessDay) -> StaffReport:
    """What people did on these business days, as far as it is known at this till.  Writes nothing."""
    days = (first.ordinal, last.ordinal)
    with till.database.read() as connection:
        sales = rows.sales_by_cashier(connection, days)
        tallies = _tallies(connection, days, sales)
        busy = tuple(BusyMember(*one) for one in rows.busy_members(connection, days, MOST_A_DAY))
        changes = tuple(rows.staff_changes(connection, days))
        names = {one.id: one.name for one in people.every(till, connection)}
    of_members = {(cashier, member): count for (cashier, member), count in sales.items() if member is not None}
    return StaffReport(tallies, names, busy, tuple(close_pairs(of_members)), tuple(outliers(tallies)), changes)


def _tallies(
    connection: Connection, days: rows.Days, sales: dict[tuple[StaffId, MemberId | None], int]
) -> dict[StaffId, Tally]:
    found: defaultdict[StaffId, Tally] = defaultdict(Tally)
    for (cashier, _member), count in sales.items():
        found[cashier].sales += count
    for cashier, (count, fen) in rows.by_hand(connection, days).items():
        found[cashier].by_hand, found[cashier].by_hand_amount = count, Money(fen)
    for sale in rows.sales_by_hand(connection, days):
        found[sale.cashier].by_hand_reasons.update(each.reason for each in sale.by_hand)
        found[sale.cashier].by_hand_agreed += sum(1 for each in sale.by_hand if each.approver)
    for claim in rows.late_named(connection, days):
        found[claim.operator].late_named += 1
    for bonus in rows.bonuses(connection, days):
        one = found[bonus.cashier]
        one.bonus += 1
        one.bonus_amount += sum_money(lot.bonus for lot in bonus.lots)
        one.bonus_agreed += bool(bonus.approver)
    for seen in rows.numbers_seen(connection, days):
        found[seen.operator].numbers_seen += seen.members if isinstance(seen, NumbersListed) else 1
    for back in rows.refunds(connection, days):
        one = found[back.cashier]
        if back.is_void:
            one.voids += 1
        else:
            one.refunds += 1
            one.refunded += back.amount
    for answer in rows.answers(connection, days):
        match answer:
            case DrawerOpened(operator=operator):
                found[operator].no_sales += 1
            case SignInAnswered(person=person, refused=refused) if person:
                found[person].wrong_pins += refused in _WRONG
            case ApprovalAnswered():
                _count_approval(found, answer)
            case _:
                pass
    return dict(sorted(found.items()))


def _count_approval(found: defaultdict[StaffId, Tally], answer: ApprovalAnswered) -> None:
    found[answer.operator].asked += 1
    if answer.refused:
        found[answer.operator].refused[answer.refused] += 1
    if answer.approver:
        found[answer.approver].agreed += not answer.refused
        found[answer.approver].wrong_pins += answer.refused in _WRONG
