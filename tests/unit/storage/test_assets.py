"""What members own: found by owner, by whole, by code and by id, with balances, and carried as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.domain.accounts import Account
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.ids import derived_id
from posapp.storage import assets, documents
from posapp.storage.database import open_database
from posapp.storage.documents import ASSET, Document
from tests.unit.storage.shop import ANNE, BO, DAY, KEY

if TYPE_CHECKING:
    from pathlib import Path

    from posapp.storage.database import Database
    from posapp.storage.reference_data import ReferenceData

COUPON = Asset(
    derived_id("coupon", ANNE, "welcome5"), AssetKind.COUPON, ANNE, "welcome5", DAY, DAY.plus(30), code="7A1"
)
CARD = Asset(derived_id("card", ANNE, 1), AssetKind.STORED_VALUE_CARD, ANNE, "gold_card", DAY)
LOT = Asset(
    derived_id("lot", ANNE, 1),
    AssetKind.STORED_VALUE_LOT,
    ANNE,
    "1000+200",
    DAY,
    part_of=CARD.id,
    terms={"paid": 100_000},
)
OTHERS = Asset(derived_id("coupon", BO, "welcome5"), AssetKind.COUPON, BO, "welcome5", DAY)


def test_ids_follow_from_what_a_thing_is_and_from_nothing_else() -> None:
    assert derived_id("coupon", ANNE, "welcome5") == COUPON.id
    others = [
        derived_id("coupon", BO, "welcome5"),
        derived_id("coupon", ANNE, "welcome", "5"),
        derived_id("coupon", ANNE, "welcome5", ""),
        derived_id("coupon", ANNE, "welcome5", 0),
        derived_id("coupon", ANNE, "welcome5", "0"),
        derived_id("coupo", b"n" + ANNE, "welcome5"),
    ]
    assert len({COUPON.id, *others}) == 7


def test_assets_are_found_with_what_stands_on_them(database: Database, reference: ReferenceData) -> None:
    with database.write() as connection:
        reference.put_assets(connection, [COUPON, CARD, LOT, OTHERS])
        connection.exec_driver_sql(
            "INSERT INTO held_balance(holder, account, settled, pending) VALUES (?, 801, 70000, -20000)", (LOT.id,)
        )
    with database.read() as connection:
        assert {held.asset.id: held.asset for held in assets.of_owner(connection, ANNE)} == {
            one.id: one for one in (COUPON, CARD, LOT)
        }
        (lot,) = assets.parts_of(connection, CARD.id)
        assert (lot.asset, lot.on(Account.STORED_PRINCIPAL), lot.on(Account.STORED_BONUS)) == (LOT, 50_000, 0)
        found = assets.by_code(connection, "7A1")
        assert found is not None
        assert found.asset == COUPON
        assert assets.by_code(connection, "") is None
        assert assets.find(connection, derived_id("nothing")) is None


def test_an_asset_travels_and_can_change_hands(tmp_path: Path, database: Database, reference: ReferenceData) -> None:
    with database.write() as connection:
        reference.put_assets(connection, [LOT])
        (first,) = documents.outbox(connection, 10)
        reference.put_assets(connection, [Asset(LOT.id, LOT.kind, BO, LOT.template, DAY, part_of=CARD.id)])
        (second,) = documents.outbox(connection, 10)
    with open_database(tmp_path / "other.db", KEY) as other, other.write() as connection:
        for one in (second, first):
            reference.merge(connection, [one])
        assert [held.asset.id for held in assets.of_owner(connection, BO)] == [LOT.id]
        assert assets.of_owner(connection, ANNE) == []


def test_a_document_of_a_kind_that_is_not_known_yet_is_kept(database: Database, reference: ReferenceData) -> None:
    strange = assets.encode(COUPON).replace(b"coupon", b"poucon")
    with database.write() as connection:
        merged = reference.merge(connection, [Document(ASSET, COUPON.id.hex(), 9, b"x", strange)])
        assert merged.unreadable == (f"asset/{COUPON.id.hex()}",)
        assert documents.find(connection, ASSET, COUPON.id.hex()) is not None
        assert assets.of_owner(connection, ANNE) == []
