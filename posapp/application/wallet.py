"""Reading what a member may use on this sale, once when their card is attached (domain.md §5.1 for offline)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from sqlalchemy import Connection

from posapp.application import triggers
from posapp.application.passes.holding import is_void_card, pass_tags, usable_passes
from posapp.application.passes.terms import name_of
from posapp.application.reach import reach, reach_for_points, refuse, share
from posapp.application.rule_uses import read_uses
from posapp.application.till import Till
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.coupon import HeldCoupon
from posapp.domain.coupon_code import is_coupon_code, read_batch_code
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.domain.leasing import COUPON
from posapp.domain.offline import ANY_COUPON, Action, Reach
from posapp.domain.programme.offer import Offer
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.domain.wallet import HeldCard, Wallet, Withheld
from posapp.storage import assets, coupons, member_search
from posapp.storage.assets import HeldAsset

NOT_OURS = Text("这不是本店的券，或还没有启用", "this shop made no such coupon, or it is not good yet")
TAKEN = Text("这张券已经用过、作废或被人领走", "this coupon was used, voided or claimed already")
LAPSED = Text("这张券已过期或还没到日子", "this coupon has lapsed or is not yet valid")
OTHERS = Text("这张券是别的会员的", "this coupon is another member's")


def open_wallet(till: Till, member: MemberId, codes: Collection[str] = (), *, online: bool = True) -> Wallet:
    """A member's wallet at the moment their card is attached, with what this day brings them (X-21).

    Writes only where the day brings something that no till has given yet.  Where the shop's tills spend shares of
    balances, the server is asked for this member's.
    """
    if online:
        till.hold(member)
    with till.database.read() as connection:
        who = member_search.find(connection, member)
        is_due = who is not None and bool(triggers.due_today(till, connection, who))
        if not is_due:
            return read_wallet(till, connection, member, codes, online=online)
    if who is not None:
        with till.database.write() as connection:
            triggers.on_the_day(till, connection, who)
        till.committed()
    return load_wallet(till, member, codes, online=online)


def load_wallet(till: Till, member: MemberId | None, codes: Collection[str] = (), *, online: bool = True) -> Wallet:
    """What stands in a member's wallet, and which of the entered codes are printed coupons of this shop."""
    with till.database.read() as connection:
        return read_wallet(till, connection, member, codes, online=online)


def read_wallet(
    till: Till, connection: Connection, member: MemberId | None, codes: Collection[str] = (), *, online: bool = True
) -> Wallet:
    """The same, inside a transaction of the caller."""
    today = till.business_day()
    own = assets.of_owner(connection, member) if member is not None else []
    state = reach(till, connection, online=online)
    kept, withheld = _split(till, connection, own, today, state)
    uses, all_uses = read_uses(till, connection, member)
    return Wallet(
        coupons=kept,
        presented=_presented(till, connection, codes, state),
        withheld=withheld,
        cards=tuple(_cards(own, today)),
        tags=pass_tags([held.asset for held in own if not is_void_card(held)], today),
        uses=uses,
        all_uses=all_uses,
        passes=usable_passes(till, connection, own, today, online=online),
        points_most=_points_most(till, connection, member, online=online),
    )


def why_not(till: Till, connection: Connection, code: str, member: MemberId | None, *, online: bool) -> Text | None:
    """Why the coupon of a code cannot be redeemed now by a member, or by whoever brings it; None where it can."""
    today = till.business_day()
    state = reach(till, connection, online=online)
    found = assets.by_code(connection, code)
    if found is None:
        try:
            _printed(till, connection, code, state)
        except InvalidField as error:
            return Text(error.reason_zh, error.reason_en)
        return None
    if found.asset.kind is not AssetKind.COUPON or not coupons.state_of(found.balances).is_open:
        return TAKEN
    if found.asset.owner != member:
        return OTHERS
    if not found.asset.is_valid(today):
        return LAPSED
    return _why_it_waits(till, connection, found.asset, state)


