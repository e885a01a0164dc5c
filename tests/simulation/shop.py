"""The shop that every world begins with: founded once a process, copied for each seed.

Two stores, five tills and a few regulars; small stocks, short lives and low limits, so that they are reached.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from posapp.application.cash import cash_tender
from posapp.application.coupons import exchange_points
from posapp.application.draws import open_draw
from posapp.application.founding import CARD_BLOCK, refresh
from posapp.application.gifts import supply_pool
from posapp.application.import_members import OpeningMember
from posapp.application.import_products import plan_products
from posapp.application.members import import_opening_members
from posapp.application.passes import PassOrder, sell_pass
from posapp.application.stored_value.identity import IdentityPaper
from posapp.application.stored_value.top_up import TopUp, top_up
from posapp.application.till import Cashier
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.ids import StaffId, member_id
from posapp.domain.member import Profile
from posapp.domain.sale import Identification, TenderMethod
from posapp.resources import resource_path
from posapp.storage import settings
from posapp.storage.database import open_database
from sync.client.enrol import enrol
from sync.client.link import Link
from sync.server import devices, merchants
from tests.simulation.network import Cable
from tests.simulation.serving import MERCHANT, Server
from tests.simulation.till import KEY, SKUS, Card, Till
from tests.simulation.timing import Dice, NodeClock, TrueTime

if TYPE_CHECKING:
    from pathlib import Path

    from posapp.domain.events import Recorded
    from posapp.domain.ids import StreamId
    from posapp.domain.offline import Leases
    from tests.simulation.disk import Disks
    from tests.simulation.network import Network

PAPER: Final = IdentityPaper("林晓梅", "11010519491231002X")
"""Everybody's paper: whose money it is, is not what is looked at here."""
CASHIER: Final = Cashier(StaffId("1001"), "陈思雨")
MANAGER: Final = StaffId("9001")
STORES: Final = {"t1": "S1", "t2": "S1", "t3": "S2", "t4": "S1", "t5": "S2"}
PHONES: Final = tuple(f"139{number:08d}" for number in range(1, 41))
"""Everybody who may ever come; the first few have a card from the start."""
REGULARS: Final = 4
_COUPONS: Final = 2
"""So many coupons each of them has bought with points, and a pass."""
_LATE: Final = "t4"
"""A backup of the server is made before this till joins."""


def programme(leases: Leases) -> bytes:
    """The demo shop's rules, with less of everything."""
    rules: dict[str, Any] = json.loads(resource_path("demo", "programme.json").read_bytes())
    rules["points"]["earn"] = {"points": 10, "per": "1.00"}
    rules["points_life"] = {"months": 1, "expected": 7000}
    rules["gifts"] = [
        {"id": "tote", "name": "帆布袋", "points": 300, "stock": 1},
        {"id": "voucher5", "name": "5 元券", "points": 200, "coupon": "points5"},
    ]
    rules["passes"] = [
        {"id": "two", "kind": "count", "name": "2 次卡", "price": "20.00", "uses": 2, "unit_price": "12.00"},
        {"id": "ten", "kind": "count", "name": "10 次卡", "price": "90.00", "uses": 10,
         "valid": {"type": "days", "count": 40}},
    ]  # fmt: skip
    rules["draws"][0] |= {"points": 50, "per_day": 5}
    rules["offline"] |= {"stored_value": {"most": "30.00", "share": 10_000}, "leases": leases.value}
    rules["stored_value"]["top_up"] = {"least": "10.00", "minors_alone": "100.00"}
    return json.dumps(rules).encode()


@dataclass(frozen=True, slots=True)
class Founded:
    """Where the founded shop's databases lie, who its tills are, what was recorded so far, and its policy on shares."""

    folder: Path
    cards: dict[str, Card]
    log: dict[StreamId, list[tuple[Recorded | None, bytes]]]
    leases: Leases


def join(server: Server, network: Network, name: str, store: str, number: int, dice: Dice) -> tuple[Card, int]:
    """Enrol a till at the server; its card, and the block of card numbers it may print."""
    private_key, device = dice.bytes(32), dice.bytes(16)
    code = devices.new_code(server.running, MERCHANT, store, number)
    link = Link("http://server", transport=Cable(network, name))
    joined = enrol(link, code, device, private_key, name)
    link.close()
    keys = joined.keys
    card = Card(device, store, number, private_key, joined.certificate, keys.member_key, keys.data_key)
    return card, joined.card_block


