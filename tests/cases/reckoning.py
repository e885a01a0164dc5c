"""Every closing of a till, reckoned again from its log: what was paid is what is due, or nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.domain.closing import LegalTables
from posapp.domain.closing_audit import CardEvent, CardHistory, Promise
from posapp.domain.encoding import from_values
from posapp.domain.events import PassRefunded, StoredValueClosed
from posapp.domain.pass_audit import PassEvent, PassHistory
from posapp.domain.programme import parse_programme
from posapp.domain.programme.stored_value import Merchant
from posapp.law_tables import law_book, work_calendar
from posapp.storage import assets, event_log, streams
from posapp.storage.reference_data import newest_programme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from posapp.domain.events import Event
    from posapp.domain.ids import AssetId
    from posapp.storage.database import Database


def check_closings(database: Database) -> int:
    """How many closings there were, each of which paid what it is due by the events before it."""
    closings = 0
    with database.read() as connection:
        cards, passes = _histories(connection)
        for event in _log(connection):
            if isinstance(event, StoredValueClosed):
                due = cards.due(event)
                assert due is not None
                assert due.nearest(event.refund, event.interest) == (event.refund, event.interest), event
                closings += 1
            elif isinstance(event, PassRefunded):
                assert passes.due(event) == event.refund, event
                closings += 1
            if isinstance(event, CardEvent):
                cards.add(event)
            if isinstance(event, PassEvent):
                passes.add(event)
    return closings


def _histories(connection: Connection) -> tuple[CardHistory, PassHistory]:
    def number(asset: AssetId, name: str) -> int:
        held = assets.find(connection, asset)
        value = held.asset.terms.get(name, 0) if held is not None else 0
        assert isinstance(value, int)
        return value

    def promise(lot: AssetId) -> Promise:
        return Promise(number(lot, "sold_rate") or 10_000, number(lot, "buyer_basis") or 19)

    found = newest_programme(connection)
    stored = parse_programme(found[1]).stored_value if found is not None else None
    law = LegalTables(law_book(), work_calendar(), stored.merchant if stored is not None else Merchant())
    return CardHistory(law, promise), PassHistory(lambda asset: number(asset, "unit"))


def _log(connection: Connection) -> Iterator[Event]:
    """Every event, in the order in which it was written here."""
    stored = [
        (one.position, each.id, one)
        for each in streams.every(connection)
        for one in event_log.events_after(connection, each.id, 0, 1 << 30)
    ]
    for _position, stream, one in sorted(stored, key=lambda found: found[0]):
        yield from_values(stream, one.sequence, one.values).event
