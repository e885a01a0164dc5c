"""What time does to passes: days of a period are earned as they go by, and what is left at the end is forfeited.

Whether a pass may be used follows from the calendar alone; this only moves what is owed to what is earned, and running
late or again changes nothing (`assets_in_time`).
"""

from __future__ import annotations

from posapp.application.passes.terms import left_of, paid_for, used_of
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.asset import AssetKind
from posapp.domain.events import PassElapsed
from posapp.domain.time import BusinessDay
from posapp.storage.assets import HeldAsset


def elapsed(held: HeldAsset, today: BusinessDay) -> PassElapsed | None:
    """What time has taken of one pass and was not recorded yet; None where nothing."""
    asset, stands = held.asset, held.on(Account.PASS_USES)
    for_period = asset.kind is AssetKind.TIME_PASS
    if asset.last_day is None or (not for_period and today <= asset.last_day):
        return None
    target = left_of(held, today) if for_period else 0
    if stands == target:
        return None
    earned = paid_for(asset).revenue_fen(used_of(asset, stands), used_of(asset, target))
    return PassElapsed(today, asset.owner, asset.id, stands - target, Money(earned), lapsed=not for_period)
