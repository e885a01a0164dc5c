"""What sales had brought a member, kept with what the member has, so that any store of the merchant can take it back.

A coupon of a first order or of a tier is given at one store, and the return that ends the occasion may happen at
another, which has not that store's log.  So the giving itself is an asset: whose it is, what it was, and how the member
stood with the sale that brought it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.coupon_code import coupon_id
from posapp.domain.events import CouponsIssued, IssuedCoupon, Recorded
from posapp.domain.ids import AssetId, MemberId, RuleId, derived_id, event_id
from posapp.domain.member import Standing
from posapp.domain.time import BusinessDay
from posapp.storage import assets
from posapp.storage.assets import HeldAsset


@dataclass(frozen=True, slots=True)
class Gift:
    """What one occasion brought; `id` is the holder on which taking it back counts."""

    id: AssetId
    rule: RuleId
    member: MemberId
    occurrence: str
    given_on: BusinessDay
    coupons: tuple[IssuedCoupon, ...]
    points: Points
    points_last_day: BusinessDay | None


@dataclass(frozen=True, slots=True)
class KeptGift:
    """A gift that is kept: whose it is now, and how the member stood with the sale that brought it."""

    gift: Gift
    owner: MemberId
    then: Standing
    taken: bool


def gift_of(recorded: Recorded, event: CouponsIssued) -> Gift:
    """A gift as the log of its own store says it."""
    return Gift(
        id=derived_id("gifts taken back", event_id(recorded.stream, recorded.sequence)),
        rule=event.rule,
        member=event.member,
        occurrence=event.occurrence,
        given_on=event.business_day,
        coupons=event.coupons,
        points=event.points,
        points_last_day=event.points_last_day,
    )


def keep_gift(till: Till, connection: Connection, gift: Gift, then: Standing) -> None:
    """Keep a gift, in the transaction that gives it."""
    terms: dict[str, int | str] = {
        "member": gift.member.hex(),
        "occurrence": gift.occurrence,
        "codes": " ".join(each.code for each in gift.coupons),
        "points": gift.points.count,
        "spend": then.spend.fen,
        "growth": then.growth.count,
        "visits": then.visits,
        "orders": then.orders,
        "till": till.identity.device.hex(),
    }
    if gift.points_last_day is not None:
        terms["points_last_day"] = gift.points_last_day.ordinal
    kept = Asset(gift.id, AssetKind.GIFT, gift.member, gift.rule, gift.given_on, terms=terms)
    till.reference.put_assets(connection, [kept])


def kept_gifts(connection: Connection, owner: MemberId) -> list[KeptGift]:
    """What a member has that sales brought at any store, as far as this till has heard of all of it."""
    held = (one for one in assets.of_owner(connection, owner) if one.asset.kind is AssetKind.GIFT)
    return [kept for one in held if (kept := kept_gift(connection, one)) is not None]


def kept_gift(connection: Connection, held: HeldAsset) -> KeptGift | None:
    """One of them; None where its coupons are not known here yet."""
    asset = held.asset

    def figure(name: str) -> int:
        return int(asset.terms.get(name, 0))

    codes = str(asset.terms["codes"]).split()
    found = [assets.find(connection, coupon_id(code)) for code in codes]
    coupons = tuple(
        IssuedCoupon(code, one.asset.template, one.asset.last_day, one.asset.kind is AssetKind.BENEFIT_CARD)
        for code, one in zip(codes, found, strict=True)
        if one is not None
    )
    if len(coupons) < len(codes):
        return None
    last = figure("points_last_day")
    gift = Gift(
        id=asset.id,
        rule=RuleId(asset.template),
        member=MemberId(bytes.fromhex(str(asset.terms["member"]))),
        occurrence=str(asset.terms["occurrence"]),
        given_on=asset.first_day,
        coupons=coupons,
        points=Points(figure("points")),
        points_last_day=BusinessDay(last) if last else None,
    )
    then = Standing(
        growth=Growth(figure("growth")),
        spend=Money(figure("spend")),
        visits=figure("visits"),
        orders=figure("orders"),
    )
    return KeptGift(gift, asset.owner, then, taken=held.on(Account.OCCURRENCE) > 0)
