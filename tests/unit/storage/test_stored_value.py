"""Stored-value cards read from assets and balances: what was promised, what is left, what the server has not heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.events import LotPart, StoredValueOpened
from posapp.domain.ids import AssetId, StaffId
from posapp.domain.stored_value import Consumption
from posapp.storage import stored_value
from posapp.storage.database import Database, open_database
from posapp.storage.entries import entries
from posapp.storage.event_log import EventLog
from posapp.storage.reference_data import ReferenceData
from posapp.storage.sealing import ProfileSealer
from tests.unit.storage.shop import ANNE, AT, DAY, DEVICE, KEY, STORE, StepClock, opened

CARD, LOT = AssetId(b"C" * 16), AssetId(b"L" * 16)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(tmp_path / "till.db", KEY)
    yield made
    made.close()


def write(database: Database, **terms: int | str) -> None:
    log = EventLog(DEVICE, STORE)
    reference = ReferenceData(DEVICE, StepClock(), ProfileSealer(KEY))
    with database.write() as connection:
        reference.put_assets(
            connection,
            [
                Asset(CARD, AssetKind.STORED_VALUE_CARD, ANNE, "main", DAY, code="881"),
                Asset(LOT, AssetKind.STORED_VALUE_LOT, ANNE, "main", DAY, part_of=CARD, terms=terms),
            ],
        )
        log.append(connection, opened(), AT)
        parts = (LotPart(LOT, Money(1000), Money(200)),)
        log.append(connection, StoredValueOpened(DAY, StaffId("c"), ANNE, CARD, parts, "old"), AT)


def test_a_card_is_found_with_what_its_lot_promised(database: Database) -> None:
    write(database, paid=1000, granted=200, consumption="bonus_first", sold_rate=9000, buyer_basis=18, bonus_until=9)
    with database.read() as connection:
        (card,) = stored_value.cards_of(connection, ANNE)
        assert stored_value.find_card(connection, CARD) == card
        assert stored_value.card_by_code(connection, "881") == card
        assert stored_value.find_card(connection, LOT) is None
        assert stored_value.card_by_code(connection, "") is None
    (lot,) = card.lots
    assert (lot.principal_fen, lot.bonus_fen, lot.unsettled_fen) == (1000, 200, 1200)
    assert (lot.consumption, lot.sold_rate, lot.buyer_basis) == (Consumption.BONUS_FIRST, 9000, 18)
    assert lot.bonus_until is not None
    assert (lot.bonus_until.ordinal, lot.contract, card.balance.fen) == (9, LOT, 1200)


def test_a_closed_lot_is_shown_only_while_something_stands_on_it(database: Database) -> None:
    write(database, paid=1000, granted=200, closed=1)
    with database.read() as connection:
        (card,) = stored_value.cards_of(connection, ANNE)
    assert len(card.lots) == 1
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE held_balance SET pending = 0 WHERE account IN (801, 802)")
    with database.read() as connection:
        (card,) = stored_value.cards_of(connection, ANNE)
    assert card.lots == ()


def test_entries_are_the_events_that_touch_an_account(database: Database) -> None:
    write(database, paid=1000)
    with database.read() as connection:
        touching = list(entries(connection, [Account.STORED_BONUS]))
        assert [type(one.event).__name__ for one in touching] == ["StoredValueOpened"]
        assert [type(one.event).__name__ for one in entries(connection, [Account.MEMBER_POINTS])] == ["BalanceOpened"]
        assert list(entries(connection, [Account.STOCK])) == []
