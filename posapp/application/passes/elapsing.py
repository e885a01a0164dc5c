"""What time does to passes: days of a period are earned as they go by, and what is left at the end is forfeited.

Whether a pass may be used follows from the calendar alone; this only moves what is owed to what is earned.  The till
that sold a pass does it, so that two tills do not do it twice; running late or again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from posapp.application.passes.terms import PASSES, left_of, paid_for
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.asset import AssetKind
from posapp.domain.events import PassElapsed
from posapp.domain.time import BusinessDay
from posapp.storage import assets
from posapp.storage.assets import HeldAsset


def let_time_pass(till: Till) -> int:
    """Record what has elapsed up to today, of the passes that this till sold; return how many were touched."""
    today = till.business_day()
    with till.database.write() as connection:
        found = list(_elapsed(connection, till.identity.device.hex(), today))
        for event in found:
            till.log.append(connection, event, till.clock.now())
    if found:
        till.committed()
    return len(found)


def _elapsed(connection: Connection, device: str, today: BusinessDay) -> Iterator[PassElapsed]:
    for held in assets.with_balance(connection, Account.PASS_USES, PASSES):
        event = elapsed(held, today)
        if event is not None and held.asset.terms.get("till") == device:
            yield event


def elapsed(held: HeldAsset, today: BusinessDay) -> PassElapsed | None:
    """What time has taken of one pass and was not recorded yet; None where nothing."""
    asset, stands = held.asset, held.on(Account.PASS_USES)
    for_period = asset.kind is AssetKind.TIME_PASS
    if asset.last_day is None or (not for_period and today <= asset.last_day):
        return None
    target = left_of(held, today) if for_period else 0
    if stands == target:
        return None
    paid = paid_for(asset)
    earned = paid.revenue_fen(paid.uses - stands, paid.uses - target)
    return PassElapsed(today, asset.owner, asset.id, stands - target, Money(earned), lapsed=not for_period)