def printed_coupon(till: Till, connection: Connection, code: str, *, online: bool) -> HeldCoupon:
    """The coupon behind a printed code that nobody claimed or used.  Raises `InvalidField`."""
    return _printed(till, connection, code, reach(till, connection, online=online))


def _split(
    till: Till, connection: Connection, own: Iterable[HeldAsset], today: BusinessDay, state: Reach
) -> tuple[tuple[HeldCoupon, ...], tuple[Withheld, ...]]:
    kept, withheld = [], []
    for held in own:
        asset = held.asset
        if asset.kind is not AssetKind.COUPON or not asset.is_valid(today):
            continue
        if not coupons.state_of(held.balances).is_open:
            continue
        coupon = HeldCoupon(asset.template, asset.code, asset.last_day)
        why = _why_it_waits(till, connection, asset, state)
        if why is None:
            kept.append(coupon)
        else:
            withheld.append(Withheld(coupon, why))
    return tuple(kept), tuple(withheld)


def _why_it_waits(till: Till, connection: Connection, asset: Asset, state: Reach) -> Text | None:
    """Why a coupon waits for the server: another store's, or one that takes off more than the programme says.

    One that was set aside for this till is good here whatever it takes off.
    """
    issued_here = asset.terms.get("till") == till.identity.device.hex()
    offer = _offer(till, asset.template)
    most = offer.most_off_fen if offer is not None else None
    of_this_store = asset.terms.get("store") == till.identity.store
    lent = ANY_COUPON if share(till, connection, asset.id, COUPON) > 0 else 0
    state = replace(state, issued_here=issued_here, of_this_store=of_this_store, lease=lent)
    return till.programme.offline.may(Action.USE_COUPON, ANY_COUPON if most is None else max(1, most), state)


def _points_most(till: Till, connection: Connection, member: MemberId | None, *, online: bool) -> int | None:
    """How many points may be spent here now, where being out of reach bounds them."""
    redeem = till.programme.redeem
    if member is None or redeem is None:
        return None
    state = reach_for_points(till, connection, member, online=online)
    most = till.programme.offline.most(Action.SPEND_POINTS, state)
    return None if most is None else redeem.most(most)


def _presented(till: Till, connection: Connection, codes: Collection[str], state: Reach) -> tuple[HeldCoupon, ...]:
    found = []
    for code in codes:
        if not is_coupon_code(code) or assets.by_code(connection, code) is not None:
            continue
        try:
            found.append(_printed(till, connection, code, state))
        except InvalidField:
            continue  # said when it was entered; pricing calls it unknown
    return tuple(found)


def _printed(till: Till, connection: Connection, code: str, state: Reach) -> HeldCoupon:
    read = read_batch_code(till.keys.member_key, code)
    batch = till.programme.coupons.batches.get(read.batch)
    if batch is None or read.serial >= batch.codes or coupons.batch_size(connection, read.batch) <= 0:
        raise InvalidField("code", NOT_OURS.en, NOT_OURS.zh)
    known = coupons.state(connection, code)
    if known.issued > 0 or known.redeemed > 0 or known.voided > 0:
        raise InvalidField("code", TAKEN.en, TAKEN.zh)
    today = till.business_day()
    last = till.programme.coupons.template(batch.template).valid.last_day(today)
    if last is not None and last < today:
        raise InvalidField("code", LAPSED.en, LAPSED.zh)
    refuse("code", till.programme.offline.may(Action.USE_PRINTED_COUPON, 0, state))
    return HeldCoupon(batch.template, code, last)


def _cards(own: Iterable[HeldAsset], today: BusinessDay) -> Iterator[HeldCard]:
    for held in own:
        if held.asset.kind is AssetKind.BENEFIT_CARD and held.asset.is_valid(today) and not is_void_card(held):
            yield HeldCard(name_of(held.asset), held.asset.last_day)


def _offer(till: Till, template: str) -> Offer | None:
    return next((offer for offer in till.programme.offers if offer.id == template), None)
