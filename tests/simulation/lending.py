"""Shares of balances that tills spend without the server (docs/adr/0011): what must be true of them at any moment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from posapp.domain.accounts import Account
from posapp.domain.encoding import number_of
from posapp.domain.events import CouponsIssued, DrawMade, GiftRedeemed, PassUsed, SaleCompleted
from posapp.domain.leasing import COUPON, COUPON_ENDS, LEASED, taken
from posapp.domain.offline import Leases
from sync.protocol import messages
from sync.protocol import segment as segments
from tests.simulation.model import Broken

if TYPE_CHECKING:
    from tests.simulation.network import Answer, Ask
    from tests.simulation.order import Order
    from tests.simulation.till import Till
    from tests.simulation.world import World

PATH: Final = "/v1/lease"
PUSH: Final = "/v1/push"
PULL: Final = "/v1/pull"
_AT_A_COUNTER: Final = frozenset(
    number_of(kind) for kind in (SaleCompleted, PassUsed, GiftRedeemed, DrawMade, CouponsIssued)
)
"""What spends shares.  Whatever else takes of a balance needs the server, and takes from it whoever has a share."""
_FINE: Final = 200
Shares = dict[tuple[bytes, int], int]


def note(world: World, ask: Ask) -> None:
    """Look at what a till may spend once it has pushed, and how long its journal is when it gives its shares back.

    What it sells meanwhile spends none.  Raises `Broken`.
    """
    till = world.tills[ask.sender]
    if ask.path == PULL and not world.server.drive.is_dead and not till.store.pending().events:
        # Soon after, all shares are made anew, and what was wrong with them is gone.
        check_till(world, till)
    if ask.path == PATH:
        model = world.model
        own = (stream for stream in model.log if stream.device == till.card.device)
        world.journals[ask.body] = {stream: model.owed(stream) for stream in own}


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
    is_muddled = _is_muddled(world, world.devices[ask.sender])
    if messages.decode(answer.body, messages.LeaseReply).settled and not is_muddled:
        there = {stream: head for stream, (head, _hash) in world.server.heads().items()}
        for stream, length in world.journals[ask.body].items():
            if there.get(stream, 0) < length:
                raise Broken(
                    f"the server took the shares of {ask.sender} back without its journal: it has "
                    f"{there.get(stream, 0)} of {length} events"
                )
    return answer


def serve_push(world: World, ask: Ask) -> Answer:
    """Let the server take a push: what it took of a balance is used up of its till's share, and of nobody else's."""
    before, had = _shares(world), world.server.balances()
    answer = world.server.serve(ask)
    if answer.status != _FINE or _is_muddled(world, world.devices[ask.sender]):
        return answer
    after, has = _shares(world), world.server.balances()
    for (device, holder, account), amount in before.items():
        gone = max(0, _there(had, holder, account) - _there(has, holder, account))
        left = max(0, amount - gone) if device == world.devices[ask.sender] else amount
        now = after.get((device, holder, account), 0)
        if now > left or (now < left and device != world.devices[ask.sender]):
            raise Broken(f"{ask.sender} took {gone} {_name((holder, account))}: {now} are left of a share of {amount}")
    if world.founded.leases is Leases.ONLY:
        for (holder, account), spent in _spent(ask).items():
            gone = min(spent, _there(had, holder, account) - _there(has, holder, account))
            share = before.get((world.devices[ask.sender], holder, account), 0)
            if gone > share:
                raise Broken(f"{ask.sender} spent {gone} {_name((holder, account))}, and had a share of {share}")
    return answer


def check_till(world: World, till: Till) -> None:
    """What a till may spend is set aside for it.  Ask when it has nothing to push.  Raises `Broken`."""
    if _is_muddled(world, till.card.device):
        return
    aside = _shares(world)
    for (holder, account), amount in till.shares().items():
        there = aside.get((till.card.device, holder, account), 0)
        if amount > there:
            raise Broken(f"{till.name} may spend {amount} {_name((holder, account))}, and {there} are set aside for it")


def check(world: World, order: Order) -> None:
    """Where tills spend shares only, counters never overspend anything, however long they were out of reach."""
    if world.founded.leases is not Leases.ONLY or _is_muddled(world, *world.devices.values()):
        return
    elsewhere = {
        (move.holder, int(move.account))
        for moves in order.pushes.values()
        for move in moves
        if move.amount < 0 and move.kind not in _AT_A_COUNTER
    }
    balances, lent = world.server.balances(), _all_shares(world)
    for (holder, account), uses in balances.items():
        # A printed code has no share before somebody claims it.
        if account == Account.COUPON_REDEEMED and uses > 1 and balances.get((holder, int(COUPON)), 0) > 0:
            raise Broken(f"{uses} uses of the coupon {holder.hex()[:8]}, which tills set aside before they take it")
    for key in sorted((balances.keys() | lent.keys()) - elsewhere):
        if key[1] in LEASED and lent.get(key, 0) > balances.get(key, 0):
            raise Broken(f"{balances.get(key, 0)} {_name(key)} are left, and {lent.get(key, 0)} lent out")
        if key[1] in LEASED and balances.get(key, 0) < 0:
            raise Broken(f"{balances[key]} {_name(key)}, which tills spend shares of only")


def _spent(ask: Ask) -> Shares:
    """What the events of a push spent at a counter, of balances that are lent out in shares."""
    moved: Counter[tuple[bytes, int]] = Counter()
    for wire in messages.decode(ask.body, messages.PushRequest).segments:
        for kind, _version, _at, _body, holders, flat in segments.unfold(segments.parse(wire)).rows:
            if kind in _AT_A_COUNTER:
                for account, place, amount in zip(flat[0::3], flat[1::3], flat[2::3], strict=True):
                    gone = taken(Account(account), amount) if place else None
                    if gone is not None:
                        moved[holders[place - 1], int(gone[0])] += gone[1]
                    elif place and account in LEASED:
                        moved[holders[place - 1], account] -= amount
    return {key: amount for key, amount in moved.items() if amount > 0}


def _there(balances: Shares, holder: bytes, account: int) -> int:
    """What is left of something that is lent out; a coupon is there while it is open."""
    there = balances.get((holder, account), 0)
    if account != COUPON:
        return there
    return int(there > 0 and all(balances.get((holder, int(end)), 0) <= 0 for end in COUPON_ENDS))


def _shares(world: World) -> dict[tuple[bytes, bytes, int], int]:
    """The share of each till, by device and balance."""
    return {} if world.server.drive.is_dead else world.server.shares()


def _all_shares(world: World) -> Shares:
    """All shares of each balance together."""
    together: Counter[tuple[bytes, int]] = Counter()
    for (_device, holder, account), amount in _shares(world).items():
        together[holder, account] += amount
    return together


def _is_muddled(world: World, *devices: bytes) -> bool:
    """Whether one of these, or the server, was put back or copied, and spends or lends again what was spent or lent."""
    put_back = {stream.device for stream in world.model.cut_short}
    return world.server.was_put_back or any(each in put_back or each in world.copied for each in devices)


def _name(key: tuple[bytes, int]) -> str:
    return f"{Account(key[1]).name} of {key[0].hex()[:8]}"
