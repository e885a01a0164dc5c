"""Tiers that are kept: recorded when they change, and given by hand (domain.md §2.6).

Where the programme sets no period for which a tier is kept, none is ever lost by time and nothing is recorded, except
what a person gave by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.till import Cashier, Till
from posapp.domain.errors import InvalidField
from posapp.domain.events import Recorded, TierSet
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.member import HeldTier, Measures, Standing
from posapp.domain.tier import after_refund, after_sale, given_by_hand, held_now
from posapp.domain.time import BusinessDay
from posapp.storage import held_tiers
from posapp.storage import members as member_rows


@dataclass(frozen=True, slots=True)
class TierChange:
    """A tier that was recorded: what the member held before, and what they hold now."""

    recorded: Recorded
    before: HeldTier
    after: HeldTier


def record_after_sale(
    till: Till, connection: Connection, member: MemberId, standings: tuple[Standing, Standing], cashier: StaffId
) -> TierChange | None:
    """Record what a sale changed, in the transaction of the sale: a rise, or a review that was due before it."""
    known = held_tiers.find(connection, member)
    if known is None and till.programme.keep_tier_months is None:
        return None
    before, after = standings
    day = till.business_day()
    first = HeldTier(till.programme.tiers[0].code, None)
    shown = held_now(till.programme, known, before, day)
    now = after_sale(till.programme, shown if known is not None else first, after, day)
    if now == (known or first):
        return None
    reason = "review" if shown.code == now.code and known is not None else "sale"
    return _record(till, connection, member, shown, now, (cashier, reason, ""))


def record_after_refund(
    till: Till, connection: Connection, member: MemberId, standings: tuple[Standing, Standing], cashier: StaffId
) -> TierChange | None:
    """Take back the tier that the returned order had reached, at once, in the transaction of the refund."""
    known = held_tiers.find(connection, member)
    if known is None:
        return None
    before, after = standings
    day = till.business_day()
    held = held_now(till.programme, known, before, day)
    now = after_refund(till.programme, held, before, after, day)
    return None if now == known else _record(till, connection, member, held, now, (cashier, "refund", ""))


def give_tier(
    till: Till, member: MemberId, code: str, until: BusinessDay | None, cashier: Cashier, approver: StaffId, note: str
) -> TierChange:
    """Give a member a tier by hand until a day, with the agreement of a second person.

    Raises `InvalidField` naming `tier`, `until`, `approver` or `note`.
    """
    day = till.business_day()
    if code not in [tier.code for tier in till.programme.tiers]:
        raise InvalidField("tier", f"{code!r} is not a tier", f"{code!r} 不是等级")
    if until is not None and until < day:
        raise InvalidField("until", "the last day is past", "截止日已过")
    check_two_persons(cashier.id, approver, note)
    with till.database.write() as connection:
        standing = member_rows.standing(connection, member)
        held = held_now(till.programme, held_tiers.find(connection, member), standing, day)
        now = given_by_hand(held, code, until, standing)
        change = _record(till, connection, member, held, now, (cashier.id, "manual", note.strip()))
    till.committed()
    return change


def check_two_persons(requester: StaffId, approver: StaffId, note: str) -> None:
    """Dual control (domain.md §5.4): somebody else agrees, and there is a reason.  Raises `InvalidField`."""
    if not note.strip():
        raise InvalidField("note", "say why", "请写明原因")
    if not approver or approver == requester:
        raise InvalidField("approver", "somebody else must agree, not the cashier", "须由另一人同意，不能是收银员本人")


def _record(
    till: Till, connection: Connection, member: MemberId, before: HeldTier, now: HeldTier, why: tuple[StaffId, str, str]
) -> TierChange:
    day = till.business_day()
    operator, reason, note = why
    event = TierSet(
        member=member,
        business_day=day,
        operator=operator,
        tier=now.code,
        until=now.until,
        by_hand=now.by_hand,
        reason=reason,
        note=note,
        year=_figures(now.year),
        rise=_figures(now.rise),
    )
    recorded = till.log.append(connection, event, till.clock.now())
    till.reference.put_assets(connection, [held_tiers.as_document(member, now, day)])
    return TierChange(recorded, before, now)


def _figures(measures: Measures) -> tuple[int, ...]:
    return measures.spend_fen, measures.visits, measures.growth
