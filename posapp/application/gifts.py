"""The gift pool: what a member can have for points, handing it over, and taking it back (W-28, X-13)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from posapp.application.gifts_given import Occasion, give
from posapp.application.points import points_on
from posapp.application.reach import check_points
from posapp.application.till import Cashier, Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Points
from posapp.domain.errors import InvalidField
from posapp.domain.events import CouponsVoided, GiftRedeemed, Recorded, StockSupplied
from posapp.domain.ids import AssetId, MemberId
from posapp.domain.member import Standing
from posapp.domain.occurrence import occurrence_id
from posapp.domain.programme.gift_pool import Gift, pool_holder, supplied_of
from posapp.domain.programme.triggers import Gifts
from posapp.domain.sale import Identification
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.storage import assets, coupons, occurrences, requests
from posapp.storage import members as member_rows

GONE: Final = Text("已兑完", "None is left")
NOT_NOW: Final = Text("不在兑换期内", "Not at this time")
ENOUGH_OF_IT: Final = Text("每人限兑数量已到", "This member has had as many as one may")


@dataclass(frozen=True, slots=True)
class GiftOffer:
    """A gift as a member sees it: how many are left (None for any number), how many points they lack for it.

    `why_not` says why it cannot be had, whatever the points; None where it can.
    """

    gift: Gift
    left: int | None
    missing: int
    why_not: Text | None

    @property
    def can_have(self) -> bool:
        """Whether it can be handed over now."""
        return self.why_not is None and self.missing == 0


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who spends points, and how they showed that they are who they say."""

    member: MemberId
    proof: Identification


@dataclass(frozen=True, slots=True)
class GiftPool:
    """The gifts of a programme for one member, and what they may spend."""

    available: int
    offers: tuple[GiftOffer, ...]


@dataclass(frozen=True, slots=True)
class GiftHandedOver:
    """A gift on disk; `before` and `after` are the member's standing.  `again`: it had been recorded before."""

    recorded: Recorded
    gift: Gift
    before: Standing
    after: Standing
    coupon: str = ""
    again: bool = False


def gift_pool(till: Till, member: MemberId) -> GiftPool:
    """Every gift of the programme whose time has not passed, with what this member lacks for it."""
    day = till.business_day()
    with till.database.read() as connection:
        there = points_on(till, connection, member, member_rows.standing(connection, member), day).available
        shown = [gift for gift in till.programme.gifts if not gift.during.has_ended(day)]
        offers = tuple(_offer(till, connection, member, gift, there) for gift in shown)
    return GiftPool(there, offers)


def redeem_gift(
    till: Till, buyer: Buyer, gift_id: str, cashier: Cashier, request: bytes, *, online: bool = True
) -> GiftHandedOver:
    """Hand a gift over for points.

    The same `request` again is the same gift, and its first record is returned.  Raises `InvalidField` naming `gift`,
    `points` or `member` where it cannot be had, or must wait for the server.
    """
    member = buyer.member
    check_proof(till, buyer)
    gift = next((one for one in till.programme.gifts if one.id == gift_id), None)
    if gift is None:
        raise InvalidField("gift", f"{gift_id!r} is no gift of this shop", f"没有礼品 {gift_id!r}")
    with till.database.write() as connection:
        first = requests.event_of(connection, request, till.identity.device)
        before = member_rows.standing(connection, member)
        if first is not None:
            return GiftHandedOver(first, gift, before, before, again=True)
        there = points_on(till, connection, member, before, till.business_day()).available
        _check(_offer(till, connection, member, gift, there))
        check_points(till, connection, member, gift.points, "gift", online=online)
        coupon = reward_coupon(till, connection, member, gift.coupon, request, cashier) if gift.coupon else ""
        event = GiftRedeemed(
            member=member,
            business_day=till.business_day(),
            operator=cashier.id,
            gift=gift.id,
            points=Points(gift.points),
            lapsing=till.programme.points_life is not None,
            counted=gift.stock is not None,
            programme_version=till.programme.version,
            coupon=coupon,
        )
        recorded = till.log.append(connection, event, till.clock.now())
        requests.note_event(connection, request, recorded)
        after = member_rows.standing(connection, member)
    till.committed()
    return GiftHandedOver(recorded, gift, before, after, coupon)


