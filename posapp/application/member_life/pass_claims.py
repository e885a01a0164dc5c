"""Passes and bundles that become another member's: what is left of them, and the move (domain.md §2.9).

A pass for a period goes with the rest of its term, a bundle with the vouchers of it that are left.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from posapp.application.member_life.claims import Claim, Moved, PartLeft, Transfer
from posapp.application.passes.elapsing import elapsed
from posapp.application.passes.returning import was_begun
from posapp.application.passes.terms import left_of, mark_gone, name_of, number, paid_for, parts_of, used_of, used_on
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.asset import AssetKind
from posapp.domain.errors import InvalidField
from posapp.domain.events import PassTransferred
from posapp.domain.gone_otherwise import gone_of
from posapp.domain.passes import why_not
from posapp.domain.time import BusinessDay
from posapp.storage.assets import HeldAsset

TRANSFERABLE: Final = frozenset({AssetKind.COUNT_PASS, AssetKind.TIME_PASS, AssetKind.BUNDLE_VOUCHER})


def pass_claims(till: Till, connection: Connection, owned: list[HeldAsset]) -> list[Claim]:
    """The passes and bundles among what a member owns that something stands on, as another would take them over."""
    whole = [(held, parts_of(connection, held)) for held in owned if held.asset.kind in TRANSFERABLE]
    today = till.business_day()
    return [_claim(held, parts, today) for held, parts in whole if any(one.on(Account.PASS_USES) for one in parts)]


def _claim(whole: HeldAsset, parts: list[HeldAsset], today: BusinessDay) -> Claim:
    left = tuple(PartLeft(part.asset.id, name_of(part.asset), uses) for part in parts if (uses := left_of(part, today)))
    return Claim(
        source=whole.asset.id,
        name=name_of(whole.asset),
        parts=left,
        of=sum(number(part.asset, "uses") for part in parts),
        for_period=whole.asset.kind is AssetKind.TIME_PASS,
        refusal=_refusal(whole, parts, today),
    )


def _refusal(whole: HeldAsset, parts: list[HeldAsset], today: BusinessDay) -> InvalidField | None:
    asset = whole.asset
    if not any(paid_for(part.asset).fen for part in parts):
        return InvalidField("claim", "it was a gift, and a gift stays with its member", "赠送的卡不能转让")
    if number(asset, "personal"):
        return InvalidField("claim", "it was sold for its first owner alone", "这张卡约定仅限本人使用")
    if any(part.on(Account.PASS_USES) < 0 for part in parts):
        return InvalidField("claim", "it is overdrawn: settle that first", "次数有透支，先处理异常")
    left = sum(left_of(part, today) for part in parts)
    why = why_not(left, asset.last_day, asset.first_day, today, 1)
    return InvalidField("claim", why.en, why.zh) if why is not None else None


def move_pass(till: Till, connection: Connection, wanted: Transfer, whole: HeldAsset) -> Moved:
    """Make the receiver's pass, and count the uses of today with it.  Raises `InvalidField`."""
    today, parts = till.business_day(), parts_of(connection, whole)
    _claim(whole, parts, today).check(wanted.claim)
    target = wanted.moved(whole.asset.id)
    if whole.asset.kind is AssetKind.BUNDLE_VOUCHER:
        copy = replace(whole.asset, id=target, owner=wanted.receiver)
        till.reference.put_assets(connection, [copy])
    moved = [_move_part(till, connection, wanted, part) for part in parts]
    return Moved(target, passes=tuple(one for one in moved if one is not None))


def _move_part(till: Till, connection: Connection, wanted: Transfer, part: HeldAsset) -> PassTransferred | None:
    """Hand over what is left of one part.  What went by of a period until today was its first owner's."""
    asset, today = part.asset, till.business_day()
    gone = elapsed(part, today)
    if gone is not None:
        till.log.append(connection, gone, till.clock.now())
    left, target = left_of(part, today), wanted.moved(asset.id)
    begun = {"begun": 1} if was_begun(connection, part, today) else {}
    copy = replace(
        asset,
        id=target,
        owner=wanted.receiver,
        part_of=wanted.moved(asset.part_of) if asset.part_of is not None else None,
        terms={**asset.terms, **begun, "till": till.identity.device.hex()},
    )
    till.reference.put_assets(connection, [copy])
    if not left:
        return None
    mark_gone(till, connection, asset.id, gone_of(asset.terms).handed_over(left, used_of(asset, left)))
    return PassTransferred(asset.id, target, left, used_on(connection, asset.id, today))
