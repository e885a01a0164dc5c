"""The shop of the soak: a till that joined a server, members and products as many as a chain has, and 50 offers."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.member_shops import fill_members
from bench.pricing_goods import CATEGORIES, offers
from bench.replay import server
from bench.replay.schedule import TillPlan
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap import carrying
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.amounts import Money
from posapp.domain.catalogue import Product
from posapp.domain.ids import Sku
from posapp.storage import catalogue, settings
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


@dataclass(frozen=True, slots=True)
class SoakShop:
    """The till's folder, and the server that it joined, which runs."""

    home: TillFolder
    headquarters: server.Headquarters


@contextmanager
def soak_shop(folder: Path, database: str, members: int, products: int) -> Iterator[SoakShop]:
    """A till with so many members and products, and its server; what an earlier run left in the folder is used again.

    A kept till finds its server at another port than before.
    """
    data, home = folder / "server", TillFolder(folder / f"till-{members}-{products}")
    merchant = folder / f"merchant-{members}-{products}"
    data.mkdir(parents=True, exist_ok=True)
    if merchant.exists():
        with (
            server.again(data, database, merchant.read_text(encoding="ascii")) as headquarters,
            server.serving(headquarters) as url,
        ):
            _move_server(home, url)
            yield SoakShop(home, headquarters)
        return
    with server.founded(data, database, [1], PROGRAMME) as headquarters:
        (code,) = server.enrolment_codes(headquarters, [TillPlan(1, 1, (), ())])
        with server.serving(headquarters) as url:
            joined_till(home, url, code, members, products)
            merchant.write_text(headquarters.merchant, encoding="ascii")
            yield SoakShop(home, headquarters)


def _move_server(home: TillFolder, url: str) -> None:
    shops = Shops(home, SystemClock(), SystemEntropy())
    try:
        with shops.database.write() as connection:
            settings.put(connection, settings.SERVER_URL, url)
    finally:
        shops.close()


def joined_till(home: TillFolder, url: str, code: str, members: int, products: int) -> None:
    """Join a server with a one-time code and fill the till; it is closed again."""
    home.make()
    # The secrets of a bench are files, never the user's key ring.
    FileKeyStore(home.root / "keys").put(DATABASE_KEY, os.urandom(SECRET_BYTES))
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
