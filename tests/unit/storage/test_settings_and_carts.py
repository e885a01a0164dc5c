"""Settings keep their type; carts that were put aside survive a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from posapp.domain.amounts import Money, Quantity
from posapp.domain.by_hand import ByHand, HandKind
from posapp.domain.ids import Sku
from posapp.domain.sale import Cart, CartLine, Identification, LineVoucher
from posapp.storage import held_carts, settings
from posapp.storage.database import Database, open_database
from posapp.storage.settings import PullCursor, Setting
from tests.unit.storage.shop import ANNE, AT, KEY, cart


def test_a_setting_reads_back_with_its_type(database: Database) -> None:
    with database.write() as connection:
        assert settings.get(connection, settings.TIME_ZONE) == "Asia/Shanghai"
        settings.put(connection, settings.PULL_CURSOR, PullCursor(12, b"h", b"g"))
        settings.put(connection, settings.TILL_NUMBER, 3)
        settings.put(connection, settings.TILL_NUMBER, 4)
    database.close()
    with open_database(database.path, KEY) as again, again.write() as connection:
        assert settings.get(connection, settings.PULL_CURSOR) == PullCursor(12, b"h", b"g")
        assert settings.get(connection, settings.TILL_NUMBER) == 4
        settings.forget(connection, settings.TILL_NUMBER)
        assert settings.get(connection, settings.TILL_NUMBER) == 1


def test_a_value_of_another_type_is_refused(database: Database) -> None:
    wrong: Any = "four"
    with database.write() as connection:
        with pytest.raises(msgspec.ValidationError):
            settings.put(connection, settings.TILL_NUMBER, wrong)
        settings.put(connection, settings.SHOP_NAME, "tea")
        with pytest.raises(msgspec.ValidationError):
            settings.get(connection, Setting("shop_name", int, 0))


FULL = Cart(
    cart(7),
    (
        CartLine(Sku("tea"), "龙井", Quantity(2_000), Money(12_800), 3, "tea", ("no_points",), Money(11_800)),
        CartLine(
            Sku("pear"), "梨", Quantity(435), Money(990), amount=Money(431), vouchers=(LineVoucher("V1", Money(100)),)
        ),
        CartLine(Sku("cup"), "杯", Quantity(1_000), Money(100), by_hand=ByHand(HandKind.UNIT_PRICE, 90, "damaged")),
    ),
    ANNE,
    Identification.PHONE,
    ("SAVE5",),
    {"points": False, "coupon:1": True},
    200,
)


def test_a_held_cart_is_whole_after_a_restart_and_taken_back_once(database: Database) -> None:
    other = replace(FULL, id=cart(8), lines=())
    with database.write() as connection:
        held_carts.hold(connection, other, AT + timedelta(minutes=1))
        held_carts.hold(connection, FULL, AT, "红衣服")
    database.close()
    with open_database(database.path, KEY) as again:
        with again.read() as connection:
            assert held_carts.count(connection) == 2
            assert [(one.held_at, one.label, one.cart) for one in held_carts.held(connection)] == [
                (AT, "红衣服", FULL),
                (AT + timedelta(minutes=1), "", other),
            ]
        with again.write() as connection:
            assert held_carts.resume(connection, FULL.id) == FULL
            assert held_carts.resume(connection, FULL.id) is None
            assert held_carts.count(connection) == 1
            held_carts.hold(connection, replace(other, points_wanted=5), AT)
            assert [one.cart.points_wanted for one in held_carts.held(connection)] == [5]
