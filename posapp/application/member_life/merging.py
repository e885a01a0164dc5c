"""Merging two memberships of one person, and taking that back (domain.md §2.9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from posapp.application.coupons import restore_voided, void_duplicates
from posapp.application.member_life.consenting import MARKETING, known_record, record_consent
from posapp.application.member_life.online import Authority
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.asset import AssetKind
from posapp.domain.errors import InvalidField
from posapp.domain.events import LotMoved, MembersMerged, MergeUndone
from posapp.domain.ids import AssetId, MemberId, StaffId, member_id
from posapp.domain.member import MemberState
from posapp.domain.points_held import due
from posapp.storage import assets, event_search, member_states, members, points
from posapp.storage.member_states import Claim

UNDO_DAYS: Final = 30
_SEEN: Final = frozenset(AssetKind) - {
    AssetKind.STORED_VALUE_LOT,
    AssetKind.VOUCHER_COMPONENT,
    AssetKind.TIER,
    AssetKind.GIFT,
}
"""What people call a card, a pass or a coupon."""
_LOOKING: Final = Authority(StaffId(""), StaffId(""), online=True)
"""Who only looks: nothing is recorded."""


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would move; `asset_count` counts cards, passes and coupons, `debt` is what exceptions left owing."""

    survivor: MemberId
    merged: MemberId
    points: Points
    growth: Growth
    spend: Money
    visits: int
    asset_count: int
    debt: Money


def preview_merge(till: Till, survivor: MemberId, merged: MemberId) -> MergePreview:
    """What would move.  Raises `InvalidField` where the two cannot be merged."""
    with till.database.read() as connection:
        return _preview(connection, _merge(till, connection, survivor, merged, _LOOKING))


def _preview(connection: Connection, event: MembersMerged) -> MergePreview:
    found = [held.asset.kind for each in event.assets if (held := assets.find(connection, each)) is not None]
    count = sum(kind in _SEEN for kind in found)
    moved = event.points, event.growth, event.spend, event.visits
    return MergePreview(event.survivor, event.merged, *moved, asset_count=count, debt=event.debt)


def merge_members(till: Till, survivor: MemberId, merged: MemberId, by: Authority) -> MergePreview:
    """Merge: all that counts and all that is owned goes to the survivor, whom either number finds from now on.

    Marketing consent stays only where both had given it.
    """
    by.check()
    with till.database.write() as connection:
        event = _merge(till, connection, survivor, merged, by)
        preview = _preview(connection, event)
        till.log.append(connection, event, till.clock.now())
        _move_assets(till, connection, event.assets, survivor)
        void_duplicates(till, connection, survivor, _reason(merged), by.operator)
        stays, goes = known_record(till, connection, survivor), known_record(till, connection, merged)
        gone = replace(goes.membership, state=MemberState.MERGED, survivor=survivor)
        till.reference.put_member(connection, merged, replace(goes, membership=gone))
        if stays.membership.agreed_to(MARKETING) and not goes.membership.agreed_to(MARKETING):
            stays = record_consent(till, connection, survivor, stays, MARKETING, False, by.operator, "merge")
            till.reference.put_member(connection, survivor, stays)
        if goes.profile.phone_e164:
            _claim(till, connection, goes.profile.phone_e164, survivor)
    till.committed()
    return preview


def undo_merge(till: Till, merged: MemberId, by: Authority) -> None:
    """Take a merge back within thirty days: the same figures and the same assets go back."""
    by.check()
    with till.database.write() as connection:
        event = _latest_merge(connection, merged)
        if event is None or member_states.membership(connection, merged).state is not MemberState.MERGED:
            raise InvalidField("member", "this till knows of no merge of this member", "本机没有这位会员的合并记录")
        today = till.business_day()
        if today.ordinal - event.business_day.ordinal > UNDO_DAYS:
            raise InvalidField("member", f"merged more than {UNDO_DAYS} days ago", f"合并已超过 {UNDO_DAYS} 天")
        back = MergeUndone(
            today, by.operator, by.approver, event.survivor, merged,
            event.points, event.growth, event.spend, event.visits, event.lots, event.assets, event.debt,
        )  # fmt: skip
        till.log.append(connection, back, till.clock.now())
        _move_assets(till, connection, event.assets, merged)
        restore_voided(till, connection, _reason(merged), by.operator)
        record = known_record(till, connection, merged)
        own = replace(record.membership, state=MemberState.ACTIVE, survivor=None)
        till.reference.put_member(connection, merged, replace(record, membership=own))
        if record.profile.phone_e164:
            _claim(till, connection, record.profile.phone_e164, merged)
    till.committed()


