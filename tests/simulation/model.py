"""The simulator's own memory of what was confirmed, and its own sums over it; they share nothing with the ledger.

Whatever lay on a till's disk when its screen said so stands here under its place in its stream.  A place is *owed*: it
must reach every node.  Where a fault destroyed the last copy, it is *excused*: it may be gone, and may still turn up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from posapp.domain import events
from posapp.domain.accounts import Account
from posapp.domain.events import Event, Recorded
from posapp.domain.ids import StreamId
from posapp.domain.sale import TenderMethod
from tests.simulation.versions import PointsPromised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from posapp.application.till import Till as Application

SPENT_ONCE: Final = (Account.PASS_USES, Account.STORED_PRINCIPAL, Account.STORED_BONUS, Account.STOCK)
"""What nobody can have less of than nothing, unless two tills did it together."""
CASH: Final = "cash"
POINTS: Final = "points"
STORED: Final = "stored value"
USES: Final = "pass uses"
REDEEMED: Final = "coupons redeemed"
ORDERS: Final = "orders of members"
KEPT: Final = "what members kept"
Sums = Counter[str]
Versions = dict[tuple[str, str], tuple[int, bytes]]
"""The version of each document, by collection and key: a hybrid clock's value, and whose it was."""


class Broken(AssertionError):
    """A promise that does not hold."""


class Doubled(Broken):
    """Something was recorded twice, or as something else than was confirmed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing that a cashier does, until it is done: carried out again after a crash, it is the same.

    `run` returns what the screen confirmed, where that is a record.  It makes one event of `kind`, however often it is
    run; `by_request` says that each time is answered as the first was, and not refused because there is nothing left.
    """

    text: str
    kind: type[Event] | None
    run: Callable[[Application], Recorded | None]
    by_request: bool = True


