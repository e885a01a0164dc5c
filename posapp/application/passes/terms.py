"""What a pass was promised with, read from the asset, because a template may change after it was sold."""

from __future__ import annotations

from posapp.domain.accounts import Account
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.passes import Paid, days_left
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.storage.assets import HeldAsset

USED_BY_COUNT = frozenset({AssetKind.COUNT_PASS, AssetKind.VOUCHER_COMPONENT})
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
