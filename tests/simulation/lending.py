"""Shares of balances that tills spend without the server (docs/adr/0011): what must be true of them at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from posapp.domain.accounts import Account
from posapp.domain.encoding import number_of
from posapp.domain.events import CouponsIssued, DrawMade, GiftRedeemed, PassUsed, SaleCompleted
from posapp.domain.leasing import LEASED
from posapp.domain.offline import Leases
from sync.protocol import messages
from sync.server import leases
from sync.server.storage import schema
from tests.simulation.model import Broken
from tests.simulation.serving import MERCHANT

if TYPE_CHECKING:
    from tests.simulation.network import Answer, Ask
    from tests.simulation.order import Order
    from tests.simulation.till import Till
    from tests.simulation.world import World

PATH: Final = "/v1/lease"
_AT_A_COUNTER: Final = frozenset(
    number_of(kind) for kind in (SaleCompleted, PassUsed, GiftRedeemed, DrawMade, CouponsIssued)
)
"""What spends shares.  Whatever else takes of a balance needs the server, and takes from it whoever has a share."""
_FINE: Final = 200
Shares = dict[tuple[bytes, int], int]


def serve(world: World, ask: Ask) -> Answer:
    """Let the server answer a till that asks for shares.  Raises `Broken` for what must not be given or taken."""
    before = _all_shares(world)
    answer = world.server.serve(ask)
    if answer.status != _FINE:
        return answer
    balances = world.server.balances()
    for key, amount in _all_shares(world).items():
        if amount > max(before.get(key, 0), balances.get(key, 0)):
            raise Broken(f"of {balances.get(key, 0)} {_name(key)} the server has lent out {amount}")
    if messages.decode(answer.body, messages.LeaseReply).settled and not _is_muddled(world):
        device = world.devices[ask.sender]
        there = {stream: head for stream, (head, _hash) in world.server.heads().items()}
        for stream, entries in world.model.log.items():
            if stream.device == device and there.get(stream, 0) < len(entries):
                raise Broken(
                    f"the server took the shares of {ask.sender} back without its journal: it has "
                    f"{there.get(stream, 0)} of {len(entries)} events"
                )
    return answer


def check_till(world: World, till: Till) -> None:
    """What a till may spend is set aside for it.  Ask when it has nothing to push.  Raises `Broken`."""
    if _is_muddled(world):
        return
    table = schema.lease.c
    with world.server.running.database.read() as connection:
        query = select(table.holder, table.account, table.amount)
        rows = connection.execute(query.where(table.merchant_id == MERCHANT, table.device == till.card.device)).all()
    aside = {(holder, account): amount for holder, account, amount in rows}
    for key, amount in till.shares().items():
        if amount > aside.get(key, 0):
            raise Broken(f"{till.name} may spend {amount} {_name(key)}, and {aside.get(key, 0)} are set aside for it")


def check(world: World, order: Order, policy: Leases) -> None:
    """Where tills spend shares only, counters never overspend anything, however long they were out of reach."""
    if policy is not Leases.ONLY or _is_muddled(world):
        return
    elsewhere = {
        (move.holder, int(move.account))
        for moves in order.pushes.values()
        for move in moves
        if move.amount < 0 and move.kind not in _AT_A_COUNTER
    }
    balances, lent = world.server.balances(), _all_shares(world)
    for key in sorted((balances.keys() | lent.keys()) - elsewhere):
        if key[1] in LEASED and lent.get(key, 0) > balances.get(key, 0):
            raise Broken(f"{balances.get(key, 0)} {_name(key)} are left, and {lent.get(key, 0)} lent out")
        if key[1] in LEASED and balances.get(key, 0) < 0:
            raise Broken(f"{balances[key]} {_name(key)}, which tills spend shares of only")


def _all_shares(world: World) -> Shares:
    if world.server.drive.is_dead:
        return {}
    with world.server.running.database.read() as connection:
        return leases.held(connection, MERCHANT)


def _is_muddled(world: World) -> bool:
    """Whether somebody was put back or copied, and spends again, or lends again, what was spent or lent before."""
    devices = [till.card.device for till in world.tills.values()]
    return world.server.was_put_back or bool(world.model.cut_short) or len(set(devices)) < len(devices)


def _name(key: tuple[bytes, int]) -> str:
    return f"{Account(key[1]).name} of {key[0].hex()[:8]}"
