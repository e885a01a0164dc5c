"""When every promise was looked at, people close what is listed, whatever the faults left: then nothing is wrong.

First everybody decides about everything, each by what their till knows and in any way that it offers; so most is
closed twice.  Then one till of each store goes on until its list is empty.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from posapp.application.inbox import close_exception, read_inbox
from posapp.domain.ids import StaffId
from posapp.storage.verify import verify
from sync.server import exceptions
from sync.server import verify as server_verify
from tests.simulation.model import Broken
from tests.simulation.serving import MERCHANT
from tests.simulation.shop import CASHIER

if TYPE_CHECKING:
    from tests.simulation.till import Till
    from tests.simulation.world import World

ROUNDS: Final = 12
_BOSS: Final = StaffId("2001")


def decide(world: World) -> None:
    """Close everything.  Raises `Broken` where something stays open, or differs afterwards."""
    draw = random.Random(world.step)  # noqa: S311 - a seed is the point
    everybody = [till for till in world.tills.values() if not till.revoked]
    one_a_store = list({till.card.store: till for till in everybody}.values())
    for till in everybody:
        # A machine that was still to die after its next sale lives: faults have stopped.
        till.dies_unseen = 0
    for number in range(ROUNDS):
        for till in everybody:
            till.fetch_exceptions()
        deciding, how = (one_a_store, None) if number else (everybody, draw)
        closed = [_close_all(world, till, how) for till in deciding]
        if not any(closed):
            break
        for till in (*everybody, *everybody):
            if not world.sync(till):
                raise Broken(f"{till.name} cannot tell what was decided")
    else:
        raise Broken(f"after {ROUNDS} rounds something is still to be decided")
    _check(world, everybody, {till.card.store for till in everybody})


def _close_all(world: World, till: Till, draw: random.Random | None) -> int:
    """Somebody decides about all that a till lists, in any way or in the recommended one."""
    closed = 0
    with till.program():
        for opened in read_inbox(till.application).cases:
            option = opened.options[0] if draw is None else draw.choice(opened.options)
            closed += close_exception(till.application, opened, option, CASHIER, _BOSS)
            world.counts[f"closed: {opened.case.kind.value}"] += 1
    return closed


def _check(world: World, everybody: list[Till], stores: set[str]) -> None:
    server = world.server.running
    with server.database.read() as connection:
        items = [one for one in exceptions.list_open(connection, MERCHANT) if one.store_id in stores]
    if items:
        raise Broken(f"nobody can close {items[0].kind.value}: {items[0].detail}")
    report = server_verify.verify(server, MERCHANT)
    if not report.ok:
        raise Broken(f"after closing, the server is not what its log says: {report.differences[:3]}")
    balances = world.server.balances()
    for till in everybody:
        if till.balances() != balances:
            raise Broken(f"{till.name} holds other balances than the server after closing")
        with till.program():
            mine = verify(till.application.database)
        if not mine.ok:
            raise Broken(f"after closing, {till.name} is not what its log says: {mine.differences[0]}")
