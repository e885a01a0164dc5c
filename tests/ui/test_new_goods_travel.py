"""An unknown code becomes a product at one till, and the next till of the shop rings it up: windows, server and all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from posapp.application.goods import by_barcode
from posapp.application.ports import SystemEntropy
from posapp.bootstrap import carrying
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.storage import documents, streams
from posapp.ui.checkout.item_modes import NewItemMode
from posapp.ui.checkout.session import CompleteMode
from sync.server import devices
from tests.integration.served_tills import STORE, found, opened
from tests.integration.stocked_tills import PRODUCTS, PROGRAMME, RULES
from tests.integration.sync_world import MERCHANT
from tests.integration.tills import SteppingClock
from tests.server_process import ServerProcess
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.test_staff import CTRL

UNKNOWN = "6921168509256"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    folder = tmp_path / "server"
    folder.mkdir()
    made = ServerProcess(folder)
    found(made)
    made.start()
    yield made
    made.stop()


def joined(server: ServerProcess, folder: Path, number: int) -> Path:
    """A till of the shop, with the demo shop's goods, that is closed."""
    with opened(server) as context:
        code = devices.new_code(context, MERCHANT, STORE, number)
    shops = Shops(TillFolder(folder), now(), SystemEntropy())
    till = carrying.join(shops, server.url, code)
    with till.database.write() as connection:
        till.reference.put_programme(connection, RULES.version, PROGRAMME)
        till.reference.put_products(connection, PRODUCTS.products)
    assert by_barcode(till, UNKNOWN) is None
    shops.close()
    return folder


def now() -> SteppingClock:
    return SteppingClock(datetime.now(UTC))


def waiting(counter: Counter) -> int:
    """How much the server does not have yet."""
    with counter.presenter.till.database.read() as connection:
        return streams.unacknowledged(connection).events + documents.outbox_count(connection)


def at(folder: Path, make_window: MakeWindow) -> Counter:
    return open_counter(folder, make_window(), founded=True, clock=now())


def test_goods_made_at_one_till_are_rung_up_at_the_next(
    server: ServerProcess, tmp_path: Path, make_window: MakeWindow
) -> None:
    one, two = (joined(server, tmp_path / name, number) for number, name in enumerate(("one", "two"), 1))
    first = at(one, make_window)
    try:
        first.scan(UNKNOWN)
        until(lambda: first.session.toast is not None, "nobody knows it")
        first.press(Qt.Key.Key_N, CTRL)
        until(lambda: isinstance(first.session.mode, NewItemMode), "the sheet")
        first.type("15.9")
        first.press(Qt.Key.Key_Tab)
        first.type("SODA")
        first.press(Qt.Key.Key_Return)
        until(lambda: bool(first.session.basket.cart.lines), "in the basket")
        first.press(Qt.Key.Key_F10)
        until(lambda: isinstance(first.session.mode, CompleteMode), "sold")
        until(lambda: waiting(first) == 0, "at the server")
    finally:
        first.close()
    second = at(two, make_window)
    try:
        till = second.presenter.till
        until(lambda: by_barcode(till, UNKNOWN) is not None, "the goods of the other till")
        second.scan(UNKNOWN)
        until(lambda: bool(second.session.basket.cart.lines), "in the basket")
        (line,) = second.session.basket.cart.lines
        assert (line.name, line.unit_price.fen) == ("SODA", 1_590)
        assert second.session.quote.due.fen == 1_590
    finally:
        second.close()