def return_gift(till: Till, request: bytes, cashier: Cashier) -> Recorded:
    """Undo a gift that was handed over by mistake at this till: points, stock and coupon are as before.

    A second call returns the first record.  Raises `InvalidField` where it is not here, or its coupon was used.
    """
    undo = b"undo" + request
    with till.database.write() as connection:
        done = requests.event_of(connection, undo, till.identity.device)
        if done is not None:
            return done
        first = requests.event_of(connection, request, till.identity.device)
        if first is None or not isinstance(first.event, GiftRedeemed):
            raise InvalidField("gift", "this gift was not handed over here", "本机没有这笔兑换")
        gift = first.event
        if gift.coupon and not coupons.state(connection, gift.coupon).is_open:
            raise InvalidField("gift", "its coupon was used already", "兑换的券已使用，不能撤销")
        event = replace(gift, business_day=till.business_day(), operator=cashier.id, returned_of=gift.business_day)
        recorded = till.log.append(connection, event, till.clock.now())
        if gift.coupon:
            voided = CouponsVoided(till.business_day(), cashier.id, f"gift {gift.gift}", (gift.coupon,))
            till.log.append(connection, voided, till.clock.now())
        requests.note_event(connection, undo, recorded)
    till.committed()
    return recorded


def supply_pool(till: Till, cashier: Cashier) -> list[StockSupplied]:
    """Put up what the programme says of gifts and prizes, as far as it has not been: each piece once.

    Doing it again changes nothing; where two tills did it apart, the next time takes the surplus back.
    """
    wanted = [("", gift.id, gift.stock) for gift in till.programme.gifts]
    wanted += [(draw.id, prize.id, prize.stock) for draw in till.programme.draws for prize in draw.prizes]
    done: list[StockSupplied] = []
    with till.database.write() as connection:
        for draw, item, stock in wanted:
            if stock is None:
                continue
            missing = stock - occurrences.count(connection, supplied_of(draw, item))
            if missing:
                event = StockSupplied(till.business_day(), cashier.id, draw, item, missing)
                till.log.append(connection, event, till.clock.now())
                done.append(event)
    till.committed()
    return done


def check_proof(till: Till, buyer: Buyer) -> None:
    """Points are spent only by who proved to be their owner (ux.md §6, Identity levels).  Raises `InvalidField`."""
    redeem = till.programme.redeem
    if redeem is not None and buyer.proof not in redeem.identification:
        raise InvalidField(
            "member", "spending points takes the code on the member's phone", "用积分请会员出示手机动态码"
        )


def reward_coupon(
    till: Till, connection: Connection, member: MemberId, template: str, request: bytes, cashier: Cashier
) -> str:
    """Issue the coupon that a gift or a prize is, in the transaction that hands it over; returns its code.

    Raises `InvalidField` where the member has had as many of it as one may have, or it is no longer issued.
    """
    given = give(till, connection, member, Occasion(template, f"gift {request.hex()}", cashier.id), Gifts((template,)))
    if not given:
        raise InvalidField("gift", "this coupon is no longer issued to this member", "这张券已停发，或已达每人上限")
    return given[0].code


def stock_left(connection: Connection, stock: int | None, holder: AssetId) -> int | None:
    """How many are left, as far as this till knows; None where they are not counted."""
    if stock is None:
        return None
    return max(0, assets.balances(connection, holder).get(Account.STOCK, 0))


def _offer(till: Till, connection: Connection, member: MemberId, gift: Gift, there: int) -> GiftOffer:
    left = stock_left(connection, gift.stock, pool_holder("", gift.id))
    why: Text | None = None
    if left == 0:
        why = GONE
    elif not _is_open(till, gift, till.business_day()):
        why = NOT_NOW
    elif gift.per_member is not None:
        taken = occurrences.uses(connection, occurrence_id("gift", member, gift.id))
        why = ENOUGH_OF_IT if taken >= gift.per_member else None
    return GiftOffer(gift, left, max(0, gift.points - there), why)


def _is_open(till: Till, gift: Gift, day: BusinessDay) -> bool:
    return gift.during.is_open(day, till.programme.minute_of_day(till.clock.now()))


def _check(offer: GiftOffer) -> None:
    if offer.why_not is not None:
        raise InvalidField("gift", offer.why_not.en, offer.why_not.zh)
    if offer.missing:
        raise InvalidField("points", f"{offer.missing} points are missing", f"还差 {offer.missing} 分")