def new_database(path: Path, card: Card, card_block: int) -> None:
    """An empty database of a till that has just joined, as `posapp.bootstrap.carrying` leaves it."""
    with open_database(path, KEY) as database, database.write() as connection:
        settings.put(connection, settings.MERCHANT_ID, MERCHANT)
        settings.put(connection, settings.STORE_ID, card.store)
        settings.put(connection, settings.SHOP_NAME, "青禾生活")
        settings.put(connection, settings.TILL_NUMBER, card.number)
        settings.put(connection, settings.SERVER_URL, "http://server")
        settings.put(connection, settings.DEVICE_ID, card.device)
        settings.put(connection, CARD_BLOCK, card_block)


def found(root: Path, disks: Disks, network: Network, leases: Leases) -> Founded:
    """Found the shop in an empty folder, with everything pulled everywhere; `leases` is its policy."""
    time, dice = TrueTime(), Dice()
    clock = NodeClock(time)
    server_folder = root / "founding-server"
    server_folder.mkdir()
    server = Server(server_folder, disks.drive("founding-server"), clock, dice)
    server.start()
    network.serve = server.serve
    merchants.create(server.running, "青禾生活", MERCHANT)
    for store in sorted(set(STORES.values())):
        merchants.add_store(server.running, MERCHANT, store, store)
    cards: dict[str, Card] = {}
    tills = []
    for number, name in enumerate(STORES, 1):
        if name == _LATE:
            with closing(sqlite3.connect(server.file)) as source, closing(sqlite3.connect(root / "early.db")) as copy:
                source.backup(copy)
        folder = root / f"founding-{name}"
        folder.mkdir()
        cards[name], block = join(server, network, name, STORES[name], number, dice)
        new_database(folder / "till.db", cards[name], block)
        till = Till(name, cards[name], folder, disks.drive(folder.name), clock, network, dice)
        till.start()
        tills.append(till)
    _stock(tills[0], programme(leases))
    for till in (*tills, *tills):
        till.round()
    log = {stream: tills[0].events_after(stream, 0) for stream in tills[0].heads(own=True)}
    target = root / "founded"
    target.mkdir()
    for till in tills:
        till.stop()
        shutil.move(till.file, target / f"{till.name}.db")
    server.stop()
    shutil.move(server.file, target / "server.db")
    shutil.move(root / "early.db", target / "early.db")
    return Founded(target, cards, log, leases)


def _stock(till: Till, rules: bytes) -> None:
    application = till.application
    products = plan_products(resource_path("demo", "products.csv").read_bytes()).products
    with application.database.write() as connection:
        application.reference.put_programme(connection, 1, rules)
        application.reference.put_products(connection, [one for one in products if one.sku in SKUS])
    refresh(application)
    people = [
        OpeningMember(Profile(f"+86{phone}", f"顾客{place}"), Points(1_400), Growth(300), Money(30_000), 2)
        for place, phone in enumerate(PHONES[:REGULARS])
    ]
    import_opening_members(application, people, CASHIER.id, "earlier")
    regulars = [member_id(application.keys.member_key, f"+86{phone}") for phone in PHONES[:REGULARS]]
    for place, who in enumerate(regulars):
        paid = TopUp(bytes([place]), "main", who, CASHIER, Money(20_000), TenderMethod.CASH, paper=PAPER)
        top_up(application, paid)
    # The server must know what they have before it can lend the till a share of it.
    till.round()
    for place, who in enumerate(regulars):
        application.hold(who)
        for number in range(_COUPONS):
            exchange_points(application, who, "points5", Identification.PIN, CASHIER, f"{place}/{number}")
        order = PassOrder(bytes([place]), who, "two", (cash_tender(Money(2_000)),), CASHIER)
        sell_pass(application, order)
    supply_pool(application, CASHIER)
    for draw in application.programme.draws:
        open_draw(application, draw.id, CASHIER.id)
