"""`posapp report staff`: what each person did, and what is worth a look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.application.members import find_member
from posapp.application.staff.watching import StaffReport, staff_report
from posapp.domain.by_hand import reason_words
from posapp.domain.events import StaffChanged, StaffStep
from posapp.domain.staff_watch import MOST_A_DAY, MOST_OF_ONE

if TYPE_CHECKING:
    from posapp.application.till import Till
    from posapp.domain.ids import MemberId, StaffId
    from posapp.domain.time import BusinessDay

_STEPS = {
    StaffStep.ADDED: "新增 / added",
    StaffStep.PIN: "设密码 / PIN set",
    StaffStep.ROLE: "改角色 / role",
    StaffStep.LIMITS: "改权限 / limits",
    StaffStep.LEFT: "离职 / left",
}


def print_staff(till: Till, first: BusinessDay, last: BusinessDay) -> None:
    """Print the figures of these business days; members by card number, never by phone."""
    made = staff_report(till, first, last)
    for who, one in made.tallies.items():
        print(f"{_named(made, who)}{'  ← 退货偏多 / many refunds' if who in made.outliers else ''}")
        rate = _percent(one.refund_rate)
        print(f"  sales {one.sales}  refunds {one.refunds} {one.refunded} ({rate})  voids {one.voids}")
        reasons = ", ".join(f"{_reason(why)} {count}" for why, count in sorted(one.by_hand_reasons.items()))
        print(f"  by hand {one.by_hand} ({one.by_hand_amount})  named late {one.late_named}  no sales {one.no_sales}")
        if reasons:
            print(f"    {reasons}; agreed to by another person {one.by_hand_agreed}")
        if one.bonus:
            print(f"  bonus by hand {one.bonus} ({one.bonus_amount}); agreed to by another person {one.bonus_agreed}")
        if one.numbers_seen:
            print(f"  whole phone numbers seen {one.numbers_seen} / 看过完整号码 {one.numbers_seen} 个")
        refused = ", ".join(f"{why} {count}" for why, count in sorted(one.refused.items())) or "0"
        print(f"  asked {one.asked} (refused: {refused})  agreed {one.agreed}  wrong PINs {one.wrong_pins}")
    print(f"members with more than {MOST_A_DAY} sales a day / 会员一天超过 {MOST_A_DAY} 单: {len(made.busy)}")
    for busy in made.busy:
        print(f"  {busy.day}  {_card(till, busy.member)}  {busy.sales}")
    share = _percent(MOST_OF_ONE)
    print(f"one member in more than {share} of a cashier's member sales / 同一会员占比超过 {share}: {len(made.pairs)}")
    for pair in made.pairs:
        print(f"  {_named(made, pair.cashier)}  {_card(till, pair.member)}  {pair.sales} ({_percent(pair.share)})")
    _print_changes(till, made)


def _print_changes(till: Till, made: StaffReport) -> None:
    """When, who, and what they changed of whom."""
    print(f"changes of who works here / 人员变更: {len(made.changes)}")
    for one in made.changes:
        if isinstance(one.event, StaffChanged):
            change = one.event
            at = one.at.astimezone(till.programme.zone)
            by = _named(made, change.operator) or "posapp staff"
            role = f"{change.before} → {change.role}" if change.step is StaffStep.ROLE else change.role
            print(f"  {at:%Y-%m-%d %H:%M}  {by}  {_STEPS[change.step]}  {_named(made, change.person)}  {role}".rstrip())


def _reason(word: str) -> str:
    words = reason_words(word)
    return f"{words.zh} / {words.en}" if words.zh != words.en else word


def _named(made: StaffReport, who: StaffId) -> str:
    return f"{who} {made.names.get(who, '')}".strip()


def _card(till: Till, member: MemberId) -> str:
    known = find_member(till, member)
    return known.card_number if known is not None else member.hex()[:8]


def _percent(basis_points: int) -> str:
    return f"{basis_points // 100}.{basis_points % 100:02d}%"
