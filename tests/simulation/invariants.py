"""The promises of sync.md, looked at when faults have stopped."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from posapp.domain.accounts import Account
from posapp.storage import streams
from posapp.storage.verify import verify
from sync.protocol import segment as segments
from sync.protocol.digest import content_digest
from sync.server import digest, exceptions
from sync.server import verify as server_verify
from sync.server.storage import schema
from tests.simulation import lending
from tests.simulation.model import CASH, KEPT, ORDERS, POINTS, REDEEMED, STORED, USES, Broken, Model, Sums
from tests.simulation.order import Order
from tests.simulation.serving import MERCHANT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posapp.domain.ids import StreamId
    from tests.simulation.till import Till
    from tests.simulation.world import World

ROUNDS: Final = 8
"""Within so many rounds of every till, everything that waited must have arrived everywhere."""


def recover(world: World) -> None:
    """Faults stop: disks work, lines are up, machines run; then every till makes its rounds."""
    world.turn(10**6)
    world.reliefs.clear()
    world.network.rates.clear()
    world.network.cut.clear()
    world.network.deaf.clear()
    world.network.serve = world.serve
    for drive in (world.server.drive, *(till.drive for till in world.tills.values())):
        drive.countdown, drive.full, drive.fsyncs_fail = None, False, 0
    world.bury()
    world.network.deliver_late(len(world.network.late))
    for _round in range(ROUNDS):
        world.pass_time(minutes=1)
        # One that was shut out may be let in again, by a server that was put back to before.
        went = {till.name: world.sync(till) or till.revoked for till in world.tills.values()}
        if all(went.values()) and not _waiting(world) and not _tells_more(world):
            break
    else:
        raise Broken(f"after {ROUNDS} rounds: {'; '.join(_waiting(world)) or 'still refused'}")


def _tells_more(world: World) -> bool:
    """Whether one that was shut out has more for a server that was put back: its own round may have failed."""
    before = world.server.place()
    for till in world.tills.values():
        if till.revoked and world.sync(till) and not world.server.was_put_back:
            raise Broken(f"{till.name} was shut out, and is heard")
    return world.server.place() != before


def check(world: World) -> None:
    """Look at every promise.  Raises `Broken`."""
    report = server_verify.verify(world.server.running, MERCHANT)
    if not report.ok:
        raise Broken(f"the server's database is not what its log says: {report.differences[:3]}")
    order = Order(world.server)
    _nothing_lost(world, order)
    _same_everywhere(world, order)
    _no_version_lost(world)
    _sums(world, order)
    _exceptions(world, order)
    lending.check(world, order)


def _waiting(world: World) -> list[str]:
    """Who still has something to send, or holds something else than the server."""
    place, server = world.server.place(), world.server.balances()
    found = []
    for till in world.tills.values():
        if till.revoked:
            continue
        pending = till.store.pending()
        if pending.events or pending.documents:
            found.append(f"{till.name} has {pending.events} events and {pending.documents} documents to send")
        if till.store.kept_segments(1):
            found.append(f"{till.name} has events of others to send")
        progress = till.store.progress()
        if progress.cursor != place:
            found.append(f"{till.name} has heard of change {progress.cursor.gseq} of {place.gseq}")
        if progress.wanted:
            found.append(f"{till.name} lacks events of its own")
        if till.balances() != server:
            found.append(f"{till.name} holds other balances than the server: {_difference(till.balances(), server)}")
    return found


def _nothing_lost(world: World, order: Order) -> None:
    model = world.model
    for stream, entries in model.log.items():
        hashes = order.hashes.get(stream, [])
        if len(hashes) < model.owed(stream):
            raise Broken(
                f"{entries[0].till} confirmed {model.owed(stream)} events of a stream, the server has {len(hashes)}"
            )
        for place, (entry, there) in enumerate(zip(entries, hashes, strict=False), 1):
            if entry.hash != there:
                raise Broken(f"event {place} of {entry.till} is another one at the server")
    for stream, hashes in order.hashes.items():
        if len(hashes) > model.length(stream):
            raise Broken(f"the server has {len(hashes)} events of a stream of which {model.length(stream)} happened")


def _same_everywhere(world: World, order: Order) -> None:
    with world.server.running.database.read() as connection:
        table = schema.stream.c
        rows = connection.execute(select(table.device, table.incarnation, table.store_id)).all()
        word = digest.of_balances(connection, MERCHANT)
        kept = schema.document.c
        documents = {
            (collection, key): (hlc, device, body)
            for collection, key, hlc, device, body in connection.execute(
                select(kept.collection, kept.key, kept.hlc, kept.device, kept.body)
            )
        }
    for till in world.tills.values():
        with till.program():
            report = verify(till.application.database)
        if not report.ok:
            raise Broken(f"{till.name} is not what its log says: {report.differences[0]}")
        if till.revoked:
            _kept_its_own(world, till)
            continue
        with till.application.database.read() as connection:
            if streams.forked(connection):
                raise Broken(f"{till.name} believes that a stream has two histories")
        of_store = {
            segments.stream_of(device, incarnation) for device, incarnation, store in rows if store == till.card.store
        }
        _holds_no_more(world.model, till, of_store, order)
        _holds_its_store(till, of_store, order, world.server.horizon(), world.model.untold)
        mine = content_digest((account, holder, amount) for (holder, account), amount in till.balances().items())
        if mine != word.members:
            raise Broken(f"{till.name} has another content digest than the server")
        if till.documents() != documents:
            raise Broken(f"{till.name} holds other documents than the server")
    running = [till for till in world.tills.values() if not till.revoked]
    if any(till.prices() != running[0].prices() for till in running):
        raise Broken("tills sell at different prices")


def _holds_no_more(model: Model, till: Till, of_store: set[StreamId], order: Order) -> None:
    """A till holds what happened in its store, and nothing that the server lacks and could go on with."""
    for stream, (head, chained) in till.heads().items():
        if stream not in of_store and stream in order.hashes:
            raise Broken(f"{till.name} holds a stream of another store")
        if model.hash_at(stream, head) != chained:
            raise Broken(f"{till.name} holds another history of a stream of its store than happened")
    for stream, after, upto in till.parts():
        if after <= len(order.hashes.get(stream, ())) < upto:
            raise Broken(f"{till.name} holds {upto} events of a stream of its store that the server lacks")


def _holds_its_store(
    till: Till, of_store: set[StreamId], order: Order, begins: int, untold: Mapping[StreamId, int]
) -> None:
    """A till holds all of its own, and of its store what came after the horizon; older log where it was there."""
    held, gaps = till.held(), till.gaps()
    for stream in sorted(of_store):
        head = held.get(stream, 0)
        is_own = stream.device == till.card.device
        told_after = 0 if is_own else untold.get(stream, 0)
        lacking = [(max(after, told_after), upto) for after, upto in gaps.get(stream, ())]
        lacking.append((head, len(order.hashes[stream])))
        places = [place for after, upto in lacking for place in order.places[stream][after:upto]]
        if places and max(places) > (0 if is_own else begins):
            raise Broken(f"{till.name} lacks {len(places)} events of a stream of its store")


def _no_version_lost(world: World) -> None:
    there = world.server.versions()
    for name, version in sorted(world.model.newest.items()):
        if there.get(name, (0, b"")) < version:
            raise Broken(f"the server has an older version of {' '.join(name)} than somebody wrote, or none")


def _kept_its_own(world: World, till: Till) -> None:
    """A till that was shut out loses nothing of what it sold."""
    held = till.heads(own=True)
    for stream, entries in world.model.log.items():
        its_own = entries[0].till == till.name and stream not in world.model.cut_short
        if its_own and held.get(stream, (0, b""))[0] < len(entries):
            raise Broken(f"{till.name}, shut out, lost what it had confirmed")


def _sums(world: World, order: Order) -> None:
    told, kept = world.model.sums(order.heads), _server_sums(world)
    if told != kept:
        names = [name for name in told.keys() | kept.keys() if told[name] != kept[name]]
        words = [f"{name}: {told[name]} by what was confirmed, {kept[name]} at the server" for name in sorted(names)]
        raise Broken("; ".join(words[:4]))


def _server_sums(world: World) -> Sums:
    sums: Sums = Counter()
    names = {
        int(Account.MEMBER_POINTS): POINTS,
        int(Account.STORED_PRINCIPAL): STORED,
        int(Account.STORED_BONUS): STORED,
        int(Account.COUPON_REDEEMED): REDEEMED,
    }
    for (holder, account), amount in world.server.balances().items():
        if account in names:
            sums[names[account]] += amount
        elif account == Account.PASS_USES:
            sums[f"{USES} {holder.hex()}"] += amount
    table = schema.account_balance.c
    with world.server.running.database.read() as connection:
        cash = connection.scalar(
            select(table.amount).where(table.merchant_id == MERCHANT, table.account == int(Account.CASH))
        )
        day = schema.member_day.c
        orders, net = connection.execute(
            select(func.sum(day.orders), func.sum(day.net)).where(day.merchant_id == MERCHANT)
        ).one()
    sums[CASH], sums[ORDERS], sums[KEPT] = cash or 0, orders or 0, net or 0
    return Counter({name: amount for name, amount in sums.items() if amount})


def _exceptions(world: World, order: Order) -> None:
    """Overdrafts and doubled coupons are listed, those that there were and no others; and no fork, and no poison."""
    with world.server.running.database.read() as connection:
        items = exceptions.list_open(connection, MERCHANT)
    wrong = [one.detail for one in items if one.kind in (exceptions.Kind.FORK, exceptions.Kind.QUARANTINE)]
    if wrong:
        raise Broken(f"the server keeps something apart: {wrong[:3]}")
    balances = world.server.balances()
    listed = {tuple(one.detail.split()[:3:2]) for one in items if one.kind is exceptions.Kind.OVERDRAFT}
    # What was made good since is not listed any more.
    standing = {key for key in order.overdrawn() if balances.get((key[1], int(key[0])), 0) < 0}
    happened = {(account.name, holder.hex()) for account, holder in standing}
    if listed != happened:
        raise Broken(
            f"overdrafts: {sorted(happened - listed)} not listed, {sorted(listed - happened)} listed for nothing"
        )
    twice = sum(one.kind is exceptions.Kind.COUPON_TWICE for one in items)
    if twice != (counted := order.redeemed_again()):
        raise Broken(f"{counted} coupons were redeemed again, {twice} are listed")


def _difference(mine: dict[tuple[bytes, int], int], theirs: dict[tuple[bytes, int], int]) -> str:
    keys = sorted(key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key))
    return ", ".join(
        f"{Account(account).name} of {holder.hex()[:8]} {mine.get((holder, account), 0)} and not "
        f"{theirs.get((holder, account), 0)}"
        for holder, account in keys[:3]
    )
