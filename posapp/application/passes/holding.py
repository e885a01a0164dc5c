"""What passes a member holds, and what may be done with each today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.passes.terms import PASSES, USABLE, left_of, name_of, number, usable, used_on
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.ids import MemberId
from posapp.domain.passes import Refusal, UsablePass, why_not
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.storage import assets
from posapp.storage.assets import HeldAsset


@dataclass(frozen=True, slots=True)
class HeldPass:
    """A pass as it is shown.

    `left` counts uses, or days of a period; `of` is how many there were.  `per_day` bounds the uses of a day, None for
    no bound.  `refusal` says why it is no good today, None where it is.
    """

    asset: Asset
    name: Text
    left: int
    of: int
    used_today: int
    per_day: int | None
    refusal: Refusal | None


def held_passes(till: Till, member: MemberId) -> tuple[HeldPass, ...]:
    """The passes of a member, those that may be used first, what ends soonest before the rest."""
    today = till.business_day()
    with till.database.read() as connection:
        found = [
            HeldPass(
                asset=held.asset,
                name=name_of(held.asset),
                left=left_of(held, today),
                of=number(held.asset, "uses"),
                used_today=used_on(connection, held.asset.id, today),
                per_day=number(held.asset, "per_day") or None,
                refusal=why_not(left_of(held, today), held.asset.last_day, held.asset.first_day, today, 0),
            )
            for held in assets.of_owner(connection, member)
            if held.asset.kind in PASSES and held.asset.kind not in (AssetKind.BUNDLE_VOUCHER, AssetKind.BENEFIT_CARD)
        ]
    far = today.plus(10**6)
    return tuple(sorted(found, key=lambda one: (one.refusal is not None, one.asset.last_day or far, one.asset.id)))


def usable_passes(
    till: Till, connection: Connection, owned: Iterable[HeldAsset], today: BusinessDay, *, online: bool
) -> tuple[UsablePass, ...]:
    """The passes of a member that are good today as far as time and uses go, what ends soonest before the rest."""
    found = [usable(till, connection, held, today, online=online) for held in owned if held.asset.kind in USABLE]
    far = today.plus(10**6)
    good = [one for one in found if why_not(one.left, one.last_day, one.first_day, today, 0) is None]
    return tuple(sorted(good, key=lambda one: (one.last_day or far, one.id)))


def pass_tags(owned: Iterable[Asset], today: BusinessDay) -> frozenset[str]:
    """The tags that valid benefit cards give a member: an offer for ``pass:ID`` is a discount card (X-09)."""
    return frozenset(
        f"pass:{one.template}" for one in owned if one.kind is AssetKind.BENEFIT_CARD and one.is_valid(today)
    )


def is_void_card(held: HeldAsset) -> bool:
    """A card that was voided, or whose giving was taken back; one that was bought has no code."""
    is_gone = bool(held.asset.code) and held.on(Account.COUPON_ISSUED) <= 0
    return is_gone or held.on(Account.COUPON_VOIDED) > 0
