"""Closings of cards and returns of passes against the log: what each should have paid, and an item where it did not.

What happened to a card or a pass besides its use is remembered by what it is about.  A closing is reckoned again from
what came before it in the merchant's order.  What another till did its own till may not have heard of by then, and then
either figure is right: that it took what was gone by then, the ledger shows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import select

from posapp.domain.amounts import Money
from posapp.domain.closing import LegalTables
from posapp.domain.closing_audit import CardEvent, CardHistory, Promise
from posapp.domain.encoding import from_values, to_values
from posapp.domain.events import (
    ClaimTransferred,
    PassRefunded,
    PassSold,
    StoredValueClosed,
    StoredValueOpened,
    StoredValueToppedUp,
)
from posapp.domain.ids import AssetId, DeviceId, Incarnation, StreamId
from posapp.domain.pass_audit import PassEvent, PassHistory
from posapp.domain.programme.stored_value import Merchant
from posapp.law_tables import law_book, work_calendar
from sync.protocol import segment as segments
from sync.server import exceptions
from sync.server.price_books import programmes, promised
from sync.server.storage import schema

if TYPE_CHECKING:
    from collections import Counter

    from sqlalchemy import Connection, Row

    from posapp.domain.events import Recorded

log = logging.getLogger(__name__)

Event = CardEvent | PassEvent
Paid = tuple[int, int]
"""Refund and interest, in fen."""
Promises = dict[AssetId, dict[str, int]]
_AT_ONCE: Final = 500
_decode: Final = msgspec.msgpack.Decoder().decode


@dataclass(frozen=True, slots=True)
class Movement:
    """Something that happened to a card or a pass, and where it stands in the merchant's order.

    `store_id` is the store whose till did it, empty where that is not asked for.
    """

    recorded: Recorded
    event: Event
    gseq: int
    place: int
    store_id: str = ""

    @property
    def order(self) -> tuple[int, int, int]:
        """Its place in the merchant's order."""
        return self.gseq, self.place, self.recorded.sequence

    @property
    def assets(self) -> tuple[AssetId, ...]:
        """The cards, or the passes and the parts of bundles, that it is about."""
        match self.event:
            case PassSold() | PassRefunded():
                return tuple(part.asset for part in self.event.parts)
            case ClaimTransferred(parts=(_, *_)):
                return tuple(asset for part in self.event.parts for asset in (part.source, part.target))
            case ClaimTransferred():
                return self.event.source, self.event.target
            case _:
                return (self.event.card,)

    def rows(self, merchant_id: str) -> Iterator[tuple[Any, ...]]:
        """It as rows of `audit_asset`."""
        own = (self.recorded.stream.device, self.recorded.stream.incarnation, self.recorded.sequence)
        content = segments.encode_row(to_values(self.recorded))
        for asset in dict.fromkeys(self.assets):
            yield (merchant_id, asset, *own, self.gseq, self.place, content)


def movement(recorded: Recorded, segment: Row[Any]) -> Movement | None:
    """An event that a segment brought, where it is one of these."""
    if not isinstance(recorded.event, Event):
        return None
    return Movement(recorded, recorded.event, segment.gseq, segment.place, segment.store_id)


def check(
    connection: Connection, merchant_id: str, came: Sequence[Movement], undecided: Counter[str]
) -> Iterator[tuple[str, exceptions.Finding]]:
    """What is wrong with the closings among these: the store and the finding."""
    closings = [each for each in came if isinstance(each.event, StoredValueClosed | PassRefunded)]
    if not closings:
        return
    found = _histories(connection, merchant_id, came, {asset for each in closings for asset in each.assets})
    laws = [LegalTables(law_book(), work_calendar(), one) for one in _merchants(connection, merchant_id)]
    for each in closings:
        before = _before(each, found)
        try:
            right = _right(each, before, laws, _promises(connection, merchant_id, before))
        except Exception:
            # Whatever a forged event does to the reckoning, the pass goes on, and a person looks at it.
            log.exception("event %s could not be reckoned again", each.recorded.sequence)
            yield each.store_id, _finding(each, "could not be reckoned again / 无法复核")
            continue
        if right is None:
            undecided["closing"] += 1
        elif right != _paid(each.event):
            yield each.store_id, _finding(each, _words(each.event, right), sum(right) - sum(_paid(each.event)))


def _merchants(connection: Connection, merchant_id: str) -> list[Merchant]:
    """As what the law knew the merchant by each programme, the newest first; revenue and filing change no closing."""
    known = (one.stored_value.merchant for one in programmes(connection, merchant_id) if one.stored_value is not None)
    return [*dict.fromkeys(Merchant(one.entity, one.province) for one in known)]


def _promises(connection: Connection, merchant_id: str, before: Sequence[Movement]) -> Promises:
    """What was promised with the contracts and passes that these events made."""
    made: set[AssetId] = set()
    for each in before:
        match each.event:
            case StoredValueToppedUp() | StoredValueOpened():
                made.update(part.lot for part in each.event.lots)
            case PassSold():
                made.update(each.assets)
            case _:
                pass
    return promised(connection, merchant_id, made)


# -- what is right ---------------------------------------------------------------


def _paid(event: Event) -> Paid:
    if isinstance(event, StoredValueClosed):
        return event.refund.fen, event.interest.fen
    return (event.refund.fen, 0) if isinstance(event, PassRefunded) else (0, 0)