def undoable_merges(till: Till, survivor: MemberId) -> tuple[MembersMerged, ...]:
    """The merges into somebody that can still be taken back, the newest first."""
    today = till.business_day()
    with till.database.read() as connection:
        latest = {one.merged: one for one in event_search.of_kind(connection, MembersMerged)}
        found = [
            one
            for one in latest.values()
            if one.survivor == survivor
            and today.ordinal - one.business_day.ordinal <= UNDO_DAYS
            and member_states.membership(connection, one.merged).state is MemberState.MERGED
        ]
    return tuple(sorted(found, key=lambda one: one.business_day.ordinal, reverse=True))


def _reason(merged: MemberId) -> str:
    """Why coupons were voided: found again when the merge is undone."""
    return f"merge {merged.hex()}"


def _merge(till: Till, connection: Connection, survivor: MemberId, merged: MemberId, by: Authority) -> MembersMerged:
    if survivor == merged:
        raise InvalidField("member", "these are one membership already", "这是同一个会员")
    for who in (survivor, merged):
        known_record(till, connection, who)
        if member_states.membership(connection, who).state is not MemberState.ACTIVE:
            raise InvalidField("member", "one of them was merged or left already", "其中一位已合并或注销")
    balances = assets.balances(connection, merged)
    return MembersMerged(
        business_day=till.business_day(),
        operator=by.operator,
        approver=by.approver,
        survivor=survivor,
        merged=merged,
        points=Points(balances.get(Account.MEMBER_POINTS, 0)),
        growth=Growth(balances.get(Account.MEMBER_GROWTH, 0)),
        spend=Money(balances.get(Account.MEMBER_SPEND, 0)),
        visits=members.standing(connection, merged).visits - members.shared_days(connection, merged, survivor),
        lots=_lots(till, connection, survivor, merged),
        assets=tuple(AssetId(held.asset.id) for held in assets.of_owner(connection, merged)),
        debt=Money(balances.get(Account.MEMBER_DEBT, 0)),
    )


def _lots(till: Till, connection: Connection, survivor: MemberId, merged: MemberId) -> tuple[LotMoved, ...]:
    """What is left of each lot of points that lapse, with its own last day; also what lapsed and is not posted yet."""
    life, today = till.programme.points_life, till.business_day()
    if life is None:
        return ()
    held = points.held(connection, merged, life, today)
    left = {**held.on(today).left, **due(held, today)}
    return tuple(LotMoved(key.holder(merged), key.holder(survivor), Points(n)) for key, n in sorted(left.items()))


def _move_assets(till: Till, connection: Connection, owned: tuple[AssetId, ...], owner: MemberId) -> None:
    found = [held.asset for each in owned if (held := assets.find(connection, each)) is not None]
    till.reference.put_assets(connection, [replace(one, owner=owner) for one in found])


def _claim(till: Till, connection: Connection, phone_e164: str, owner: MemberId) -> None:
    key = member_id(till.keys.member_key, phone_e164)
    before = member_states.claim_of(connection, key)
    till.reference.put_claim(connection, key, Claim(owner, before.generation if before is not None else 0))


def _latest_merge(connection: Connection, merged: MemberId) -> MembersMerged | None:
    found = [one for one in event_search.of_kind(connection, MembersMerged) if one.merged == merged]
    return found[-1] if found else None
