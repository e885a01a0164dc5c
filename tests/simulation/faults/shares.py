"""Shares of balances are given back in the wrong moment (docs/adr/0011)."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import httpx

from posapp.domain.offline import Leases
from sync.client.errors import SyncError
from tests.simulation.actions.desk import Desk
from tests.simulation.actions.selling import sell
from tests.simulation.actions.stored import sell_on_the_card
from tests.simulation.faults.striking import is_idle, let_do, nothing_else
from tests.simulation.lending import PATH
from tests.simulation.world import is_meant

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.network import Answer, Ask
    from tests.simulation.till import Till
    from tests.simulation.world import World


class EarlyReturn:
    """A till would give its shares back when it has just sold something, which is still to be pushed."""

    name = "return of shares before the journal"
    weight = 6

    def strike(self, world: World, till: Till) -> None:
        """It must not."""
        if _lends(world, till) and let_do(world, till, sell):
            _renew(world, till)


class LateReturn:
    """A return arrives when the till has long asked again, and has new shares."""

    name = "late return of shares"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """Between a member's coming and the next round."""
        with nothing_else(world):
            if _lends(world, till) and world.sync(till):
                self._return_late(world, till)

    def _return_late(self, world: World, till: Till) -> None:
        kept: list[Ask] = []

        def keep(ask: Ask) -> Answer:
            if ask.path != PATH or kept:
                return world.serve(ask)
            kept.append(ask)
            raise httpx.ReadTimeout("late")

        world.network.serve = keep
        _renew(world, till)
        world.network.serve = world.serve
        _renew(world, till)
        _hold_somebody(world, till)
        for ask in kept:
            world.tell(f"{till.name} gave its shares back long ago, and the server hears of it")
            with suppress(httpx.TransportError):
                world.network.deliver(ask)
        world.sync(till)


class UnansweredReturn:
    """A till gives back all that it got for a member at the counter; the server takes it, and nobody hears so."""

    name = "unanswered return of shares"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """The member still wants to pay, and the till to sync."""
        with nothing_else(world):
            if _lends(world, till) and world.sync(till):
                _hold_somebody(world, till)
                world.tell(f"{till.name} gives its shares back, and hears no answer")
                world.network.deaf.add(till.name)
                _renew(world, till)
                let_do(world, till, sell_on_the_card)
                world.network.deaf.discard(till.name)
                world.sync(till)


def _hold_somebody(world: World, till: Till) -> None:
    """A member comes to the counter: the till asks for all that is nobody's share."""
    member = Desk(world, till.name, till.online, world.crowd).member() if _lends(world, till) else None
    if member is not None:
        _ask(till, partial(till.application.hold, member.id))


def _lends(world: World, till: Till) -> bool:
    """Whether the till is idle, and its shop spends shares."""
    return is_idle(world, till) and till.application.programme.offline.leases is not Leases.NONE


def _renew(world: World, till: Till) -> None:
    if _lends(world, till):
        _ask(till, till.renew)


def _ask(till: Till, ask: Callable[[], None]) -> None:
    try:
        with till.program(), suppress(SyncError):
            ask()
    except Exception as error:
        if not (till.drive.is_dead or is_meant(till, error)):
            raise
