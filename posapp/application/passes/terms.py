"""What a pass was promised with, read from the asset, because a template may change after it was sold."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from posapp.application.reach import reach
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.gone_otherwise import GoneOtherwise, gone_of
from posapp.domain.ids import AssetId
from posapp.domain.offline import Action
from posapp.domain.passes import Paid, UsablePass, days_left
from posapp.domain.posting.passes import pass_day
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.storage import assets
from posapp.storage.assets import HeldAsset

USED_BY_COUNT = frozenset({AssetKind.COUNT_PASS, AssetKind.VOUCHER_COMPONENT})
USABLE = USED_BY_COUNT | {AssetKind.TIME_PASS}
PASSES = USED_BY_COUNT | {AssetKind.TIME_PASS, AssetKind.BUNDLE_VOUCHER, AssetKind.BENEFIT_CARD}


def number(asset: Asset, term: str) -> int:
    """A figure among the terms; nothing where it was not promised."""
    value = asset.terms.get(term, 0)
    return value if isinstance(value, int) else 0


def name_of(asset: Asset) -> Text:
    """What the pass was called when it was sold."""
    return Text(str(asset.terms.get("zh", asset.template)), str(asset.terms.get("en", asset.template)))


def paid_for(asset: Asset) -> Paid:
    """What was paid for how many uses, or days."""
    return Paid(number(asset, "paid"), number(asset, "uses"))


def left_of(held: HeldAsset, today: BusinessDay) -> int:
    """The uses that are left; of a pass for a period its days, which follow from the calendar alone."""
    asset = held.asset
    if asset.kind is AssetKind.TIME_PASS and asset.last_day is not None:
        # A pass that was given back has no uses, whatever the calendar says.
        return days_left(asset.last_day, today, number(asset, "uses")) if held.on(Account.PASS_USES) > 0 else 0
    return held.on(Account.PASS_USES)


def taken_of(asset: Asset, units: int) -> int:
    """The uses that leave a pass for so many units: none of a pass for a period, whose days pass by themselves."""
    return 0 if asset.kind is AssetKind.TIME_PASS else units


def used_of(asset: Asset, left: int) -> int:
    """What was used of a pass of which so many uses are left, or how many of its days went by."""
    return number(asset, "uses") - left - gone_of(asset.terms).moved


def earned_by(asset: Asset, left: int, taken: int) -> Money:
    """What uses earn that leave a pass of which so many are left; for all of these, what is still owed."""
    used = used_of(asset, left)
    return Money(paid_for(asset).revenue_fen(used, used + taken)) if taken else Money(0)


def mark_gone(till: Till, connection: Connection, asset: AssetId, gone: GoneOtherwise) -> None:
    """Keep with a pass what left it otherwise than by use."""
    held = assets.find(connection, asset)
    if held is not None:
        till.reference.put_assets(connection, [replace(held.asset, terms={**held.asset.terms, **gone.terms})])


def parts_of(connection: Connection, whole: HeldAsset) -> list[HeldAsset]:
    """What of a pass has uses: the parts of a bundle, or the pass itself."""
    bundle = whole.asset.kind is AssetKind.BUNDLE_VOUCHER
    return assets.parts_of(connection, whole.asset.id) if bundle else [whole]


def usable(till: Till, connection: Connection, held: HeldAsset, today: BusinessDay, *, online: bool) -> UsablePass:
    """A pass as whoever uses it today looks at it."""
    asset, policy = held.asset, till.programme.offline
    used = used_on(connection, asset.id, today)
    state = replace(reach(till, connection, online=online, shares=((asset.id, Account.PASS_USES),)), used=used)
    more = policy.most(Action.USE_PASS, state)
    return UsablePass(
        id=asset.id,
        template=asset.template,
        first_day=asset.first_day,
        last_day=asset.last_day,
        left=left_of(held, today),
        used_today=used,
        per_day=number(asset, "per_day") or None,
        more=more,
        waits=None if more is None else policy.may(Action.USE_PASS, more + 1, state),
        for_period=asset.kind is AssetKind.TIME_PASS,
    )


def used_on(connection: Connection, asset: AssetId, day: BusinessDay) -> int:
    """How often a pass was used on a business day, at any till that has been heard of."""
    return assets.balances(connection, pass_day(asset, day)).get(Account.OCCURRENCE, 0)