def _right(
    closing: Movement, before: Sequence[Movement], laws: Sequence[LegalTables], promises: Promises
) -> Paid | None:
    """What a closing should have paid: what it did where that is right, None where the log does not tell enough."""
    event, paid = closing.event, _paid(closing.event)
    ways: list[Callable[[Sequence[Movement]], Paid | None]] = []
    if isinstance(event, StoredValueClosed):
        ways = [partial(_of_a_card, event, law, promises) for law in laws]
    elif isinstance(event, PassRefunded):
        ways = [partial(_of_a_pass, event, promises)]
    rights = (way(heard) for way in ways for heard in _heard(closing, before))
    first = next(rights, None)
    return paid if paid == first or (first is not None and paid in rights) else first


def _heard(closing: Movement, before: Sequence[Movement]) -> Iterator[list[Movement]]:
    """What its till may have heard of, all of it first: a till hears of others in the merchant's order."""
    known = list(before)
    yield list(known)
    for each in reversed(before):
        if each.recorded.stream.device != closing.recorded.stream.device:
            known.remove(each)
            yield list(known)


def _of_a_card(
    event: StoredValueClosed, law: LegalTables, promises: Promises, heard: Sequence[Movement]
) -> Paid | None:
    def promise(lot: AssetId) -> Promise | None:
        terms = promises.get(lot)
        return None if terms is None else Promise(terms.get("sold_rate") or 10_000, terms.get("buyer_basis") or 19)

    history = CardHistory(law, promise)
    for each in heard:
        if isinstance(each.event, CardEvent):
            history.add(each.event)
    due = history.due(event)
    if due is None:
        return None
    refund, interest = due.nearest(event.refund, event.interest)
    return refund.fen, interest.fen


def _of_a_pass(event: PassRefunded, promises: Promises, heard: Sequence[Movement]) -> Paid | None:
    def unit(asset: AssetId) -> int | None:
        terms = promises.get(asset)
        return None if terms is None else terms.get("unit", 0)

    history = PassHistory(unit)
    for each in heard:
        if isinstance(each.event, PassEvent):
            history.add(each.event)
    due = history.due(event)
    return None if due is None else (due.fen, 0)


def _words(event: Event, right: Paid) -> str:
    paid = _paid(event)
    number = event.number if isinstance(event, StoredValueClosed) else getattr(event, "receipt_number", "")
    with_interest = bool(paid[1] or right[1])

    def said(figures: Paid, words: str) -> str:
        refund, interest = map(Money, figures)
        return f"{refund}{words.format(interest)}" if with_interest else str(refund)

    english = f"paid back {said(paid, ' and {} interest')}, due {said(right, ' and {} interest')}"
    chinese = f"已退 {said(paid, ' 加利息 {}')}, 应退 {said(right, ' 加利息 {}')}"
    return f"settlement {number}: {english} / 结算单 {number}: {chinese}"


def _finding(closing: Movement, detail: str, amount: int = 0) -> exceptions.Finding:
    recorded = closing.recorded
    cause = b"closing" + recorded.sequence.to_bytes(8, "big")
    kind = exceptions.Kind.CLOSING_DIFFERENCE
    return exceptions.Finding(kind, recorded.stream, recorded.sequence, b"", detail, cause=cause, amount=amount)


# -- what came before ---------------------------------------------------------------

_Places = dict[tuple[StreamId, int], Movement]


def _histories(
    connection: Connection, merchant_id: str, came: Sequence[Movement], wanted: set[AssetId]
) -> dict[AssetId, _Places]:
    """What happened to these cards and passes, and to those that they were handed over from."""
    found: dict[AssetId, _Places] = {}
    while wanted:
        fresh: dict[AssetId, _Places] = {asset: {} for asset in wanted}
        for each in (*_remembered(connection, merchant_id, wanted), *came):
            for asset in fresh.keys() & set(each.assets):
                fresh[asset][each.recorded.stream, each.recorded.sequence] = each
        found |= fresh
        wanted = {asset for places in fresh.values() for asset in _related(places)} - found.keys()
    return found


def _related(places: _Places) -> Iterator[AssetId]:
    for each in places.values():
        if isinstance(each.event, ClaimTransferred):
            yield from each.assets


def _before(closing: Movement, found: dict[AssetId, _Places]) -> list[Movement]:
    """What came before a closing and concerns it, in the merchant's order."""
    wanted, seen, places = set(closing.assets), set[AssetId](), _Places()
    while wanted:
        seen |= wanted
        for asset in wanted:
            places |= found.get(asset, {})
        wanted = set(_related(places)) - seen
    return sorted((one for one in places.values() if one.order < closing.order), key=lambda one: one.order)


def _remembered(connection: Connection, merchant_id: str, assets: Collection[AssetId]) -> Iterator[Movement]:
    """What earlier pieces of the log brought."""
    table = schema.audit_asset
    ordered = sorted(assets)
    for start in range(0, len(ordered), _AT_ONCE):
        query = select(table).where(
            table.c.merchant_id == merchant_id, table.c.asset.in_(ordered[start : start + _AT_ONCE])
        )
        for row in connection.execute(query):
            stream = StreamId(DeviceId(row.device), Incarnation(row.incarnation))
            recorded = from_values(stream, row.sequence, _decode(row.content))
            if isinstance(recorded.event, Event):
                yield Movement(recorded, recorded.event, row.gseq, row.place)
