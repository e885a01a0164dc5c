"""The shop of the soak: a till that joined a server, members and products as many as a chain has, and 50 offers."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

from bench.member_shops import fill_members
from bench.pricing_goods import CATEGORIES, offers
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap import carrying
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.amounts import Money
from posapp.domain.catalogue import Product
from posapp.domain.ids import Sku
from posapp.storage import catalogue
from posapp.storage.database import Database
from posapp.storage.key_store import DATABASE_KEY, SECRET_BYTES, FileKeyStore

OFFERS = 50
PROGRAMME = {
    "version": 1,
    "zone": "Asia/Shanghai",
    "tiers": [{"code": "base"}, {"code": "gold", "rate": 8500, "any_of": {"spend": "2000.00"}}],
    "points": {"earn": {}, "redeem": {}},
    "offers": offers(OFFERS),
}
_QUICK = 8
_AT_ONCE = 20_000
_NAMES = ("燕麦拿铁", "手工曲奇", "有机牛奶", "明前龙井", "海盐饼干", "原味可颂", "冷萃咖啡", "椰子水")


def joined_till(folder: Path, url: str, code: str, members: int, products: int) -> TillFolder:
    """Join a server with a one-time code and fill the till; it is closed again."""
    home = TillFolder(folder)
    home.make()
    # The secrets of a bench are files, never the user's key ring.
    FileKeyStore(folder / "keys").put(DATABASE_KEY, os.urandom(SECRET_BYTES))
    shops = Shops(home, SystemClock(), SystemEntropy())
    began = time.perf_counter()
    try:
        carrying.join(shops, url, code)
        fill_members(shops.database, members)
        fill_products(shops.database, products)
    finally:
        shops.close()
    size = home.database.stat().st_size >> 20
    print(f"{members:,} members and {products:,} products: {time.perf_counter() - began:.0f} s, {size} MB", flush=True)
    return home


def fill_products(database: Database, count: int) -> None:
    """Believable goods, each with a barcode."""
    dice = random.Random(5)
    for begin in range(0, count, _AT_ONCE):
        made = [_product(number, dice) for number in range(begin, min(count, begin + _AT_ONCE))]
        with database.write() as connection:
            catalogue.write_many(connection, catalogue.revise(connection, made))


def _product(number: int, dice: random.Random) -> Product:
    name = f"{_NAMES[number % len(_NAMES)]} {number:06d}"
    return Product(
        sku=Sku(f"S{number:06d}"),
        revision=1,
        name_zh=name,
        name_en=f"Goods {number:06d}",
        category=f"c{number % CATEGORIES}",
        price=Money(100 + dice.randrange(9_900)),
        barcode=barcode(number),
        quick=number + 1 if number < _QUICK else 0,
    )


def barcode(number: int) -> str:
    """The EAN-13 of a product."""
    body = f"690{number:09d}"
    odd, even = sum(map(int, body[::2])), sum(map(int, body[1::2]))
    return f"{body}{-(odd + 3 * even) % 10}"
