"""What a till may believe between two requests, whatever went wrong with the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.domain.accounts import Account
from tests.simulation import lending
from tests.simulation.model import Broken
from tests.simulation.order import Order

if TYPE_CHECKING:
    from tests.simulation.till import Till
    from tests.simulation.world import World


def check(world: World, till: Till) -> None:
    """Look at what a till believes after it tried to sync.  Raises `Broken`."""
    if till.drive.is_dead:
        return
    for stream, believed in till.acknowledged().items():
        if believed > (ever := world.server.ever.get(stream, 0)):
            raise Broken(f"{till.name} believes {believed} events to be at the server, which had {ever}")
    if world.server.drive.is_dead:
        return
    has_told_all = not till.store.pending().events and _is_remembered(world, till)
    if has_told_all:
        lending.check_till(world, till)
    if till.store.progress().cursor == world.server.place():
        if has_told_all:
            _says_what_the_server_says(world, till)
    elif not world.server.was_put_back and not _has_a_double(world, till):
        _counts_its_own(world, till)


def _is_remembered(world: World, till: Till) -> bool:
    """Whether the server still has what it acknowledged to a till, which hears of a restore only as it pulls."""
    heads = world.server.heads()
    return all(heads.get(stream, (0, b""))[0] >= believed for stream, believed in till.acknowledged().items())


def _says_what_the_server_says(world: World, till: Till) -> None:
    """A till that has heard of everything, and has nothing to tell, says what the server says."""
    balances = world.server.balances()
    if (mine := till.balances()) != balances:
        differ = sorted(key for key in mine.keys() | balances.keys() if mine.get(key) != balances.get(key))
        holder, account = differ[0]
        raise Broken(
            f"{till.name} has heard of everything and says {Account(account).name} of {holder.hex()[:8]} to be "
            f"{mine.get(differ[0], 0)}, the server {balances.get(differ[0], 0)}"
        )


def _counts_its_own(world: World, till: Till) -> None:
    """Where a pull broke off, a balance is others' word of some moment since the last whole one, and all own events."""
    own, says = till.own_moves(), till.balances()
    words = list(Order(world.server).by_others(till.card.device, till.store.progress().heads_after))
    for key in sorted(says.keys() | own.keys()):
        others = says.get(key, 0) - own.get(key, 0)
        if all(word[key] != others for word in words):
            holder, account = key
            raise Broken(
                f"{till.name} says {Account(account).name} of {holder.hex()[:8]} to be {says.get(key, 0)}: its own "
                f"events make {own.get(key, 0)} of it, and no word of the server's the rest"
            )


def _has_a_double(world: World, till: Till) -> bool:
    """Whether it was put back, or another machine ran on a copy of its disk: then what is its own is not plain."""
    device = till.card.device
    return device in world.copied or any(stream.device == device for stream in world.model.cut_short)
