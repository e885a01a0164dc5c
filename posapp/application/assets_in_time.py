"""What time does to members' assets, posted once a day, a few at a time between two sales (domain.md §2.2).

Days of a pass for a period are earned as they go by; what is left of a pass that ended is forfeited; bonus lapses by
its contract.  What may be used follows from the calendar alone, so that a late round changes nothing for a member: it
only moves what is owed.  And gifts of sales are taken back for which other stores took the goods back without knowing
of them.  The till that sold a pass or gave a bonus or gift does it, so that two tills do not do it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from posapp.application.gifts_taken_back import Taking, gone_since, take_back
from posapp.application.passes.elapsing import elapsed
from posapp.application.passes.terms import PASSES, number
from posapp.application.stored_value.bonus import lapse_lots
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.asset import AssetKind
from posapp.domain.ids import AssetId
from posapp.domain.time import BusinessDay
from posapp.storage import assets, settings
from posapp.storage.assets import HeldAsset

AT_ONCE: Final = 50
"""So few that a key waits for them no longer than for the next picture."""
_KINDS: Final = PASSES | {AssetKind.STORED_VALUE_LOT, AssetKind.GIFT}
_DONE = settings.Setting("assets_in_time_day", int, 0)


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a day's round stands: after which asset, and of how many something was posted."""

    day: BusinessDay
    after: bytes = b""
    touched: int = 0
    finished: bool = False


def period(till: Till) -> int:
    """The number of the business day: each has one round."""
    return till.business_day().ordinal


def begin(till: Till) -> Walk:
    """Today's round, finished already where this till has made it; a restart does not make it again."""
    today = till.business_day()
    with till.database.read() as connection:
        done = settings.get(connection, _DONE)
    return Walk(today, finished=done >= today.ordinal)


def go_on(till: Till, so_far: Walk) -> Walk:
    """Look at the next assets; a sale waits for it no longer than for another sale."""
    if so_far.finished:
        return so_far
    with till.database.read() as connection:
        page, last = assets.page(connection, so_far.after, AT_ONCE, _KINDS)
        due = [held.asset.id for held in page if _is_due(till, connection, held, so_far.day)]
    if last is None:
        with till.database.write() as connection:
            settings.put(connection, _DONE, so_far.day.ordinal)
        return Walk(so_far.day, so_far.after, so_far.touched, finished=True)
    touched = _post(till, due, so_far.day) if due else 0
    return Walk(so_far.day, last, so_far.touched + touched)


def let_time_pass(till: Till) -> int:
    """The whole round at once, whether or not it was made today; returns of how many assets something was posted."""
    state = Walk(till.business_day())
    while not state.finished:
        state = go_on(till, state)
    return state.touched


def _is_due(till: Till, connection: Connection, held: HeldAsset, day: BusinessDay) -> bool:
    if held.asset.terms.get("till") != till.identity.device.hex():
        return False
    if held.asset.kind is AssetKind.STORED_VALUE_LOT:
        until = number(held.asset, "bonus_until")
        return bool(until) and until < day.ordinal and held.on(Account.STORED_BONUS) != 0
    if held.asset.kind is AssetKind.GIFT:
        return gone_since(till, connection, held) is not None
    return elapsed(held, day) is not None


def _post(till: Till, due: Iterable[AssetId], day: BusinessDay) -> int:
    with till.database.write() as connection:
        touched = sum(_post_one(till, connection, held, day) for held in _again(connection, due))
    if touched:
        till.committed()
    return touched


def _again(connection: Connection, due: Iterable[AssetId]) -> Iterator[HeldAsset]:
    """As they stand inside the transaction."""
    for each in due:
        held = assets.find(connection, each)
        if held is not None:
            yield held


def _post_one(till: Till, connection: Connection, held: HeldAsset, day: BusinessDay) -> bool:
    asset = held.asset
    if asset.kind is AssetKind.STORED_VALUE_LOT:
        return asset.part_of is not None and bool(lapse_lots(till, connection, asset.part_of, {asset.id}))
    if asset.kind is AssetKind.GIFT:
        gone = gone_since(till, connection, held)
        take_back(till, connection, [gone] if gone is not None else [], asset.owner, Taking())
        return gone is not None
    event = elapsed(held, day)
    if event is None:
        return False
    till.log.append(connection, event, till.clock.now())
    return True