@dataclass(slots=True)
class Unfinished:
    """An attempt whose end nobody saw, and what it has recorded so far."""

    attempt: Attempt
    made: list[Event] = field(default_factory=list)
    overspent: set[tuple[bytes, int]] = field(default_factory=set)

    def lose(self, entries: Iterable[Entry]) -> None:
        """Its till's file was cut short: of what it had recorded, only what is among these `entries` is there."""
        left = [entry.event for entry in entries]
        self.made = [event for event in self.made if any(event is other for other in left)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded event: what it says (None where this program cannot read it) and the chain's hash there."""

    event: Event | None
    hash: bytes
    till: str


@dataclass
class Model:
    """Everything that was confirmed, by stream; the place of an entry is its index and one.

    `excused_after` is how much of a stream is owed where not all of it is; `cut_short` are streams of tills that were
    put back, which their own till need not have.  `newest` is the greatest version of each document.  `untold` is how
    much of each stream lay before the server's horizon at some time: a till that came then has a gap there for good,
    also when the server was put back to where its horizon had not been moved.
    """

    log: dict[StreamId, list[Entry]] = field(default_factory=dict)
    excused_after: dict[StreamId, int] = field(default_factory=dict)
    cut_short: set[StreamId] = field(default_factory=set)
    newest: Versions = field(default_factory=dict)
    untold: dict[StreamId, int] = field(default_factory=dict)

    def length(self, stream: StreamId) -> int:
        """How much of a stream was confirmed."""
        return len(self.log.get(stream, ()))

    def hash_at(self, stream: StreamId, place: int) -> bytes | None:
        """The chain's hash after so many events of a stream, None where so many did not happen."""
        entries = self.log.get(stream, [])
        return entries[place - 1].hash if 0 < place <= len(entries) else None

    def owed(self, stream: StreamId) -> int:
        """How much of a stream must still be everywhere."""
        return min(self.excused_after.get(stream, 1 << 60), self.length(stream))

    def note(
        self, stream: StreamId, first: int, found: Iterable[tuple[Recorded | None, bytes]], till: str
    ) -> list[Event]:
        """Remember events as they lie on a disk; returns what is new.  Raises `Doubled` where others stood there."""
        known = self.log.setdefault(stream, [])
        new: list[Event] = []
        for place, (recorded, digest) in enumerate(found, first - 1):
            if place < len(known):
                if known[place].hash != digest:
                    raise Doubled(f"{till}: event {place + 1} of its stream is another one now")
                continue
            event = recorded.event if recorded is not None else None
            known.append(Entry(event, digest, till))
            if event is not None:
                new.append(event)
        return new

    def note_horizon(self, begins: int, places: Mapping[StreamId, Sequence[int]]) -> None:
        """Remember which events lie before a horizon; `places` is where the events of each stream stand."""
        for stream, of_events in places.items():
            before = sum(1 for place in of_events if place <= begins)
            self.untold[stream] = max(before, self.untold.get(stream, 0))

    def note_versions(self, found: Versions) -> None:
        """Remember versions of documents; of each the greatest must stand everywhere in the end."""
        for name, version in found.items():
            self.newest[name] = max(version, self.newest.get(name, version))

    def excuse_versions(self, held: Iterable[Versions]) -> None:
        """Let go of versions that no node holds any more."""
        most: Versions = {}
        for versions in held:
            for name, version in versions.items():
                most[name] = max(version, most.get(name, version))
        self.newest = {name: min(version, most[name]) for name, version in self.newest.items() if name in most}

    def excuse(self, held: Mapping[StreamId, int], lost: Mapping[StreamId, int] | None = None) -> int:
        """Let go of what no node holds any more; `held` is the most that any of them has.  Returns how much that is.

        With `lost`, which is what a node held that is no more, only what that node had the last copy of.
        """
        gone = 0
        for stream in self.log:
            left = min(held.get(stream, 0), self.length(stream))
            if lost is not None and lost.get(stream, 0) <= left:
                continue
            if left < self.owed(stream):
                gone += self.owed(stream) - left
                self.excused_after[stream] = left
        return gone

    def returned_too_much(self, last: events.SaleRefunded, held: Mapping[StreamId, int]) -> str:
        """What is wrong with a refund, looking at those of its own till that it still holds; empty where nothing is."""
        place = StreamId(last.original_device, last.original_incarnation)
        entries = self.log.get(place, [])
        sold = entries[last.original_sequence - 1].event if len(entries) >= last.original_sequence else None
        if not isinstance(sold, events.SaleCompleted):
            return "it gives back what is no sale"
        till = next(entry.till for found in self.log.values() for entry in found if entry.event is last)
        back: Counter[int] = Counter()
        for stream, found in self.log.items():
            for entry in found[: held.get(stream, 0)]:
                event = entry.event
                if isinstance(event, events.SaleRefunded) and entry.till == till and _same_sale(event, last):
                    back.update({line.line: line.quantity.milli for line in event.lines})
        much = [line for line, milli in back.items() if milli > sold.lines[line].quantity.milli]
        return f"{back[much[0]]} of {sold.lines[much[0]].quantity.milli} came back" if much else ""

    def sums(self, held: Mapping[StreamId, int]) -> Sums:
        """What cash, points, stored value, passes and coupons come to, by what people were told, up to these heads."""
        total: Sums = Counter()
        for stream, entries in self.log.items():
            for entry in entries[: held.get(stream, 0)]:
                if entry.event is not None:
                    total.update(dict(_told(entry.event)))
        return Counter({name: amount for name, amount in total.items() if amount})


def _same_sale(one: events.SaleRefunded, other: events.SaleRefunded) -> bool:
    return (one.original_device, one.original_incarnation, one.original_sequence) == (
        other.original_device,
        other.original_incarnation,
        other.original_sequence,
    )


def _told(event: Event) -> Iterable[tuple[str, int]]:
    found: Counter[str] = Counter()
    for name, amount in _moves(event):
        found[name] += amount
    return found.items()


def _moves(event: Event) -> Iterable[tuple[str, int]]:
    match event:
        case events.SaleCompleted():
            yield from _sold(event)
        case events.SaleRefunded():
            yield from _came_back(event)
        case events.StoredValueToppedUp():
            yield CASH, _cash(event.tenders)
            yield STORED, sum(lot.principal.fen + lot.bonus.fen for lot in event.lots)
        case events.BonusGranted():
            yield STORED, sum(lot.bonus.fen for lot in event.lots)
        case events.BonusLapsed() | events.StoredValueClosed():
            yield STORED, -sum(lot.principal.fen + lot.bonus.fen for lot in event.lots)
            if isinstance(event, events.StoredValueClosed) and event.method is TenderMethod.CASH:
                yield CASH, -(event.refund.fen + event.interest.fen)
        case events.PassSold():
            yield CASH, _cash(event.tenders)
            yield POINTS, event.points.count
            for part in event.parts:
                yield f"{USES} {part.asset.hex()}", part.uses
        case events.PassUsed() | events.PassElapsed():
            yield f"{USES} {event.asset.hex()}", -event.uses
        case events.PassUseReversed():
            yield f"{USES} {event.asset.hex()}", event.uses
        case events.ClaimTransferred():
            for moved in event.passes:
                yield f"{USES} {moved.source.hex()}", -moved.uses
                yield f"{USES} {moved.target.hex()}", moved.uses
        case events.PassRefunded():
            yield CASH, -_cash(event.tenders)
            for returned in event.parts:
                yield f"{USES} {returned.asset.hex()}", -returned.uses
        case _:
            yield POINTS, _points(event)


def _sold(sale: events.SaleCompleted) -> Iterable[tuple[str, int]]:
    yield CASH, _cash(sale.tenders)
    yield STORED, -sum(one.amount.fen for one in sale.tenders if one.method is TenderMethod.STORED_VALUE)
    if sale.member is not None:
        yield POINTS, sale.points_base.count + sale.points_bonus.count - sale.points_spent.count
        yield ORDERS, 1
        yield KEPT, sum(line.net.fen for line in sale.lines)
    yield REDEEMED, _own_codes(sale.coupons)


def _came_back(back: events.SaleRefunded) -> Iterable[tuple[str, int]]:
    yield CASH, -sum(one.handed.fen for one in back.tenders if one.method is TenderMethod.CASH)
    yield STORED, sum(one.amount.fen for one in back.tenders if one.method is TenderMethod.STORED_VALUE)
    if back.member is not None:
        yield POINTS, back.points_back.count - back.points_taken.count
        yield ORDERS, -1 if back.is_complete else 0
        yield KEPT, -sum(line.net.fen for line in back.lines)
    yield REDEEMED, -_own_codes(back.coupons)


def _points(event: Event | PointsPromised) -> int:
    match event:
        case events.CouponsIssued():
            return event.points.count - event.points_spent.count
        case events.GiftsTakenBack():
            return -event.points.count
        case events.PointsChanged() | PointsPromised():
            return event.points
        case events.BalanceOpened():
            return event.points.count
        case events.GiftRedeemed():
            return event.points.count if event.returned_of is not None else -event.points.count
        case events.DrawMade():
            return event.won.count - event.points.count
        case events.MemberForgotten():
            return -event.points.count
        case _:
            return 0


def _cash(tenders: Iterable[events.Tender]) -> int:
    return sum(one.amount.fen for one in tenders if one.method is TenderMethod.CASH)


def _own_codes(codes: Iterable[str]) -> int:
    """Coupons that have an owner; a flyer's code is anybody's."""
    return sum(code.isdigit() for code in codes)
